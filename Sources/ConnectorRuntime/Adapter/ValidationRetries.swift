import AccessModel
import BatonWire
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tries a validation again when the application was unavailable or slow.
///
/// The n-th wait is n seconds, or what the application asked for, a minute at most.
struct ValidationRetries: Sendable {
    var limit = 5
    var now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    var sleep: @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }

    func run(_ validation: () async throws -> Void) async throws {
        var attempts: Int64 = 0
        while true {
            do {
                return try await validation()
            } catch let error as ServiceError {
                attempts += 1
                guard error.code == .unavailable || error.code == .deadlineExceeded, attempts <= limit else {
                    throw error
                }
                try await sleep(wait(after: attempts, error.rateLimit))
            }
        }
    }

    private func wait(after attempts: Int64, _ rateLimit: C1_Connector_V2_RateLimitDescription?) -> Int64 {
        guard let rateLimit, rateLimit.hasResetAt else { return attempts }
        let (untilReset, isHuge) = rateLimit.resetAt.seconds.subtractingReportingOverflow(now())
        guard !isHuge, untilReset > 0 else { return attempts }
        guard rateLimit.remaining > 0 else { return min(untilReset, 60) }
        let (whole, rest) = untilReset.quotientAndRemainder(dividingBy: rateLimit.remaining)
        return min(whole + (rest > 0 ? 1 : 0), 60)
    }
}
