extension XMLReader {
    private static let longestPiece = 32 << 10

    /// Reads text up to the next tag, or a piece of it.
    mutating func readText() throws(SpreadsheetError) {
        text.removeAll(keepingCapacity: true)
        while text.count < Self.longestPiece, try bytes.hasMore() {
            let from = bytes.position
            let to = endOfPlainText(from)
            text.append(contentsOf: bytes.buffer[from..<to])
            bytes.position = to
            guard to < bytes.end else { continue }
            switch bytes.buffer[to] {
            case UInt8(ascii: "&"):
                bytes.position += 1
                try Self.readReference(&bytes, into: &text)
            case .carriageReturn:
                try readCarriageReturn()
            default: return
            }
        }
    }

    /// Reads up to the end of CDATA.
    mutating func readCDATA() throws(SpreadsheetError) {
        text.removeAll(keepingCapacity: true)
        while true {
            guard let byte = try bytes.next() else { throw .damaged("its XML ends too early") }
            text.append(byte)
            if byte == UInt8(ascii: ">"), text.count >= 3, text.suffix(3).elementsEqual("]]>".utf8) {
                text.removeLast(3)
                return
            }
            guard text.count <= 1 << 20 else { throw .damaged("its XML has too long a text") }
        }
    }

    /// Reads a reference, whose `&` is read already: one of the five of XML, or a number.
    static func readReference(
        _ bytes: inout ByteReader, into target: inout [UInt8]
    ) throws(SpreadsheetError) {
        var reference: [UInt8] = []
        while let byte = try bytes.next(), byte != UInt8(ascii: ";") {
            reference.append(byte)
            guard reference.count <= 10 else { break }
        }
        guard let scalar = scalar(String(decoding: reference, as: UTF8.self)),
            let encoded = UTF8.encode(scalar)
        else {
            throw .damaged("its XML has an unknown entity")
        }
        target.append(contentsOf: encoded)
    }

    private static func scalar(_ reference: String) -> Unicode.Scalar? {
        switch reference {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard reference.first == "#" else { return nil }
        let isHexadecimal = reference.dropFirst().first == "x"
        let digits = reference.dropFirst(isHexadecimal ? 2 : 1)
        guard digits.first != "+", digits.first != "-" else { return nil }
        guard let number = UInt32(digits, radix: isHexadecimal ? 16 : 10), number > 0 else { return nil }
        return Unicode.Scalar(number)
    }

    /// XML has only line feeds, whatever the file writes.
    private mutating func readCarriageReturn() throws(SpreadsheetError) {
        bytes.position += 1
        if try bytes.peek() != .lineFeed { text.append(.lineFeed) }
    }

    private func endOfPlainText(_ start: Int) -> Int {
        let end = bytes.end
        return bytes.buffer.withUnsafeBufferPointer { buffer in
            var place = start
            while place < end {
                let byte = buffer[place]
                if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") || byte == .carriageReturn { break }
                place += 1
            }
            return place
        }
    }
}
