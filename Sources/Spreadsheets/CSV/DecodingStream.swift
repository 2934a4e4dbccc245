/// Text in another encoding, as UTF-8.
final class DecodingStream: ByteStream {
    private var input: ByteReader
    private let encoding: TextEncoding
    private var output: [UInt8] = []
    private var given = 0
    private var highSurrogate: UInt16?

    init(_ stream: any ByteStream, _ encoding: TextEncoding) {
        input = ByteReader(stream, capacity: 16 << 10)
        self.encoding = encoding
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int {
        if given == output.count { try decode() }
        let count = min(target.count, output.count - given)
        for place in 0..<count { target[place] = output[given + place] }
        given += count
        return count
    }

    private func decode() throws(SpreadsheetError) {
        output.removeAll(keepingCapacity: true)
        given = 0
        while output.count < 16 << 10, let byte = try input.next() {
            switch encoding {
            case .utf8: output.append(byte)
            case .windows1252: append(Self.windows1252(byte))
            case .utf16(let isBigEndian):
                guard let other = try input.next() else { return append("\u{FFFD}") }
                append(unit: isBigEndian ? UInt16(byte) << 8 | UInt16(other) : UInt16(other) << 8 | UInt16(byte))
            }
        }
        if output.isEmpty, highSurrogate != nil {
            highSurrogate = nil
            append("\u{FFFD}")
        }
    }

    private func append(unit: UInt16) {
        if let high = highSurrogate {
            highSurrogate = nil
            if UTF16.isTrailSurrogate(unit) {
                let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                return append(Unicode.Scalar(value) ?? "\u{FFFD}")
            }
            append("\u{FFFD}")
        }
        if UTF16.isLeadSurrogate(unit) {
            highSurrogate = unit
        } else {
            append(Unicode.Scalar(unit) ?? "\u{FFFD}")
        }
    }

    private func append(_ scalar: Unicode.Scalar) {
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static let upper: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}",
        "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}",
        "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
        "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]

    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        (0x80..<0xA0).contains(byte) ? upper[Int(byte) - 0x80] : Unicode.Scalar(byte)
    }
}
