/// What an XML reader came across.
enum XMLEvent {
    /// An element begins: see `name` and `attribute(_:)`.
    case start
    /// An element ends: see `name`.
    case end
    /// A piece of text: see `text`; long texts come in several pieces.
    case text
    /// The document is over.
    case finished
}

/// Reads XML piece by piece, as far as workbooks use it.
///
/// Document type declarations are refused: they define entities, which can grow without
/// bounds, and no workbook has one.
struct XMLReader {
    private static let longestName = 256
    private static let longestTag = 64 << 10
    private static let deepest = 100

    /// The name of the element that began or ended last, without its prefix.
    private(set) var name: [UInt8] = []
    /// The text that was read last.
    var text: [UInt8] = []
    var bytes: ByteReader

    private var attributes = XMLAttributes()
    private var open = XMLNames()
    private var isSelfClosed = false

    init(_ stream: any ByteStream) throws(SpreadsheetError) {
        bytes = ByteReader(stream)
        try bytes.fillWhole()
        let start = bytes.buffer[..<min(bytes.end, 4)]
        guard !start.starts(with: [0xFF, 0xFE]), !start.starts(with: [0xFE, 0xFF]), !start.contains(0) else {
            throw SpreadsheetError("The workbook isn't UTF-8. Open it in a spreadsheet program and save it again.")
        }
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.position = 3 }
    }

    /// Goes on to the next event.
    mutating func next() throws(SpreadsheetError) -> XMLEvent {
        if isSelfClosed {
            isSelfClosed = false
            open.removeLast()
            return .end
        }
        while let byte = try bytes.peek() {
            guard byte == UInt8(ascii: "<") else {
                try readText()
                if open.isEmpty { continue }
                return .text
            }
            bytes.position += 1
            if let event = try readTag() { return event }
        }
        guard open.isEmpty else { throw .damaged("its XML ends too early") }
        return .finished
    }

    /// Whether the element that began or ended last has this name.
    func isNamed(_ wanted: StaticString) -> Bool {
        name.count == wanted.utf8CodeUnitCount && name.elementsEqual(wanted.bytes)
    }

    /// The value of an attribute of the element that began last.
    ///
    /// The name is the whole one, with its prefix.
    func attribute(_ wanted: StaticString) -> ArraySlice<UInt8>? {
        attributes.value(of: wanted)
    }

    /// The same as text.
    func textAttribute(_ wanted: StaticString) -> String? {
        attribute(wanted).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of the attribute whose name ends so, after any prefix.
    func textAttribute(endingWith wanted: StaticString) -> String? {
        attributes.value(endingWith: wanted).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func readTag() throws(SpreadsheetError) -> XMLEvent? {
        switch try bytes.peek() {
        case UInt8(ascii: "/"):
            bytes.position += 1
            try readEnd()
            return .end
        case UInt8(ascii: "?"):
            try skip(past: "?>")
            return nil
        case UInt8(ascii: "!"):
            bytes.position += 1
            return try readDeclaration() ? .text : nil
        default:
            try readStart()
            return .start
        }
    }

    /// Reads a comment or CDATA; true when it is text.
    private mutating func readDeclaration() throws(SpreadsheetError) -> Bool {
        switch try bytes.peek() {
        case UInt8(ascii: "-"):
            bytes.position += 1
            guard try bytes.next() == UInt8(ascii: "-") else { throw .damaged("its XML is broken") }
            try skip(past: "-->")
            return false
        case UInt8(ascii: "["):
            for expected in "[CDATA[".utf8 {
                guard try bytes.next() == expected else { throw .damaged("its XML is broken") }
            }
            guard !open.isEmpty else { throw .damaged("its XML is broken") }
            try readCDATA()
            return true
        default:
            throw SpreadsheetError(
                "The workbook has a document type declaration, which can be an attack. "
                    + "Open it in a spreadsheet program and save it again.")
        }
    }

    private mutating func readStart() throws(SpreadsheetError) {
        name.removeAll(keepingCapacity: true)
        try Self.readName(&bytes, into: &name)
        guard !name.isEmpty else { throw .damaged("its XML is broken") }
        guard open.count < Self.deepest else { throw .damaged("its XML is nested too deeply") }
        open.append(name)
        dropPrefix()
        attributes.removeAll()
        while true {
            switch try skipBlanks() {
            case UInt8(ascii: ">"):
                bytes.position += 1
                return
            case UInt8(ascii: "/"):
                bytes.position += 1
                guard try bytes.next() == UInt8(ascii: ">") else { throw .damaged("its XML is broken") }
                isSelfClosed = true
                return
            case nil: throw .damaged("its XML ends too early")
            default: try readAttribute()
            }
        }
    }

    private mutating func readEnd() throws(SpreadsheetError) {
        name.removeAll(keepingCapacity: true)
        try Self.readName(&bytes, into: &name)
        guard try skipBlanks() == UInt8(ascii: ">"), open.endsWith(name) else { throw .damaged("its XML is broken") }
        bytes.position += 1
        open.removeLast()
        dropPrefix()
    }

    private mutating func dropPrefix() {
        if let colon = name.lastIndex(of: UInt8(ascii: ":")) { name.removeSubrange(...colon) }
    }

    private mutating func readAttribute() throws(SpreadsheetError) {
        try Self.readName(&bytes, into: &attributes.bytes)
        attributes.endName()
        guard try skipBlanks() == UInt8(ascii: "=") else { throw .damaged("its XML is broken") }
        bytes.position += 1
        let quote = try skipBlanks()
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw .damaged("its XML is broken") }
        bytes.position += 1
        while let byte = try bytes.next(), byte != quote {
            guard byte != UInt8(ascii: "<") else { throw .damaged("its XML is broken") }
            if byte == UInt8(ascii: "&") {
                try Self.readReference(&bytes, into: &attributes.bytes)
            } else {
                attributes.bytes.append(byte)
            }
            guard attributes.bytes.count <= Self.longestTag else { throw .damaged("its XML has too long a tag") }
        }
        attributes.endValue()
    }

    private static func readName(
        _ bytes: inout ByteReader, into target: inout [UInt8]
    ) throws(SpreadsheetError) {
        let start = target.count
        while let byte = try bytes.peek(), !endsName(byte) {
            bytes.position += 1
            target.append(byte)
            guard target.count - start <= longestName else { throw .damaged("its XML has too long a name") }
        }
    }

    private mutating func skipBlanks() throws(SpreadsheetError) -> UInt8? {
        while let byte = try bytes.peek() {
            guard byte == .space || byte == .lineFeed || byte == .carriageReturn || byte == .tab else { return byte }
            bytes.position += 1
        }
        return nil
    }

    private mutating func skip(past end: StaticString) throws(SpreadsheetError) {
        let end = Array(end.bytes)
        var last: [UInt8] = []
        while last != end {
            guard let byte = try bytes.next() else { throw .damaged("its XML ends too early") }
            if last.count == end.count { last.removeFirst() }
            last.append(byte)
        }
    }

    @inline(__always)
    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "="), UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "<"): true
        default: false
        }
    }
}

extension StaticString {
    /// The text as UTF-8.
    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
