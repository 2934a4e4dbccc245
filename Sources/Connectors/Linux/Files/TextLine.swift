/// One line of a configuration file, without its line break.
struct TextLine: Sendable {
    /// Counted from 1.
    let number: Int
    let bytes: ArraySlice<UInt8>

    /// Whether it is a comment of a systemd unit.
    var isComment: Bool { [UInt8(ascii: "#"), UInt8(ascii: ";")].contains(bytes.trimmed.first) }

    /// Whether it holds only blanks or a comment.
    var isBlankOrComment: Bool {
        let content = bytes.trimmed
        return content.isEmpty || content.first == UInt8(ascii: "#")
    }
}

/// A line that could not be used.
struct LineProblem: Sendable, Equatable, CustomStringConvertible {
    let file: String
    let line: Int
    let message: String

    /// `file:line: what is wrong`.
    var description: String { "\(file):\(line): \(message)" }
}

/// What a file holds, and the lines that had to be left out.
struct Parsed<Content: Sendable>: Sendable {
    var content: Content
    var problems: [LineProblem] = []
}

extension [UInt8] {
    /// The lines, whether they end in LF, CRLF or the end of the file.
    var lines: [TextLine] {
        var lines: [TextLine] = []
        var start = startIndex
        while start < endIndex {
            let end = self[start...].firstIndex(of: UInt8(ascii: "\n")) ?? endIndex
            var line = self[start..<end]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            lines.append(TextLine(number: lines.count + 1, bytes: line))
            start = end + 1
        }
        return lines
    }

    /// The lines with those that end in a backslash joined to the next.
    var joinedLines: [TextLine] { lines.joined }
}

extension [TextLine] {
    /// The lines with those that end in a backslash joined to the next.
    var joined: [TextLine] {
        var joined: [TextLine] = []
        var start: Int?
        var bytes: [UInt8] = []
        for line in self {
            start = start ?? line.number
            bytes += line.bytes
            if bytes.last == UInt8(ascii: "\\") {
                bytes.removeLast()
            } else {
                joined.append(TextLine(number: start ?? line.number, bytes: bytes[...]))
                start = nil
                bytes = []
            }
        }
        if let start { joined.append(TextLine(number: start, bytes: bytes[...])) }
        return joined
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as text; what is not UTF-8 becomes U+FFFD, because other programs refuse a message with anything else.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The bytes as a name that stays apart from every other: where they are not UTF-8, what doesn't belong there becomes `%` and
    /// two digits.
    var name: String {
        guard String(validating: self, as: UTF8.self) == nil else { return text }
        var rest = self
        var name = ""
        while let byte = rest.first {
            let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            if byte != UInt8(ascii: "%"), let piece = String(validating: rest.prefix(length), as: UTF8.self) {
                name += piece
                rest = rest.dropFirst(length)
            } else {
                name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                rest = rest.dropFirst()
            }
        }
        return name
    }

    /// Without blanks at the start, which the C library skips in front of a name.
    var withoutIndent: ArraySlice<UInt8> { drop(while: \.isBlank) }

    /// Without blanks at both ends.
    var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isBlank }), let last = lastIndex(where: { !$0.isBlank }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }

    /// The parts between single occurrences of `separator`, empty ones kept.
    func fields(separatedBy separator: Character) -> [ArraySlice<UInt8>] {
        guard let byte = separator.asciiValue else { return [self] }
        return split(separator: byte, omittingEmptySubsequences: false)
    }

    /// The parts between runs of blanks.
    var words: [ArraySlice<UInt8>] { split(whereSeparator: \.isBlank) }

    /// The part before a `#`.
    var withoutComment: ArraySlice<UInt8> { prefix { $0 != UInt8(ascii: "#") } }

    /// A plain decimal number of up to 18 digits.
    var decimal: Int64? {
        guard !isEmpty, count <= 18, allSatisfy(\.isDigit) else { return nil }
        return reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// A user or group id, which may have blanks and a plus sign in front, as for the C library; the highest number means "none"
    /// to the kernel and is no id.
    var accountNumber: UInt32? {
        let unsigned = withoutIndent.first == UInt8(ascii: "+") ? withoutIndent.dropFirst() : withoutIndent
        guard let number = unsigned.decimal, number < Int64(UInt32.max) else { return nil }
        return UInt32(number)
    }

    /// Whether the bytes are those of `text`.
    func isSame(as text: String) -> Bool { elementsEqual(text.utf8) }
}

extension UInt8 {
    /// `a` to `z` for `A` to `Z`, any other byte as it is.
    var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
