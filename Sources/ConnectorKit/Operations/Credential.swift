public import AccessModel

/// The ways an account can get its credential.
public enum CredentialKind: Sendable, CaseIterable {
    /// It gets none: nobody can sign in with it yet.
    case noPassword
    /// A password made for it.
    case randomPassword
    /// It signs in at another provider.
    case sso
    /// A password that was given, encrypted for this connector.
    case encryptedPassword
}

/// Which ways a syncer offers.
public struct CredentialChoices: Sendable {
    /// All of them.
    public let supported: [CredentialKind]

    /// The one to take when nothing is said; one of ``supported``.
    public let preferred: CredentialKind

    /// These ways, the first of which is preferred.
    public init(preferring preferred: CredentialKind, or others: CredentialKind...) {
        self.preferred = preferred
        supported = [preferred] + others
    }
}

/// The credential that an account should get.
public struct CredentialRequest: Sendable {
    /// What it should be.
    public enum Kind: Sendable {
        /// None.
        case noPassword
        /// This password: made at random just now, or given.
        case password(Secret)
        /// Sign-in at this provider.
        case sso(provider: String)
    }

    /// What it should be.
    public let kind: Kind

    /// Whether the person has to choose another at the next sign-in.
    public let mustChangeAtNextLogin: Bool

    /// A request for a credential.
    public init(_ kind: Kind, mustChangeAtNextLogin: Bool = false) {
        self.kind = kind
        self.mustChangeAtNextLogin = mustChangeAtNextLogin
    }
}

/// A credential that came into being.
///
/// The runtime encrypts it for those it is meant for; it never reaches a log or a file in the clear.
public struct NewCredential: Sendable {
    /// What it is, such as `password`.
    public let name: String
    /// One line for people.
    public let description: String
    /// How it is to be read; empty for plain text.
    public let schema: String
    /// The credential itself.
    public let value: Secret

    /// A credential.
    public init(_ name: String, _ value: Secret, description: String = "", schema: String = "") {
        self.name = name
        self.value = value
        self.description = description
        self.schema = schema
    }

    /// A password.
    public static func password(_ value: Secret) -> NewCredential {
        NewCredential("password", value, description: "The account's password")
    }
}

/// A syncer whose resources can get a new credential.
public protocol CredentialRotator: ResourceSyncer {
    /// Which credentials it can set.
    var rotationCredentials: CredentialChoices { get }

    /// Replaces the credential of a resource and returns the new ones.
    ///
    /// - Parameter request: nil leaves it to the syncer.
    func rotateCredential(of id: ResourceID, to request: CredentialRequest?) async throws -> [NewCredential]
}
