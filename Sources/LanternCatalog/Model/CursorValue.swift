import GRDB

/// The value of a sort column in a page token.
enum CursorValue: DatabaseValueConvertible, Sendable {
    case text(String)
    case number(Int64)

    var integer: Int64? { if case .number(let number) = self { number } else { nil } }

    var databaseValue: DatabaseValue {
        switch self {
        case .text(let text): text.databaseValue
        case .number(let number): number.databaseValue
        }
    }

    static func fromDatabaseValue(_ value: DatabaseValue) -> CursorValue? {
        switch value.storage {
        case .string(let text): .text(text)
        case .int64(let number): .number(number)
        default: nil
        }
    }

    /// The values as text that may stand in a URL: each with its kind and length in front, in hexadecimal.
    static func token(_ values: [CursorValue]) -> String {
        let plain: String = values.map { (value: CursorValue) -> String in
            switch value {
            case .text(let text): "t\(text.utf8.count):\(text)"
            case .number(let number): "n\(String(number).utf8.count):\(number)"
            }
        }.joined()
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: plain.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Reads a token; nil when it is none.
    static func read(_ token: String) -> [CursorValue]? {
        guard token.utf8.count % 2 == 0, token.utf8.count <= 1 << 16 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in token.utf8 {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(value))
                high = nil
            } else {
                high = UInt8(value)
            }
        }
        var rest = bytes[...]
        var values: [CursorValue] = []
        while let kind = rest.popFirst() {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                let count = Int(String(decoding: rest[..<colon], as: UTF8.self)), count >= 0,
                rest.endIndex - colon - 1 >= count
            else { return nil }
            let text = String(decoding: rest[(colon + 1)..<(colon + 1 + count)], as: UTF8.self)
            rest = rest[(colon + 1 + count)...]
            switch kind {
            case UInt8(ascii: "t"): values.append(.text(text))
            case UInt8(ascii: "n"):
                guard let number = Int64(text) else { return nil }
                values.append(.number(number))
            default: return nil
            }
        }
        return values
    }
}
