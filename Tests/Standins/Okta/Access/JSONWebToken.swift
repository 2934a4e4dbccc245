import Crypto
import CryptoExtras
import Foundation
import StandinKit
import WireForm

/// A signed token taken apart; the signature is not checked yet.
struct JSONWebToken {
    let header: JSONValue
    let claims: JSONValue
    private let signed: Data
    private let signature: Data

    /// Takes `header.claims.signature` apart; nil when it is no such thing.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Data(base64URL: parts[0]), let claims = Data(base64URL: parts[1]),
            let signature = Data(base64URL: parts[2]), let head = try? JSONValue(parsing: Array(header)),
            let body = try? JSONValue(parsing: Array(claims)), head.isObject, body.isObject
        else { return nil }
        self.header = head
        self.claims = body
        self.signature = signature
        signed = Data("\(parts[0]).\(parts[1])".utf8)
    }

    var algorithm: String? { header["alg"]?.string }

    /// A claim in whole seconds.
    func seconds(_ name: String) -> Int64? { claims[name]?.integer }

    /// Whether the owner of a public key signed it, with an algorithm of that key.
    func isSigned(by key: JSONValue) -> Bool {
        switch (key["kty"]?.string, algorithm) {
        case ("RSA", "RS256"):
            guard let n = Data(base64URL: key["n"]?.string), let e = Data(base64URL: key["e"]?.string),
                let publicKey = try? _RSA.Signing.PublicKey(n: n, e: e)
            else { return false }
            return publicKey.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: signed),
                padding: .insecurePKCS1v1_5)
        case ("EC", "ES256"):
            guard key["crv"]?.string == "P-256", let x = Data(base64URL: key["x"]?.string),
                let y = Data(base64URL: key["y"]?.string),
                let publicKey = try? P256.Signing.PublicKey(rawRepresentation: x + y),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return publicKey.isValidSignature(signature, for: SHA256.hash(data: signed))
        default: return false
        }
    }
}

/// Public keys as JSON.
enum JSONWebKey {
    /// The SHA-256 thumbprint (RFC 7638); nil for a key of a kind that isn't known.
    static func thumbprint(_ key: JSONValue) -> String? {
        let names: [String]
        switch key["kty"]?.string {
        case "RSA": names = ["e", "kty", "n"]
        case "EC": names = ["crv", "kty", "x", "y"]
        default: return nil
        }
        var members: [(name: String, value: JSONValue)] = []
        for name in names {
            guard let value = key[name]?.string else { return nil }
            members.append((name, .string(value)))
        }
        return digest(JSONValue.object(members).text)
    }

    /// The SHA-256 of a text in base64url, as `ath` and thumbprints are.
    static func digest(_ text: String) -> String {
        Data(SHA256.hash(data: Data(text.utf8))).base64URL
    }

    /// Whether the private half is in it, which nobody should send.
    static func isPrivate(_ key: JSONValue) -> Bool { key["d"] != nil }
}

extension Data {
    init?(base64URL text: String?) {
        guard let text, !text.contains("+"), !text.contains("/"), !text.contains("=") else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        self.init(
            base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding)
    }

    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
