/// A public key as SSH sends it: its type, then numbers, each with its length in front.
struct KeyBlob {
    let type: String?
    let bits: Int?

    init(_ bytes: [UInt8]) {
        var reader = KeyBlobReader(rest: bytes[...])
        guard let name = reader.next(), !name.isEmpty, name.count < 100, name.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            type = nil
            bits = nil
            return
        }
        type = name.text
        bits = Self.bits(of: name.text, &reader)
    }

    private static func bits(of type: String, _ reader: inout KeyBlobReader) -> Int? {
        if type.utf8.starts(with: "ecdsa-sha2-".utf8) || type.utf8.starts(with: "sk-ecdsa-sha2-".utf8) {
            let digits = type.utf8.drop { !$0.isCurveStart }.dropFirst(5).prefix(while: \.isDigit)
            return Int(String(decoding: digits, as: UTF8.self))
        }
        if type.utf8.starts(with: "ssh-ed25519".utf8) || type.utf8.starts(with: "sk-ssh-ed25519".utf8) { return 256 }
        // A certificate has a nonce in front of the key itself.
        if type.utf8.count > 9, type.hasSuffix("-cert-v01@openssh.com") { _ = reader.next() }
        if type.utf8.starts(with: "ssh-rsa".utf8) {
            _ = reader.next()
            return reader.next().map(length)
        }
        return type.utf8.starts(with: "ssh-dss".utf8) ? reader.next().map(length) : nil
    }

    private static func length(ofNumber bytes: ArraySlice<UInt8>) -> Int {
        let digits = bytes.drop { $0 == 0 }
        guard let first = digits.first else { return 0 }
        return digits.count * 8 - first.leadingZeroBitCount
    }
}

extension UInt8 {
    /// The `n` of `nistp256`.
    fileprivate var isCurveStart: Bool { self == UInt8(ascii: "n") }
}

private struct KeyBlobReader {
    var rest: ArraySlice<UInt8>

    /// The next part, or nil when the bytes end before it does.
    mutating func next() -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= rest.count - 4 else { return nil }
        let start = rest.startIndex + 4
        defer { rest = rest[(start + length)...] }
        return rest[start..<(start + length)]
    }
}
