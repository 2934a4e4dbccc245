import AccessModel
public import ConnectorKit
import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A private key that signs tokens: RSA (RS256) or P-256 (ES256).
public struct SigningKey: Sendable {
    private enum Kind: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
    }

    private let kind: Kind

    /// The id under which the other side knows the key; nil when it needs none.
    public let id: String?

    /// A key from PEM: PKCS#1, PKCS#8 or SEC 1, not encrypted.
    public init(pem: Secret, id: String? = nil) throws {
        let text = PEMText.normalized(pem.reveal())
        if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text) {
            kind = .rsa(key)
        } else if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) {
            kind = .p256(key)
        } else if text.contains("ENCRYPTED") {
            throw ServiceError(.invalidArgument, "private key: it is encrypted. Decrypt it with openssl pkey.")
        } else {
            throw ServiceError(
                .invalidArgument, "private key: it is no PEM private key of kind RSA (2048 bits or more) or P-256.")
        }
        self.id = id
    }

    /// A key from a JSON Web Key.
    public init(jwk: Secret, id: String? = nil) throws {
        struct Key: Decodable {
            let kty: String
            let kid, crv, n, e, d, p, q: String?
        }
        let malformed = ServiceError(
            .invalidArgument, "private key: it is no private JSON Web Key of kind RSA (2048 bits or more) or P-256.")
        guard let key = try? JSONDecoder().decode(Key.self, from: Data(jwk.reveal().utf8)),
            let d = key.d.flatMap(Base64URL.decode)
        else { throw malformed }
        switch (key.kty, key.crv) {
        case ("RSA", _):
            guard let n = key.n.flatMap(Base64URL.decode), let e = key.e.flatMap(Base64URL.decode),
                let p = key.p.flatMap(Base64URL.decode), let q = key.q.flatMap(Base64URL.decode),
                let rsa = try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q)
            else { throw malformed }
            kind = .rsa(rsa)
        case ("EC", "P-256"):
            guard let p256 = try? P256.Signing.PrivateKey(rawRepresentation: d) else { throw malformed }
            kind = .p256(p256)
        default: throw malformed
        }
        self.id = id ?? key.kid
    }

    /// The algorithm's name in a token: `RS256` or `ES256`.
    public var algorithm: String {
        switch kind {
        case .rsa: "RS256"
        case .p256: "ES256"
        }
    }

    func signature(of data: Data) throws -> Data {
        switch kind {
        case .rsa(let key):
            try key.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
        case .p256(let key): try key.signature(for: SHA256.hash(data: data)).rawRepresentation
        }
    }

    /// The public half as a JSON Web Key.
    func publicKey() throws -> [String: ClaimValue] {
        switch kind {
        case .rsa(let key):
            let primitives = try key.publicKey.getKeyPrimitives()
            return [
                "kty": "RSA", "n": .text(Base64URL.encode(primitives.modulus)),
                "e": .text(Base64URL.encode(primitives.publicExponent)),
            ]
        case .p256(let key):
            let point = key.publicKey.rawRepresentation
            return [
                "kty": "EC", "crv": "P-256", "x": .text(Base64URL.encode(point.prefix(32))),
                "y": .text(Base64URL.encode(point.suffix(32))),
            ]
        }
    }
}

/// A value in a token.
public enum ClaimValue: Encodable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case number(Int)
    case texts([String])
    case members([String: ClaimValue])

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(value) }

    /// Writes the value alone.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .texts(let texts): try container.encode(texts)
        case .members(let members): try container.encode(members)
        }
    }
}

/// Signed tokens (RFC 7519).
enum JSONWebToken {
    static func signed(
        header: [String: ClaimValue] = ["typ": "JWT"], claims: [String: ClaimValue], with key: SigningKey
    ) throws -> String {
        var header = header
        header["alg"] = .text(key.algorithm)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try Base64URL.encode(encoder.encode(header)) + "." + Base64URL.encode(encoder.encode(claims))
        return try body + "." + Base64URL.encode(key.signature(of: Data(body.utf8)))
    }
}

/// Base64 as tokens have it (RFC 4648, 5, without padding).
enum Base64URL {
    static func encode(_ data: some DataProtocol) -> String {
        String(
            Data(data).base64EncodedString().compactMap {
                switch $0 {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: $0
                }
            })
    }

    static func decode(_ text: String) -> Data? {
        var plain = String(text.map { $0 == "-" ? "+" : ($0 == "_" ? "/" : $0) })
        while plain.utf8.count % 4 != 0 { plain += "=" }
        return Data(base64Encoded: plain)
    }
}
