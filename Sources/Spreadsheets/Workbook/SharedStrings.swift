/// The texts of a workbook, which cells point to by number.
struct SharedStrings {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// No texts.
    init() {}

    init(_ stream: any ByteStream, _ limits: SpreadsheetLimits) throws(SpreadsheetError) {
        var reader = try XMLReader(stream)
        var item = RichText()
        while true {
            switch try reader.next() {
            case .start where reader.isNamed("si"): item = RichText()
            case .start: item.begin(reader)
            case .text: item.add(reader.text)
            case .end where reader.isNamed("si"):
                bytes.append(contentsOf: item.decoded)
                ends.append(bytes.count)
            case .end: item.end(reader)
            case .finished: return
            }
            // The end of a text counts too: millions of empty texts also take up memory.
            guard bytes.count + item.bytes.count + ends.count * 8 <= limits.sharedStringBytes else {
                throw .tooLarge("The shared texts of the workbook have more than \(limits.sharedStringBytes) bytes")
            }
        }
    }

    /// The text with this number; nil when there is none.
    func text(_ number: Int) -> ArraySlice<UInt8>? {
        guard ends.indices.contains(number) else { return nil }
        return bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }
}

/// A text of several runs, as its XML comes in; hints for the pronunciation are left out.
struct RichText {
    private(set) var bytes: [UInt8] = []

    private var isInText = false
    private var phoneticDepth = 0

    mutating func begin(_ reader: XMLReader) {
        if reader.isNamed("rPh") { phoneticDepth += 1 }
        if reader.isNamed("t") { isInText = true }
    }

    mutating func end(_ reader: XMLReader) {
        if reader.isNamed("rPh") { phoneticDepth -= 1 }
        if reader.isNamed("t") { isInText = false }
    }

    mutating func add(_ text: [UInt8]) {
        if isInText, phoneticDepth == 0 { bytes.append(contentsOf: text) }
    }

    /// The text with characters like `_x000D_` decoded: so workbooks write what XML can't hold.
    var decoded: [UInt8] { CharacterEscape.decode(bytes) }
}

/// The way workbooks write control characters: `_x000D_`.
enum CharacterEscape {
    static func decode(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 7, bytes.contains(UInt8(ascii: "_")) else { return bytes }
        var decoded: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "_"), let encoded = character(bytes[place...].prefix(7)) {
                decoded.append(contentsOf: encoded)
                place += 7
            } else {
                decoded.append(bytes[place])
                place += 1
            }
        }
        return decoded
    }

    private static func character(_ escape: ArraySlice<UInt8>) -> UTF8.CodeUnits? {
        guard escape.count == 7, escape.starts(with: "_x".utf8), escape.last == UInt8(ascii: "_") else { return nil }
        var value: UInt32 = 0
        for byte in escape.dropFirst(2).dropLast() {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return Unicode.Scalar(value).flatMap { UTF8.encode($0) }
    }
}

extension UTF8 {
    /// The bytes of one character.
    typealias CodeUnits = UTF8.EncodedScalar
}
