import AccessModel
import Synchronization

/// What goes wrong on purpose, for tests of whoever calls the connector.
final class Faults: Sendable {
    private let failingCall: Int
    private let code: StatusCode
    private let delay: Duration
    private let clock: any Clock<Duration>
    private let calls = Mutex(0)

    init(failingCall: Int, code: StatusCode, delay: Duration, clock: any Clock<Duration> = ContinuousClock()) {
        self.failingCall = failingCall
        self.code = code
        self.delay = delay
        self.clock = clock
    }

    /// The faults asked for, or nil when none are.
    convenience init?(_ configuration: DemoConfiguration) throws(ServiceError) {
        guard (0...600_000).contains(configuration.delayMilliseconds) else {
            throw ServiceError(.invalidArgument, "delay-ms: not a number from 0 to 600000. Correct --delay-ms.")
        }
        guard configuration.failAt >= 0 else {
            throw ServiceError(.invalidArgument, "fail-at: below zero. Give --fail-at the number of a call, from 1.")
        }
        let code = try Self.code(named: configuration.failWith)
        guard configuration.failAt > 0 || configuration.delayMilliseconds > 0 else { return nil }
        self.init(
            failingCall: configuration.failAt, code: code, delay: .milliseconds(configuration.delayMilliseconds))
    }

    private static func code(named name: String) throws(ServiceError) -> StatusCode {
        switch name {
        case "unavailable": .unavailable
        case "internal": .internal
        case "notfound": .notFound
        default:
            throw ServiceError(
                .invalidArgument,
                "fail-with: no such failure. Give --fail-with one of unavailable, internal and notfound.")
        }
    }

    /// Counts a list call, waits, and throws when it is the one to fail.
    func strike() async throws {
        let call = calls.withLock { count in
            count += 1
            return count
        }
        if delay > .zero { try await clock.sleep(for: delay) }
        if call == failingCall {
            throw ServiceError(code, "demo: call \(call) fails as --fail-at asks. Leave the flag out.")
        }
    }
}
