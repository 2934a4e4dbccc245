import AccessModel
import CommandLineKit
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What happens on Ctrl-C and `kill`: the first time the work is cancelled and saved, the second time all ends at once.
final class Interruption: Sendable {
    private struct State {
        var signal: Int32?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The signal that came, if one did.
    var signal: Int32? { state.withLock { $0.signal } }

    /// Starts to watch for SIGINT and SIGTERM.
    func watch() throws {
        try ProcessSignals.watch([SIGINT, SIGTERM]) { [self] in take($0) }
    }

    /// Runs `work`, cancelling it when a signal comes.
    func guarding<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let task = Task { await work() }
        let hasCome = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.signal != nil
        }
        if hasCome { task.cancel() }
        return await task.value
    }

    /// What cancelled work ends with: an error that knows the signal, if one came.
    ///
    /// - Parameter remark: how things stand then, for the person.
    func explaining(_ error: any Error, _ remark: String) -> any Error {
        guard let signal, StatusCode(of: error) == .cancelled else { return error }
        return Interrupted(signal: signal, remark: remark)
    }

    private func take(_ signal: Int32) {
        let cancel = state.withLock { state -> (@Sendable () -> Void)? in
            if state.signal != nil { _exit(128 + signal) }
            state.signal = signal
            return state.cancel
        }
        cancel?()
    }
}

/// The end of work that a signal asked for.
struct Interrupted: Error, CustomStringConvertible {
    let signal: Int32
    fileprivate let remark: String

    /// 128 and the signal's number, as shells have it.
    var exitStatus: Int32 { 128 + signal }

    var description: String { "interrupted: \(remark)" }
}
