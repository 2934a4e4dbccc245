import Synchronization

/// Something that is over once, and that one task waits for, but not for ever.
final class Delivery: Sendable {
    private struct State {
        var isDone = false
        var waiting: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// Whether it is over.
    var isDone: Bool { state.withLock { $0.isDone } }

    /// Notes that it is over.
    func complete() {
        resume { $0.isDone = true }
    }

    /// Waits until it is over; false when that took too long.
    ///
    /// That the task which waits is cancelled cuts nothing short.
    func wait(atMost patience: Duration) async -> Bool {
        // A task of its own inherits no cancellation.
        let clock = Task {
            try await Task.sleep(for: patience)
            resume { _ in }
        }
        defer { clock.cancel() }
        return await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.isDone { continuation.resume(returning: true) } else { state.waiting = continuation }
            }
        }
    }

    /// Changes the state, and lets the task that waits go on.
    private func resume(_ change: (inout sending State) -> Void) {
        state.withLock { state in
            change(&state)
            state.waiting?.resume(returning: state.isDone)
            state.waiting = nil
        }
    }
}
