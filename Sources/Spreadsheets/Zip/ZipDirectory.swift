/// Finds the list of parts at the end of a zip file.
struct ZipDirectory {
    private static let largestEnd = 22 + 0xFFFF
    private static let largestList = 16 << 20

    private let source: any ByteSource
    private var count = 0
    private var size = 0
    private var offset = 0

    /// The parts of the file.
    static func entries(
        of source: any ByteSource, _ limits: SpreadsheetLimits
    ) throws(SpreadsheetError) -> [ZipEntry] {
        var directory = ZipDirectory(source)
        try directory.find()
        return try directory.read(limits)
    }

    private init(_ source: any ByteSource) {
        self.source = source
    }

    private mutating func find() throws(SpreadsheetError) {
        let tailStart = max(0, source.count - Self.largestEnd)
        let tail = try source.bytes(at: tailStart, count: Self.largestEnd)
        for place in stride(from: tail.count - 22, through: 0, by: -1) where tail[place] == UInt8(ascii: "P") {
            let end = LittleEndian(tail[place...])
            if try end.number(0, 4) == 0x0605_4B50, try end.number(20, 2) <= tail.count - place - 22 {
                return try read(end, at: tailStart + place)
            }
        }
        throw .damaged("its end is missing")
    }

    private mutating func read(_ end: LittleEndian, at place: Int) throws(SpreadsheetError) {
        count = try end.number(10, 2)
        size = try end.number(12, 4)
        offset = try end.number(16, 4)
        let isLarge = count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF
        if isLarge { try readLarge(before: place) }
        guard offset + size <= source.count else { throw .damaged("its list of parts is missing") }
    }

    /// Zip64: the numbers stand in a record of their own, which another one before the end points to.
    private mutating func readLarge(before place: Int) throws(SpreadsheetError) {
        guard place >= 20 else { return }
        let pointer = LittleEndian(try source.bytes(at: place - 20, count: 20)[...])
        guard try pointer.number(0, 4) == 0x0706_4B50 else { return }
        let record = LittleEndian(try source.bytes(at: try pointer.number(8, 8), count: 56)[...])
        guard try record.number(0, 4) == 0x0606_4B50 else { throw .damaged("its list of parts is missing") }
        count = try record.number(32, 8)
        size = try record.number(40, 8)
        offset = try record.number(48, 8)
    }

    private func read(_ limits: SpreadsheetLimits) throws(SpreadsheetError) -> [ZipEntry] {
        guard count <= limits.parts else { throw .tooLarge("The file has more than \(limits.parts) parts") }
        guard size <= Self.largestList else { throw .tooLarge("The list of the parts of the file is too large") }
        let list = try source.bytes(at: offset, count: size)
        var entries: [ZipEntry] = []
        var place = 0
        for _ in 0..<count {
            let (entry, next) = try ZipEntry.read(list, at: place)
            entries.append(entry)
            place = next
        }
        return entries
    }
}
