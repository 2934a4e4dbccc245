/// Text in lines that every mail server lets through (RFC 2045, 6.7).
enum QuotedPrintable {
    private static let lineLimit = 76

    /// The text with its lines ended as in mail, the last one too.
    static func encoded(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: isBreak) {
            append(Array(line.utf8), to: &bytes)
            bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        return bytes
    }

    private static func isBreak(_ character: Character) -> Bool {
        character == "\n" || character == "\r\n" || character == "\r"
    }

    private static func append(_ line: [UInt8], to bytes: inout [UInt8]) {
        var width = 0
        for (place, byte) in line.enumerated() {
            let isLast = place == line.count - 1
            var piece = isPlain(byte, isLast: isLast, isFirst: width == 0) ? [byte] : escape(byte)
            // A line that goes on ends with a mark.
            if width + piece.count > lineLimit - (isLast ? 0 : 1) {
                bytes += Array("=\r\n".utf8)
                width = 0
                piece = isPlain(byte, isLast: isLast, isFirst: true) ? [byte] : escape(byte)
            }
            bytes += piece
            width += piece.count
        }
    }

    private static func isPlain(_ byte: UInt8, isLast: Bool, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        // Blanks at the end of a line get lost on the way, dots at its beginning are doubled or taken away.
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        case UInt8(ascii: "."): !isFirst
        default: (0x21..<0x7F).contains(byte)
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
