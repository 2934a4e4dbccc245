import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A JSON Web Key (RFC 7517) of a kind that credentials are encrypted to: OKP with Ed25519, EC or RSA.
struct JSONWebKey: Sendable {
    /// The half that may be known.
    enum PublicKey: Sendable {
        case ed25519([UInt8])
        /// A byte 4, then both coordinates.
        case ellipticCurve(EllipticCurve, point: [UInt8])
        case rsa(RSAKey)
    }

    let publicKey: PublicKey
    /// The member `d`: Ed25519's seed, the number of an EC or RSA key.
    let secret: SecretBytes?
    /// The member `kid`, when it is there and not empty.
    let id: String?

    init(_ publicKey: PublicKey) {
        self.publicKey = publicKey
        secret = nil
        id = nil
    }

    /// Reads the JSON text of a public or private key.
    init(parsing text: some Collection<UInt8>) throws(CredentialError) {
        let members: Members
        do {
            members = try JSONDecoder().decode(Members.self, from: Data(text))
        } catch {
            throw CredentialError(.invalidKey, "JWK", "is no JSON object with text members. Export the key again.")
        }
        id = members.kid.flatMap { $0.isEmpty ? nil : $0 }
        switch (members.kty, members.crv) {
        case ("OKP", "Ed25519"):
            let key = try Self.bytes(members.x, "x", count: 32)
            secret = try members.d.map { text throws(CredentialError) in
                SecretBytes(try Self.bytes(text, "d", count: 32))
            }
            publicKey = .ed25519(key)
        case ("EC", let name):
            guard let curve = name.flatMap(EllipticCurve.init) else {
                throw Self.unsupported("a curve other than P-256, P-384 and P-521")
            }
            let x = try Self.bytes(members.x, "x", count: curve.coordinateSize)
            let y = try Self.bytes(members.y, "y", count: curve.coordinateSize)
            secret = try members.d.map { text throws(CredentialError) in
                SecretBytes(try Self.bytes(text, "d", count: curve.coordinateSize))
            }
            guard curve.holds([4] + x + y) else {
                throw CredentialError(.invalidKey, "JWK", "is no point of its curve. Export the key again.")
            }
            publicKey = .ellipticCurve(curve, point: [4] + x + y)
        case ("RSA", _):
            secret = try members.d.map { text throws(CredentialError) in SecretBytes(try Self.bytes(text, "d")) }
            publicKey = .rsa(
                try RSAKey(
                    modulus: Self.bytes(members.n, "n"), exponent: Self.bytes(members.e, "e"), privateExponent: secret))
        case ("OKP", _): throw Self.unsupported("a curve other than Ed25519")
        default: throw Self.unsupported("a type other than OKP, EC and RSA")
        }
        guard isConsistent else {
            throw CredentialError(.invalidKey, "JWK", "its two halves are of different keys. Export the key again.")
        }
    }

    /// The public half as JSON: the members that identify it, in the order that RFC 7638 hashes.
    var publicText: [UInt8] {
        func text(_ bytes: some Sequence<UInt8>) -> String { Base64.encode(bytes, .urlSafe, .none) }
        let members =
            switch publicKey {
            case .ed25519(let key): #""crv":"Ed25519","kty":"OKP","x":"\#(text(key))""#
            case .rsa(let key): #""e":"\#(text(key.exponent))","kty":"RSA","n":"\#(text(key.modulus))""#
            case .ellipticCurve(let curve, let point):
                #""crv":"\#(curve.rawValue)","kty":"EC","x":"\#(text(point[1...curve.coordinateSize]))","#
                    + #""y":"\#(text(point[(1 + curve.coordinateSize)...]))""#
            }
        return Array("{\(members)}".utf8)
    }

    /// The thumbprint of RFC 7638 over SHA-256, in hexadecimal: what the ecosystem calls the key id.
    var thumbprint: String { hexadecimal(SHA256.hash(data: publicText)) }

    /// Whether a private half belongs to the public one.
    ///
    /// Of RSA keys only libcrypto could tell; they fail when used.
    private var isConsistent: Bool {
        guard let secret else { return true }
        switch publicKey {
        case .rsa: return true
        case .ellipticCurve(let curve, let point): return curve.point(of: secret) == point
        case .ed25519(let key):
            let derived = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret.reveal()).publicKey
            return derived.map { Array($0.rawRepresentation) } == key
        }
    }

    /// What of the members is looked at; the rest doesn't matter here.
    private struct Members: Decodable {
        var kty: String?
        var crv: String?
        var kid: String?
        var x: String?
        var y: String?
        var d: String?
        var n: String?
        var e: String?
    }

    private static func unsupported(_ what: String) -> CredentialError {
        CredentialError(.unsupported, "JWK", "has \(what), to which nothing can be encrypted. Use another key.")
    }

    /// The bytes of a member.
    ///
    /// The reference takes them with and without `=` at the end.
    private static func bytes(_ text: String?, _ member: String, count: Int? = nil) throws(CredentialError) -> [UInt8] {
        var digits = Array((text ?? "").utf8)
        while digits.last == UInt8(ascii: "=") { digits.removeLast() }
        guard let bytes = Base64.decode(digits, .urlSafe, .none), !bytes.isEmpty, count == nil || bytes.count == count
        else {
            throw CredentialError(
                .invalidKey, "JWK", "its member \(member) is missing or malformed. Export the key again.")
        }
        return bytes
    }
}
