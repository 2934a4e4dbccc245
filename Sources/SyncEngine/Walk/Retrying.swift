import AccessModel
import BatonWire
import SwiftProtobuf
import Synchronization

/// Waits between attempts after errors that may pass (sync-engine §7.2).
///
/// One for the whole sync: success anywhere starts over.
final class Retrying: Sendable {
    /// The longest wait, in seconds.
    private static let longest: Double = 60

    private let attempts = Mutex(0)
    private let now: @Sendable () -> Double
    private let sleep: @Sendable (Double) async throws -> Void

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - sleep: waits that many seconds, and throws when the task is cancelled.
    init(now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Double) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    func succeeded() {
        attempts.withLock { $0 = 0 }
    }

    /// Whether an error may pass by itself.
    static func mayPass(_ error: any Error) -> Bool {
        let code = StatusCode(of: error)
        return code == .unavailable || code == .deadlineExceeded
    }

    /// How long to wait before the next attempt, in seconds.
    func wait(after error: any Error) -> Double {
        let attempt = attempts.withLock { count in
            count += 1
            return count
        }
        return min(Self.longest, asked(by: error) ?? Double(attempt))
    }

    func pause(_ seconds: Double) async throws {
        try await sleep(seconds)
    }

    /// The wait that a rate limit asks for: until its reset, or that time shared among the calls that remain.
    private func asked(by error: any Error) -> Double? {
        guard let limit = (error as? ServiceError)?.rateLimit, limit.hasResetAt else { return nil }
        let untilReset = Double(limit.resetAt.seconds) + Double(limit.resetAt.nanos) / 1e9 - now()
        guard untilReset > 0 else { return nil }
        guard limit.remaining > 0 else { return untilReset }
        let share = (untilReset / Double(limit.remaining)).rounded(.up)
        return share > 0 ? share : nil
    }
}
