import AccessModel
import BatonWire
import Logging
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tries a call again when the application was unavailable or slow.
///
/// The n-th wait is n steps, or what the application asked for, a minute at most.
struct CallRetries: Sendable {
    /// How often the call may be tried again.
    var limit: Int64
    /// Seconds by which the waits grow.
    var step: Int64
    var now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    var sleep: @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }

    /// Of the check before a sync.
    static let validation = CallRetries(limit: 5, step: 1)
    /// Of granting and revoking.
    static let provisioning = CallRetries(limit: 3, step: 15)
    /// Of listing the kinds of tickets.
    static let ticketSchemas = CallRetries(limit: 10, step: 15)

    /// The answer of a call; somebody who waits is told in the log why.
    func run<Value: Sendable>(_ log: Logger?, _ call: () async throws -> Value) async throws -> Value {
        var attempts: Int64 = 0
        while true {
            do {
                return try await call()
            } catch let error as ServiceError {
                attempts += 1
                guard error.code == .unavailable || error.code == .deadlineExceeded, attempts <= limit else {
                    throw error
                }
                let pause = wait(after: attempts, error.rateLimit)
                log?.warning("trying again", metadata: ["because": "\(error.message)", "after": "\(pause)s"])
                try await sleep(pause)
            }
        }
    }

    private func wait(after attempts: Int64, _ rateLimit: C1_Connector_V2_RateLimitDescription?) -> Int64 {
        let usual = min(attempts * step, 60)
        guard let rateLimit, rateLimit.hasResetAt else { return usual }
        let (untilReset, isHuge) = rateLimit.resetAt.seconds.subtractingReportingOverflow(now())
        guard !isHuge, untilReset > 0 else { return usual }
        guard rateLimit.remaining > 0 else { return min(untilReset, 60) }
        let (whole, rest) = untilReset.quotientAndRemainder(dividingBy: rateLimit.remaining)
        return min(whole + (rest > 0 ? 1 : 0), 60)
    }
}
