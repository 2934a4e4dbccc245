import CredentialCipher
import Crypto
import WireForm

/// What a program signs with its client secret in order to get an access token (RFC 7523 §3, service-mode.md §4.2).
struct ClientAssertion {
    private let signed: [UInt8]
    private let signature: [UInt8]
    private let header: JSONValue
    private let claims: JSONValue

    /// How far clocks may be apart, in seconds.
    private static let slack: Int64 = 60
    /// How long a statement may hold from now on, in seconds.
    private static let longest: Int64 = 300

    /// Reads a compact JWS; nil when it is none.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 8192, parts.count == 3 else { return nil }
        let decoded = parts.map { Base64.decode($0, .urlSafe, .none) }
        guard let header = decoded[0].flatMap({ try? JSONValue(parsing: $0) }),
            let claims = decoded[1].flatMap({ try? JSONValue(parsing: $0) }), let signature = decoded[2]
        else { return nil }
        signed = Array(parts[0]) + [UInt8(ascii: ".")] + Array(parts[1])
        self.header = header
        self.claims = claims
        self.signature = signature
    }

    /// Why it proves nothing for a client; nil when it does.
    ///
    /// - Parameters:
    ///   - client: the client's id.
    ///   - key: the public half of the client's key.
    ///   - now: seconds since 1970.
    func problem(for client: String, key: [UInt8], at now: Int64) -> String? {
        guard header["alg"]?.string == "EdDSA" else { return "its algorithm isn't EdDSA" }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key),
            key.isValidSignature(signature, for: signed)
        else { return "its signature is wrong" }
        guard claims["iss"]?.string == client, claims["sub"]?.string == client else {
            return "its issuer and subject aren't the client"
        }
        let audience = claims["aud"]
        let audiences = audience?.string.map { [$0] } ?? audience?.elements.compactMap(\.string) ?? []
        guard audiences.contains(Self.host(of: client)) else { return "it is meant for another server" }
        guard let ends = Self.seconds(claims["exp"]), ends >= now - Self.slack else { return "it is too old" }
        guard ends <= now + Self.longest + Self.slack else { return "it holds for too long" }
        if let begins = Self.seconds(claims["nbf"]), begins > now + Self.slack { return "it doesn't hold yet" }
        return nil
    }

    /// The host in a client id like `name@host:port/use`, without its port.
    private static func host(of client: String) -> String {
        let place = client.split(separator: "@", maxSplits: 1).last ?? ""
        let host = place.split(separator: "/", maxSplits: 1).first ?? ""
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return String(host) }
        return String(host[..<colon])
    }

    private static func seconds(_ value: JSONValue?) -> Int64? {
        guard case .number(let text) = value else { return nil }
        return Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded()) }
    }
}
