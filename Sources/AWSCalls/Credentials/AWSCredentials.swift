import AccessModel
public import ConnectorKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What requests are signed with.
public struct AWSCredentials: Sendable {
    /// The id of the key, which requests show.
    public let accessKeyID: String
    /// The key, which they don't.
    public let secretAccessKey: Secret
    /// What goes with keys that were lent; nil for one's own.
    public let sessionToken: Secret?
    /// Until when they are good; nil for ever.
    public let expiresAt: Date?
    /// Where they came from, for a person.
    public let origin: String

    /// Credentials.
    public init(
        accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiresAt: Date? = nil,
        from origin: String
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
        self.origin = origin
    }
}

/// Gets credentials from one place.
package protocol CredentialSource: Sendable {
    /// The credentials, or nil when the place has none; then the next one is asked.
    ///
    /// - Throws: ``AWSError`` when it has some that can't be had.
    func credentials() async throws -> AWSCredentials?
}

/// Credentials that are got when they are needed, and again before they expire.
package actor CredentialCache: CredentialSource {
    private let source: (any CredentialSource)?
    private let clock: @Sendable () -> Date
    private var current: AWSCredentials?
    private var fetching: Task<AWSCredentials?, any Error>?

    /// How long before they expire they are got anew.
    private static let margin: TimeInterval = 300

    /// - Parameter source: nil for requests that nobody signs.
    package init(_ source: (any CredentialSource)?, clock: @escaping @Sendable () -> Date) {
        self.source = source
        self.clock = clock
    }

    /// Credentials that are good for a while; nil when requests are not signed.
    ///
    /// - Throws: ``AWSError`` when there are none.
    package func credentials() async throws -> AWSCredentials? {
        guard let source else { return nil }
        if let current, isGood(current) { return current }
        let task = fetching ?? Task { try await source.credentials() }
        fetching = task
        defer { fetching = nil }
        guard let found = try await task.value else {
            throw AWSError(
                .unauthenticated,
                "no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or run where a role is given."
            )
        }
        current = found
        return found
    }

    /// Forgets credentials that the service doesn't take any more.
    package func forget(_ refused: AWSCredentials) {
        if current?.accessKeyID == refused.accessKeyID { current = nil }
    }

    private func isGood(_ credentials: AWSCredentials) -> Bool {
        credentials.expiresAt.map { $0.timeIntervalSince(clock()) > Self.margin } ?? true
    }
}
