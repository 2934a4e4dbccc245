/// Text inside the XML of a workbook.
enum XMLText {
    /// Appends one shared string.
    static func appendItem(_ string: UnsafeRawBufferPointer, to xml: inout [UInt8]) {
        let keepsBlanks = isBlank(string.first) || isBlank(string.last) || string.contains(0x0A)
        xml.append(contentsOf: keepsBlanks ? "<si><t xml:space=\"preserve\">".utf8 : "<si><t>".utf8)
        append(string, to: &xml)
        xml.append(contentsOf: "</t></si>".utf8)
    }

    private static func isBlank(_ byte: UInt8?) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D
    }

    private static func append(_ string: UnsafeRawBufferPointer, to xml: inout [UInt8]) {
        for (place, byte) in string.enumerated() {
            switch byte {
            case UInt8(ascii: "&"): xml.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): xml.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): xml.append(contentsOf: "&gt;".utf8)
            case 0x0D: xml.append(contentsOf: "&#13;".utf8)
            case 0x09, 0x0A: xml.append(byte)
            case ..<0x20: appendEscape(byte, to: &xml)
            case UInt8(ascii: "_") where looksLikeEscape(string, at: place): xml.append(contentsOf: "_x005F_".utf8)
            // XML has no U+FFFE and U+FFFF, whose last bytes are these.
            case 0xBE, 0xBF: appendLast(byte, to: &xml)
            default: xml.append(byte)
            }
        }
    }

    /// Characters that XML can't hold are written as `_x0001_` (ECMA-376, ST_Xstring).
    private static func appendEscape(_ byte: UInt8, to xml: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        xml.append(contentsOf: "_x00".utf8)
        xml.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: "_")])
    }

    /// Whether text would be read as such an escape, although it is none.
    private static func looksLikeEscape(_ string: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard place + 6 < string.count, string[place + 1] == UInt8(ascii: "x"), string[place + 6] == UInt8(ascii: "_")
        else { return false }
        return string[(place + 2)..<(place + 6)].allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isHexDigit
        }
    }

    private static func appendLast(_ byte: UInt8, to xml: inout [UInt8]) {
        xml.append(byte)
        guard xml.suffix(3).elementsEqual([0xEF, 0xBF, byte]) else { return }
        xml.removeLast(3)
        xml.append(contentsOf: "\u{FFFD}".utf8)
    }
}
