import CredentialCipher
import Foundation

/// The credential in `result`, opened with the text of a private JWK, an age identity or a client secret.
func credential(in result: Data, openedBy privateKey: String) throws -> Data {
    let key = try CredentialKey(parsing: privateKey)
    return Data(try key.decrypt(Array(result)))
}
