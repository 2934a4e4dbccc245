public import ConnectorKit
public import Logging

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// How a client behaves.
public struct HTTPClientOptions: Sendable {
    /// How long one call may take, with everything: tokens, waits, redirects, the last byte of the body.
    public var timeout: Duration
    /// How long the application may think before it begins to answer.
    public var headerTimeout: Duration = .seconds(60)
    /// What the client calls itself.
    public var userAgent: String
    /// Where remarks go; never a secret.
    public var log: Logger
    /// Fields on every request to the application.
    public var fields = HeaderFields()
    /// The largest body that is taken into memory; ``HTTPClient/stream(_:into:)`` takes any.
    public var bodyLimit = 64 << 20
    /// The certificate the client shows, for applications that ask for one.
    public var certificate: ClientCertificate?
    /// What is tried again here rather than by the sync engine.
    public var retries = RetryPolicy.transparent
    /// Which requests share the application's rate limit.
    public var pacing = RateLimitScope.application
    /// Names answers that are errors although, or other errors than, their status says; nil leaves it to the status.
    public var judge: @Sendable (HTTPAnswer<Data>) -> Verdict? = { _ in nil }
    /// Time.
    public var clock: any ClientClock = SystemClock()
    /// The variables to go by: proxies, trusted certificates, the cache.
    public var environment: [String: String] = ProcessInfo.processInfo.environment

    /// What the user of the program set.
    public init(_ context: ConnectorContext) {
        timeout = context.httpTimeout
        userAgent = context.userAgent
        log = context.log
    }
}

/// What the client itself tries again.
///
/// A sync's retries belong to the sync engine, which repeats the whole page; so the default only mends connections.
public struct RetryPolicy: Sendable {
    let attempts: Int
    let initial: Duration
    let maximum: Duration
    /// Whether it also repeats what was answered: refusals, and answers that broke off.
    let repeatsBegun: Bool

    /// Once more, at once, when the request was never sent, or was lost with a stale connection and is idempotent.
    public static let transparent = RetryPolicy(attempts: 2, initial: .zero, maximum: .zero, repeatsBegun: false)

    /// Up to `attempts` in all, when the application can't be reached or answers 429, 502, 503 or 504.
    ///
    /// Requests that aren't idempotent are only repeated when the application didn't take them: on 429, or never sent. The second
    /// attempt comes at once when there was no connection; otherwise the wait doubles from `initial` to `maximum`, less up to half of
    /// it by chance. What the application asks for goes first.
    public static func backoff(
        attempts: Int, initial: Duration = .seconds(1), maximum: Duration = .seconds(10)
    ) -> RetryPolicy {
        RetryPolicy(attempts: max(2, attempts), initial: initial, maximum: maximum, repeatsBegun: attempts > 1)
    }

    /// How long to wait after the `attempt`-th, counted from 1.
    func wait(after attempt: Int) -> Duration {
        let full = min(maximum, initial * (1 << min(attempt - 1, 20)))
        return full * Double.random(in: 0.5...1)
    }
}

/// Which requests count against the same limit of the application.
public enum RateLimitScope: Sendable {
    /// All of them.
    case application
    /// Those to the same endpoint, ids aside.
    case endpoint
    /// Never wait ahead of a refusal.
    case off
}
