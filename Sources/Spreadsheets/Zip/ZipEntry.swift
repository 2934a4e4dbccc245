/// One file inside a zip file.
struct ZipEntry {
    private(set) var name = ""
    private(set) var method = 0
    private(set) var isEncrypted = false
    private(set) var checksum = 0
    private(set) var compressedSize = 0
    private(set) var size = 0
    private(set) var headerOffset = 0

    /// Reads the entry that begins at `offset` of the list of parts, and gives where the next one begins.
    static func read(_ list: [UInt8], at offset: Int) throws(SpreadsheetError) -> (entry: ZipEntry, next: Int) {
        let fields = LittleEndian(list[min(offset, list.count)...])
        guard try fields.number(0, 4) == 0x0201_4B50 else { throw .damaged("its list of parts is broken") }
        let nameSize = try fields.number(28, 2)
        let extraSize = try fields.number(30, 2)
        let commentSize = try fields.number(32, 2)
        let nameStart = offset + 46
        let extraStart = nameStart + nameSize
        guard extraStart + extraSize + commentSize <= list.count else {
            throw .damaged("its list of parts ends too early")
        }
        var entry = ZipEntry()
        entry.name = partName(list[nameStart..<extraStart])
        entry.isEncrypted = try fields.number(8, 2) & 1 != 0
        entry.method = try fields.number(10, 2)
        entry.checksum = try fields.number(16, 4)
        entry.compressedSize = try fields.number(20, 4)
        entry.size = try fields.number(24, 4)
        entry.headerOffset = try fields.number(42, 4)
        try entry.readLargeSizes(list[extraStart..<extraStart + extraSize])
        return (entry, extraStart + extraSize + commentSize)
    }

    /// Part names of a workbook don't tell upper from lower case; some programs write backslashes.
    private static func partName(_ bytes: ArraySlice<UInt8>) -> String {
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        return String(name.map { $0 == "\\" ? "/" : $0 }.drop { $0 == "/" })
    }

    /// Zip64: sizes that don't fit in four bytes stand in an extra field, in this order.
    private mutating func readLargeSizes(_ extra: ArraySlice<UInt8>) throws(SpreadsheetError) {
        var rest = extra
        while rest.count >= 4 {
            let header = LittleEndian(rest)
            let kind = try header.number(0, 2)
            let count = try header.number(2, 2)
            guard rest.count >= 4 + count else { return }
            if kind == 1 {
                let fields = LittleEndian(rest.dropFirst(4).prefix(count))
                var offset = 0
                for field in [\ZipEntry.size, \.compressedSize, \.headerOffset]
                where self[keyPath: field] == 0xFFFF_FFFF {
                    self[keyPath: field] = try fields.number(offset, 8)
                    offset += 8
                }
                return
            }
            rest = rest.dropFirst(4 + count)
        }
    }
}
