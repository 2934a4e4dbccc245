import AccessModel
import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `a client secret` {
    /// The example of the product's documentation.
    private let documented =
        "secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IkMySEx5Y0d6eUhfZDQwcjJvejZoNkpqdndv"
        + "RVFBZ0FTRVc2eDB6emh6Y2MiLCJkIjoiLTgzVkxXUVUtZVhQY0ZCWVhDb2NpU29XVmhrYnRXUm9zdkZUZ3JqcXNVbyJ9"

    @Test func `is read as the documentation writes it`() throws {
        let secret = try ClientSecret(parsing: documented)
        #expect(secret.declaredKeyID == nil)
        #expect(secret.keyID == secret.thumbprint)
        #expect(secret.thumbprint.utf8.count == 64)
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: secret.publicKey)
        let signature = try secret.signature(of: "a message".utf8)
        #expect(key.isValidSignature(signature, for: Data("a message".utf8)))
    }

    @Test func `is known by the id inside it, and its key by the thumbprint`() throws {
        let jwk = SampleKey.ed25519().replacing(#"{"kty""#, with: #"{"kid":"key-7","kty""#)
        let secret = try ClientSecret(parsing: SampleKey.clientSecret(jwk))
        #expect(secret.keyID == "key-7")
        #expect(secret.thumbprint.utf8.count == 64)
        #expect(secret.credentialKey.keyID == secret.thumbprint)
        #expect(try CredentialKey(parsing: jwk).keyID == secret.thumbprint)
    }

    @Test func `prints as nothing that helps`() throws {
        let secret = try ClientSecret(parsing: documented)
        var dumped = ""
        dump(secret, to: &dumped)
        dump(secret.credentialKey, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(secret.credentialKey)"] {
            #expect(text.contains("‹secret›"))
            #expect(!text.contains("83VLXWQU") && !text.contains("eyJ") && !text.contains(secret.thumbprint))
        }
    }

    @Test(arguments: [
        "", "a:b:v1", "a:b:v1:", "a:b:v2:e30", "a:b:v1:e30", "a:b:v1:!!!!", "a:b:v1:e30=", "a:b:v1:e30:x", ":::",
    ]) func `is refused with the words of the reference`(text: String) {
        let error = #expect(throws: CredentialError.self) { try ClientSecret(parsing: text) }
        #expect(error?.description.hasPrefix("invalid client secret") == true)
        #expect(error?.statusCode == .unknown)
    }

    @Test func `is refused with a public key, another kind of key, or padding`() throws {
        let publicKey = try JSONWebKey(parsing: SampleKey.ed25519().utf8).publicText
        for jwk in [String(decoding: publicKey, as: UTF8.self), try SampleKey.ellipticCurve(.p256), SampleKey.rsa] {
            let error = #expect(throws: CredentialError.self) {
                try ClientSecret(parsing: SampleKey.clientSecret(jwk))
            }
            #expect(error?.description.contains("no private Ed25519 key") == true)
        }
        #expect(throws: CredentialError.self) { try ClientSecret(parsing: documented + "=") }
    }

    @Test func `is read or refused whatever is in it, and never repeated`() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<1500 {
            let text = String(decoding: generator.changed(Array(documented.utf8)), as: UTF8.self)
            do throws(CredentialError) {
                _ = try ClientSecret(parsing: text)
            } catch {
                #expect(!error.description.contains("eyJ"))
            }
        }
    }
}
