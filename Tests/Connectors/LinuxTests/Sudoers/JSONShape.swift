/// JSON in the layout of cvtsudoers, which prints some objects on one line and some pairs without an object.
indirect enum JSONShape {
    case text([UInt8])
    case number(Int64)
    case flag(Bool)
    case array([JSONShape])
    case object([(String, JSONShape)])
    /// `{ "name": value }` on one line.
    case single(String, JSONShape)
    /// A pair that stands in an array.
    case pair(String, JSONShape)

    func text(indent: Int = 0) -> [UInt8] {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): Array("\(number)".utf8)
        case .flag(let flag): Array("\(flag)".utf8)
        case .array(let items): Self.block("[", items.map { $0.text(indent: indent + 4) }, "]", indent)
        case .object(let pairs):
            Self.block("{", pairs.map { Self.pair($0.0, $0.1).text(indent: indent + 4) }, "}", indent)
        case .single(let name, let value):
            Array("{ ".utf8) + Self.pair(name, value).text(indent: indent) + Array(" }".utf8)
        case .pair(let name, let value):
            Self.quoted(Array(name.utf8)) + Array(": ".utf8) + value.text(indent: indent)
        }
    }

    private static func block(_ open: String, _ items: [[UInt8]], _ close: String, _ indent: Int) -> [UInt8] {
        let line = Array("\n".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: indent)
        let inner = line + Array("    ".utf8)
        let body = items.map { inner + $0 }.joined(separator: [UInt8(ascii: ",")])
        return Array(open.utf8) + Array(body) + line + Array(close.utf8)
    }

    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        var result = [UInt8(ascii: "\"")]
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case 8: result += Array("\\b".utf8)
            case 12: result += Array("\\f".utf8)
            case 10: result += Array("\\n".utf8)
            case 13: result += Array("\\r".utf8)
            case 9: result += Array("\\t".utf8)
            case 0..<32, 127:
                let digits = Array("0123456789abcdef".utf8)
                result += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: result.append(byte)
            }
        }
        return result + [UInt8(ascii: "\"")]
    }
}
