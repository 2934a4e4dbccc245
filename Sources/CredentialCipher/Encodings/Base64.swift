/// Base 64 as RFC 4648 has it, read strictly: one spelling for each value.
///
/// Foundation's decoder lets stray bits at the end pass, and so would read two different age files as the same.
package enum Base64 {
    /// Which two characters stand for 62 and 63.
    package enum Alphabet {
        case standard, urlSafe

        fileprivate var characters: [UInt8] {
            let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            return Array((common + (self == .standard ? "+/" : "-_")).utf8)
        }

        fileprivate func value(of character: UInt8) -> UInt32? {
            switch (character, self) {
            case (UInt8(ascii: "A")...UInt8(ascii: "Z"), _): UInt32(character - UInt8(ascii: "A"))
            case (UInt8(ascii: "a")...UInt8(ascii: "z"), _): UInt32(character - UInt8(ascii: "a")) + 26
            case (UInt8(ascii: "0")...UInt8(ascii: "9"), _): UInt32(character - UInt8(ascii: "0")) + 52
            case (UInt8(ascii: "+"), .standard), (UInt8(ascii: "-"), .urlSafe): 62
            case (UInt8(ascii: "/"), .standard), (UInt8(ascii: "_"), .urlSafe): 63
            default: nil
            }
        }
    }

    /// Whether a text is filled up to a multiple of four with `=`.
    package enum Padding {
        case filled, none
    }

    private static let filler = UInt8(ascii: "=")

    /// The text of `bytes`.
    package static func encode(_ bytes: some Sequence<UInt8>, _ alphabet: Alphabet, _ padding: Padding) -> String {
        let characters = alphabet.characters
        var text: [UInt8] = []
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(characters[Int(pending >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(characters[Int(pending << UInt32(6 - bits) & 63)]) }
        if padding == .filled {
            while text.count % 4 != 0 { text.append(filler) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`, or nil when it isn't the one spelling of any.
    package static func decode(_ text: some Collection<UInt8>, _ alphabet: Alphabet, _ padding: Padding) -> [UInt8]? {
        var digits = Array(text)
        if padding == .filled {
            guard digits.count % 4 == 0 else { return nil }
            for _ in 0..<2 where digits.last == filler { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var pending: UInt32 = 0
        var bits = 0
        for digit in digits {
            guard let value = alphabet.value(of: digit) else { return nil }
            pending = (pending << 6 | value) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            }
        }
        guard pending & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return bytes
    }
}
