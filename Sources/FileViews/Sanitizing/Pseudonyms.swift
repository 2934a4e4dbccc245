import AccessModel
import Crypto

/// What stands in a sanitized file for what identifies somebody: the same for the same input and secret, and no way back
/// without the secret (c1z-v1 §13.7).
struct Pseudonyms {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    private let key: SymmetricKey
    /// The ids of the resource types of the file, which are the application's words and stay.
    private var types: Set<ByteKey> = []

    init(secret: [UInt8]) {
        key = SymmetricKey(data: secret)
    }

    mutating func keep(type: String) {
        if !type.isEmpty { types.insert(ByteKey(type)) }
    }

    /// What stands for any text; nothing for nothing.
    func of(_ text: String) -> String { of(Array(text.utf8)) }

    func of(_ text: [UInt8]) -> String {
        text.isEmpty ? "" : String(decoding: Self.base32(mac(text).prefix(12)), as: UTF8.self)
    }

    /// The authentication code of a text, of which nobody without the secret learns anything.
    func mac(_ text: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: text, using: key))
    }

    /// What stands for an id that may be put together from others with colons: types in it stay.
    func composite(_ id: String) -> String {
        let parts = Array(id.utf8).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count > 1 else { return of(id) }
        return parts.map { part in
            types.contains(ByteKey(part)) ? String(decoding: part, as: UTF8.self) : of(Array(part))
        }.joined(separator: ":")
    }

    /// What stands for a resource type where only its id is.
    func type(_ id: String) -> String {
        types.contains(ByteKey(id)) ? id : of(id)
    }

    /// What stands for an address: who shared a domain still does.
    func email(_ address: String) -> String {
        let bytes = Array(address.utf8)
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return of(address) }
        return "\(of(Array(bytes[..<at])))@dom-\(of(Array(bytes[(at + 1)...])).lowercased()).example"
    }

    /// What stands for an address on the web.
    func link(_ url: String) -> String {
        url.isEmpty ? "" : "https://redacted.example"
    }

    private static func base32(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var (bits, count) = (0, 0)
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[bits >> count & 31])
            }
        }
        if count > 0 { text.append(alphabet[bits << (5 - count) & 31]) }
        return text
    }
}
