/// The end of a table, which says where the rest is (c1z-v3 §7.1).
struct TableFooter {
    /// How blocks are protected.
    enum Checksum: UInt8 {
        case crc32c = 1
        case xxh64 = 3
    }

    /// The version of the table's format, 1 to 7.
    let version: UInt32
    let checksum: Checksum
    let metaindex: BlockHandle
    let index: BlockHandle
    /// Whether the index lists index blocks; nil when only the properties tell.
    let hasTwoLevels: Bool?

    static let magic: [UInt8] = [0xF0, 0x9F, 0xAA, 0xB3, 0xF0, 0x9F, 0xAA, 0xB3]
    /// The longest of all versions.
    static let largestSize = 61
    private static let handlesSize = 41

    /// Whether blocks of points, index and deletions are made of columns.
    var isColumnar: Bool { version >= 5 }

    /// Reads the footer at the end of `end`, the last bytes of the table.
    init(_ end: UnsafeRawBufferPointer) throws(Flaw) {
        guard end.count >= 12, end.suffix(8).elementsEqual(Self.magic) else {
            throw Flaw(.corrupt, "it isn't that of a Pebble table")
        }
        version = end.loadUnaligned(fromByteOffset: end.count - 12, as: UInt32.self).littleEndian
        let size: Int
        switch version {
        case 1...5: size = 53
        case 6: size = 57
        case 7: size = 61
        default: throw Flaw(.unsupported, "table format \(version) is not known")
        }
        guard end.count >= size else { throw Flaw(.corrupt, "the table is shorter than it") }
        let footer = UnsafeRawBufferPointer(rebasing: end.suffix(size))
        if version >= 6 { try Self.check(footer) }
        guard let checksum = Checksum(rawValue: footer[0]) else {
            throw Flaw(.unsupported, "checksums of type \(footer[0]) are not known")
        }
        self.checksum = checksum
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: footer[1..<Self.handlesSize]))
        metaindex = try BlockHandle(&reader)
        index = try BlockHandle(&reader)
        guard version == 7 else {
            hasTwoLevels = nil
            return
        }
        let attributes = Attributes(
            rawValue: footer.loadUnaligned(fromByteOffset: Self.handlesSize, as: UInt32.self).littleEndian)
        let unknown = attributes.subtracting([.rangeDeletions, .twoLevelIndex, .points])
        guard unknown.isEmpty else {
            throw Flaw(
                .unsupported,
                "it uses what isn't known here (attributes \(String(unknown.rawValue, radix: 16)): value blocks, range keys or blobs)"
            )
        }
        hasTwoLevels = attributes.contains(.twoLevelIndex)
    }

    /// What a table of version 7 has.
    private struct Attributes: OptionSet {
        let rawValue: UInt32
        static let rangeDeletions = Attributes(rawValue: 0x10)
        static let twoLevelIndex = Attributes(rawValue: 0x20)
        static let points = Attributes(rawValue: 0x80)
    }

    /// The checksum covers all of the footer but itself.
    private static func check(_ footer: UnsafeRawBufferPointer) throws(Flaw) {
        let position = footer.count - 16
        var checksum = CRC32C()
        checksum.append(UnsafeRawBufferPointer(rebasing: footer[..<position]))
        checksum.append(UnsafeRawBufferPointer(rebasing: footer[(position + 4)...]))
        guard checksum.masked == footer.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian else {
            throw Flaw(.corrupt, "its checksum is wrong")
        }
    }
}
