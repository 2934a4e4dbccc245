public import AccessModel
public import BatonWire
public import SwiftProtobuf

/// A syncer whose resources, such as accounts, can be given a credential of their own: an API key, a key pair, a token.
///
/// What comes into being is a resource of its own, of a type whose syncer can delete it.
public protocol CredentialIssuer: ResourceSyncer {
    /// What can be issued, each kind once, the preferred one first.
    var issuableCredentials: [IssuableCredential] { get }

    /// Issues a credential.
    ///
    /// The order was checked against ``issuableCredentials``, and the answer will be. It is asked for once only: a credential that is
    /// there must not come into being twice.
    func issueCredential(_ order: CredentialIssueOrder) async throws -> IssuedCredential
}

/// A kind of credential that can be issued.
public struct IssuableCredential: Sendable {
    /// What it is, and what may be asked of it.
    public enum Kind: Sendable {
        /// An API key that may do these things.
        case apiKey(scopes: OfferedNames)
        /// A key pair of one of these kinds.
        case keypair([KeyProfile])
        /// A token that may do these things, for these.
        case token(scopes: OfferedNames, audiences: OfferedNames)
        /// A client secret.
        case clientSecret
    }

    /// What becomes of its resource.
    public enum Mode: Sendable {
        /// Later syncs list it.
        case discoverable
        /// No sync ever lists it: the answer is all there is of it.
        case virtual
    }

    /// What it is.
    public let kind: Kind
    /// The resource type of what comes into being.
    public let secretType: String
    /// What becomes of its resource.
    public let mode: Mode
    /// For how long it can be made valid; nil when it can't be said.
    public let lifetime: CredentialLifetime?

    /// A kind of credential whose resources are of the type `secretType`.
    public init(_ kind: Kind, as secretType: ResourceType, mode: Mode, lifetime: CredentialLifetime? = nil) {
        self.kind = kind
        self.secretType = secretType.id
        self.mode = mode
        self.lifetime = lifetime
    }
}

/// Names that can be asked for, such as scopes.
public struct OfferedNames: Sendable {
    /// Those that are known.
    public let names: [String]
    /// Whether others can be asked for too.
    public let allowsOthers: Bool

    /// Only these.
    public static func only(_ names: String...) -> OfferedNames { OfferedNames(names: names, allowsOthers: false) }

    /// Any, of which these are known.
    public static func any(suggesting names: String...) -> OfferedNames {
        OfferedNames(names: names, allowsOthers: true)
    }

    /// None.
    public static var none: OfferedNames { OfferedNames(names: [], allowsOthers: false) }
}

/// For how long a credential can be made valid.
public struct CredentialLifetime: Sendable {
    /// The shortest time, above zero; nil means any.
    public let shortest: Duration?
    /// The longest time; nil means any.
    public let longest: Duration?

    /// From `shortest` to `longest`.
    public init(atLeast shortest: Duration? = nil, atMost longest: Duration? = nil) {
        self.shortest = shortest
        self.longest = longest
    }
}

/// A kind of key pair.
public enum KeyProfile: Sendable, Equatable {
    /// RSA with so many bits: 2048 to 16384, in steps of 256.
    case rsa(bits: Int)
    /// An elliptic curve of NIST.
    case ec(ECCurve)
    /// A curve of RFC 8037.
    case okp(OKPCurve)

    /// The curves of NIST, by their names in JWK.
    public enum ECCurve: String, Sendable {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"
    }

    /// The curves of RFC 8037, by their names in JWK.
    public enum OKPCurve: String, Sendable {
        case ed25519 = "Ed25519"
        case ed448 = "Ed448"
        case x25519 = "X25519"
        case x448 = "X448"
    }
}

/// A credential to be issued.
public struct CredentialIssueOrder: Sendable {
    /// What it should be.
    public enum Kind: Sendable, Equatable {
        case apiKey(scopes: [String])
        case keypair(KeyProfile)
        case token(scopes: [String], audiences: [String])
        case clientSecret
    }

    /// For whom.
    public let identity: ResourceID
    /// What it should be.
    public let kind: Kind
    /// When it must have ended; nil leaves it to the application.
    public let expiry: Google_Protobuf_Timestamp?
    /// What the caller calls this order; an application that takes such a key won't do it twice.
    public let requestID: String

    /// An order.
    public init(for identity: ResourceID, _ kind: Kind, expiry: Google_Protobuf_Timestamp? = nil, requestID: String) {
        self.identity = identity
        self.kind = kind
        self.expiry = expiry
        self.requestID = requestID
    }
}

/// A credential that was issued.
public struct IssuedCredential: Sendable {
    /// Its resource, with a `SecretTrait` that names the identity and, if one was asked for, the expiry.
    public let secret: Resource
    /// What it consists of, each with a name of its own; at least one.
    public let credentials: [NewCredential]
    /// Remarks.
    public let annotations: [Annotation]

    /// A credential, and its resource.
    public init(_ secret: Resource, _ credentials: [NewCredential], annotations: [Annotation] = []) {
        self.secret = secret
        self.credentials = credentials
        self.annotations = annotations
    }
}
