import BatonWire
import Foundation
import Testing

@testable import CredentialCipher

@Suite struct `a result, as the documentation opens it` {
    @Test func `is the credential again`() throws {
        for jwk in [SampleKey.ed25519(), SampleKey.rsa, try SampleKey.ellipticCurve(.p384)] {
            let encrypted = try Recipient(parsing: jwk).encrypt(plaintext("s3cret"))
            #expect(try credential(in: encrypted.encryptedBytes, openedBy: jwk) == Data("s3cret".utf8))
        }
    }
}
