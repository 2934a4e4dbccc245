import Logging

/// Sends what may be sent again until there is an answer to keep: the only place where anything is repeated.
struct Repetition: Sendable {
    let policy: RetryPolicy
    /// Whether sending twice does what sending once does.
    let isIdempotent: Bool
    /// Whether what came before a connection broke can be thrown away.
    var canStartOver = true
    let deadline: Deadline
    let log: Logger

    /// The answer that `send` gets in the end.
    ///
    /// - Parameter refusal: how long an answer asks to wait before the same is asked again; nil to keep it.
    /// - Throws: the failure of the last attempt.
    func run<Answer>(
        _ send: () async throws -> Answer, refusal: (Answer) -> Duration? = { _ in nil }
    ) async throws -> Answer {
        var attempt = 0
        while true {
            attempt += 1
            let pause: Duration
            let reason: String
            do {
                let answer = try await send()
                guard attempt < policy.attempts, policy.repeatsBegun, let asked = refusal(answer) else { return answer }
                pause = max(asked, policy.wait(after: attempt))
                guard pause < deadline.rest else { return answer }
                reason = "the application refused it for now"
            } catch let failure as TransportFailure {
                guard attempt < policy.attempts, mayRepeat(failure) else { throw failure }
                // A stale connection, or none for a moment: the first time that is mended at once.
                pause = attempt == 1 && failure.moment != .underway ? .zero : policy.wait(after: attempt)
                guard pause < deadline.rest else { throw failure }
                reason = failure.text
            }
            log.debug("sending again", metadata: ["after": "\(pause)", "because": "\(reason)"])
            if pause > .zero { try await deadline.clock.sleep(for: pause) }
        }
    }

    private func mayRepeat(_ failure: TransportFailure) -> Bool {
        guard failure.isPassing else { return false }
        switch failure.moment {
        case .unsent: return true
        case .unanswered: return isIdempotent
        case .underway: return isIdempotent && canStartOver && policy.repeatsBegun
        }
    }
}
