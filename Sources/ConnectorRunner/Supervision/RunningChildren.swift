import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The processes that run, and the order to stop them if it was given.
final class RunningChildren: Sendable {
    private struct State {
        // Not by process number: one that was reaped may be another's before it is removed here.
        var children: [ObjectIdentifier: ChildProcess] = [:]
        var order: Int32?
        var isKilling = false
    }

    private let state = Mutex(State())

    /// The signal that all were sent to stop them.
    var order: Int32? { state.withLock { $0.order } }

    /// A process that was just started; an order given meanwhile reaches it too.
    func add(_ child: ChildProcess) {
        state.withLock { state in
            state.children[ObjectIdentifier(child)] = child
            if let order = state.order { child.send(state.isKilling ? SIGKILL : order) }
        }
    }

    /// A process that ended.
    func remove(_ child: ChildProcess) {
        state.withLock { $0.children[ObjectIdentifier(child)] = nil }
    }

    /// Asks all to end.
    func stop(_ signal: Int32) {
        state.withLock { state in
            state.order = signal
            state.children.values.forEach { $0.send(signal) }
        }
    }

    /// Kills what still runs, and returns how many that are.
    func kill() -> Int {
        state.withLock { state in
            state.isKilling = true
            state.children.values.forEach { $0.send(SIGKILL) }
            return state.children.count
        }
    }
}
