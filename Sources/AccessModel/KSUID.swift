/// A 27-character id whose text order is the order of creation, to the second (wire/ids.md §6).
public struct KSUID: Sendable, CustomStringConvertible {
    private static let epoch: Int64 = 1_400_000_000
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The 20 bytes: seconds since the KSUID epoch, big endian, then 16 bytes of payload.
    public let bytes: [UInt8]

    /// A fresh id for the Unix time `seconds`.
    public init(at seconds: Int64) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: seconds, payload: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// The id with a given payload of 16 bytes.
    public init(at seconds: Int64, payload: [UInt8]) {
        precondition(payload.count == 16, "a KSUID payload has 16 bytes")
        let time = UInt32(truncatingIfNeeded: seconds - Self.epoch)
        bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: time >> $0) } + payload
    }

    /// Reads the text of an id; nil when it is none.
    public init?(_ text: String) {
        guard text.utf8.count == 27 else { return nil }
        var number = [UInt8](repeating: 0, count: 20)
        for character in text.utf8 {
            guard var carry = Self.alphabet.firstIndex(of: character) else { return nil }
            for index in number.indices.reversed() {
                carry += Int(number[index]) * Self.alphabet.count
                number[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            // 27 digits can say more than 20 bytes hold.
            guard carry == 0 else { return nil }
        }
        bytes = number
    }

    /// The base-62 text, 27 characters.
    public var description: String {
        var number = bytes
        var digits = [UInt8](repeating: Self.alphabet[0], count: 27)
        for place in stride(from: 26, through: 0, by: -1) {
            var remainder = 0
            for index in number.indices {
                let value = remainder * 256 + Int(number[index])
                number[index] = UInt8(value / 62)
                remainder = value % 62
            }
            digits[place] = Self.alphabet[remainder]
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
