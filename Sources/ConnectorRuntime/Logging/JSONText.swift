/// Writes JSON by hand, in a given order of keys.
enum JSONText {
    /// A string in quotes.
    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += Array("\\\"".utf8)
            case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
            case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
            case 0..<0x20, 0x7F: bytes += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An object of members that are JSON already.
    static func object(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\(quoted($0.key)):\($0.value)" }.joined(separator: ",") + "}"
    }

    /// An array of items that are JSON already.
    static func array(_ items: [String]) -> String {
        "[" + items.joined(separator: ",") + "]"
    }

    /// `json`, spread over lines with two spaces a level, its order kept.
    ///
    /// The input must be valid JSON; empty objects and arrays stay on one line.
    static func indented(_ json: String) -> String {
        var writer = Indenter()
        for byte in json.utf8 { writer.take(byte) }
        return String(decoding: writer.output, as: UTF8.self)
    }

    private struct Indenter {
        var output: [UInt8] = []
        private var depth = 0
        private var isInString = false
        private var isEscaped = false
        private var hasJustOpened = false

        mutating func take(_ byte: UInt8) {
            if isInString { return takeText(byte) }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): return
            case UInt8(ascii: "}"), UInt8(ascii: "]"): close(byte)
            case UInt8(ascii: "{"), UInt8(ascii: "["): open(byte)
            case UInt8(ascii: ","):
                output.append(byte)
                breakLine()
            case UInt8(ascii: ":"): output += [byte, UInt8(ascii: " ")]
            default:
                startItem()
                isInString = byte == UInt8(ascii: "\"")
                output.append(byte)
            }
        }

        private mutating func takeText(_ byte: UInt8) {
            output.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
        }

        private mutating func open(_ byte: UInt8) {
            startItem()
            output.append(byte)
            depth += 1
            hasJustOpened = true
        }

        private mutating func close(_ byte: UInt8) {
            depth -= 1
            if !hasJustOpened { breakLine() }
            hasJustOpened = false
            output.append(byte)
        }

        private mutating func startItem() {
            if hasJustOpened { breakLine() }
            hasJustOpened = false
        }

        private mutating func breakLine() {
            output.append(UInt8(ascii: "\n"))
            output += Array(repeating: UInt8(ascii: " "), count: max(0, depth) * 2)
        }
    }
}
