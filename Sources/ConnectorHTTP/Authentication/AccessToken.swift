import AccessModel
public import ConnectorKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What opens the application for a while.
public struct AccessToken: Sendable {
    /// How it is sent.
    public enum Scheme: String, Sendable {
        case bearer = "Bearer"
        /// Bound to a key, whose possession each request proves.
        case dpop = "DPoP"
    }

    /// The token.
    public let value: Secret
    /// How it is sent.
    public let scheme: Scheme
    /// When it stops working; nil when nobody knows.
    public let expiry: Date?

    /// A token.
    public init(_ value: Secret, scheme: Scheme = .bearer, expiry: Date? = nil) {
        self.value = value
        self.scheme = scheme
        self.expiry = expiry
    }
}

/// The current token of a client; callers who need a new one at the same time share one request for it.
actor TokenSource {
    /// How long before its end a token is renewed.
    private static let margin = 60.0

    private let fetch: @Sendable () async throws -> AccessToken
    private let clock: any ClientClock
    private var current: AccessToken?
    private var lifetime = 0.0
    private var waiters: [Int: CheckedContinuation<AccessToken, any Error>] = [:]
    private var nextWaiter = 0
    private var flight: Task<Void, Never>?

    init(clock: any ClientClock, fetch: @escaping @Sendable () async throws -> AccessToken) {
        self.clock = clock
        self.fetch = fetch
    }

    /// A token that works for now.
    ///
    /// - Parameter refused: the token the application no longer takes.
    func token(instead refused: AccessToken? = nil) async throws -> AccessToken {
        if let refused, let current, current.value.reveal().hasSameBytes(as: refused.value.reveal()) {
            self.current = nil
        }
        if let current, isGood(current) { return current }
        return try await renewed()
    }

    private func isGood(_ token: AccessToken) -> Bool {
        guard let expiry = token.expiry else { return true }
        return expiry.timeIntervalSince(clock.now) > min(Self.margin, lifetime / 2)
    }

    /// Waits for the request under way, or starts one; who stops waiting doesn't stop it for the others.
    private func renewed() async throws -> AccessToken {
        let number = nextWaiter
        nextWaiter += 1
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                waiters[number] = continuation
                if flight == nil { flight = Task { await self.fly() } }
            }
        } onCancel: {
            Task { await self.leave(number) }
        }
    }

    private func leave(_ number: Int) {
        waiters.removeValue(forKey: number)?.resume(throwing: CancellationError())
    }

    private func fly() async {
        let result: Result<AccessToken, any Error>
        do { result = .success(try await fetch()) } catch { result = .failure(error) }
        flight = nil
        if case .success(let token) = result {
            current = token
            lifetime = token.expiry.map { max(0, $0.timeIntervalSince(clock.now)) } ?? 0
        }
        let waiting = waiters.values
        waiters = [:]
        for waiter in waiting { waiter.resume(with: outcome(result)) }
    }

    /// A token that still works for a moment beats an endpoint that doesn't answer.
    private func outcome(_ result: Result<AccessToken, any Error>) -> Result<AccessToken, any Error> {
        guard case .failure = result, let current, let expiry = current.expiry, expiry > clock.now else {
            return result
        }
        return .success(current)
    }
}
