/// Bech32 (BIP 173) without its limit of 90 characters, as age writes keys.
enum Bech32 {
    private static let characters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The text of `bytes` with the prefix `prefix`, in lower case.
    static func encode(_ bytes: some Sequence<UInt8>, prefix: String) -> String {
        let values = groups(of: bytes)
        let sum = checksum(Array(prefix.utf8), values + [0, 0, 0, 0, 0, 0]) ^ 1
        let check = (0..<6).map { UInt8(sum >> UInt32(5 * (5 - $0)) & 31) }
        return prefix + "1" + String(decoding: (values + check).map { characters[Int($0)] }, as: UTF8.self)
    }

    /// The prefix (in lower case) and the bytes of `text`, or nil when it is no Bech32 or its checksum is wrong.
    static func decode(_ text: some Collection<UInt8>) -> (prefix: String, bytes: [UInt8])? {
        let isUpper = text.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        let isLower = text.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard !(isUpper && isLower), text.allSatisfy({ (33...126).contains($0) }) else { return nil }
        let lowered = text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        guard let border = lowered.lastIndex(of: UInt8(ascii: "1")), border > 0 else { return nil }
        let prefix = lowered[..<border]
        var values: [UInt8] = []
        for character in lowered[(border + 1)...] {
            guard let value = characters.firstIndex(of: character) else { return nil }
            values.append(UInt8(value))
        }
        guard values.count >= 6, checksum(Array(prefix), values) == 1 else { return nil }
        guard let bytes = bytes(of: values.dropLast(6)) else { return nil }
        return (String(decoding: prefix, as: UTF8.self), bytes)
    }

    private static func groups(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var values: [UInt8] = []
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            pending = (pending << 8 | UInt32(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                values.append(UInt8(pending >> bits & 31))
            }
        }
        if bits > 0 { values.append(UInt8(pending << (5 - bits) & 31)) }
        return values
    }

    private static func bytes(of values: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for value in values {
            pending = (pending << 5 | UInt32(value)) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(pending >> bits & 255))
            }
        }
        guard bits < 5, pending & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }

    private static func checksum(_ prefix: [UInt8], _ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        var sum: UInt32 = 1
        for value in prefix.map({ $0 >> 5 }) + [0] + prefix.map({ $0 & 31 }) + values {
            let top = sum >> 25
            sum = (sum & 0x1FF_FFFF) << 5 ^ UInt32(value)
            for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { sum ^= generator[bit] }
        }
        return sum
    }
}
