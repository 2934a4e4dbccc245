/// One record of the MANIFEST: what changed about the set of tables (c1z-v3 §6.1).
struct VersionEdit {
    /// A table on a level.
    struct Place: Hashable {
        let level: Int
        let number: UInt64
    }

    private(set) var comparer: String?
    /// Only logs of this number and later could hold what the tables don't.
    private(set) var firstLog: UInt64?
    private(set) var deleted: [Place] = []
    private(set) var added: [(level: Int, table: LiveTable)] = []
    /// Files that only virtual tables refer to, and their sizes; nil for one that is gone.
    private(set) var backings: [(number: UInt64, size: UInt64?)] = []

    private static let levels = 7

    init(_ record: [UInt8]) throws(Flaw) {
        try record.reading { (bytes) throws(Flaw) in
            var reader = ByteReader(bytes)
            while !reader.isAtEnd { try readField(&reader) }
        }
    }

    private mutating func readField(_ reader: inout ByteReader) throws(Flaw) {
        let tag = try reader.number()
        switch tag {
        case 1: comparer = String(decoding: try reader.counted(), as: UTF8.self)
        case 2: firstLog = try reader.number()
        // The next file, the last sequence number and the log before are a writer's business.
        case 3, 4, 9: _ = try reader.number()
        case 5:
            _ = try reader.number()
            _ = try reader.counted()
        case 6: deleted.append(Place(level: try Self.level(&reader), number: try reader.number()))
        case 7, 100, 102, 103, 104: try readTable(tag, &reader)
        case 105: backings.append((try reader.number(), try reader.number()))
        case 106: backings.append((try reader.number(), nil))
        case 107: throw Flaw(.unsupported, "files of large values (blobs) are not known")
        case 108:
            _ = try reader.number()
            _ = try reader.number()
        default: throw reader.failure("a change of kind \(tag)")
        }
    }

    private static func level(_ reader: inout ByteReader) throws(Flaw) -> Int {
        let level = try reader.number()
        guard level < levels else { throw reader.failure("level \(level)") }
        return Int(level)
    }

    private mutating func readTable(_ tag: UInt64, _ reader: inout ByteReader) throws(Flaw) {
        let level = try Self.level(&reader)
        let number = try reader.number()
        if tag == 102 { _ = try reader.number() }
        let size = try reader.number()
        guard tag != 104 else { throw Flaw(.unsupported, "tables with range keys are not known") }
        let smallest = try InternalKey(try reader.counted())
        let largest = try InternalKey(try reader.counted())
        var sequence: UInt64?
        if tag != 7 {
            let (first, last) = (try reader.number(), try reader.number())
            if first == last, first != 0 { sequence = first }
        }
        var table = LiveTable(
            number: number, file: number, size: size, smallest: Array(smallest.key), largest: Array(largest.key),
            excludesLargest: largest.trailer.sequence == Trailer.exclusiveSequence, sequence: sequence)
        if tag == 103 { try Self.readCustomFields(&reader, of: &table) }
        added.append((level, table))
    }

    private static func readCustomFields(_ reader: inout ByteReader, of table: inout LiveTable) throws(Flaw) {
        while true {
            let tag = try reader.number()
            switch tag {
            case 1: return
            case 66:
                table.isVirtual = true
                table.file = try reader.number()
            case 67, 68: throw Flaw(.unsupported, "tables whose keys are rewritten are not known")
            case 69: throw Flaw(.unsupported, "files of large values (blobs) are not known")
            case _ where tag & 64 != 0: throw Flaw(.unsupported, "a table with property \(tag) is not known")
            default: _ = try reader.counted()
            }
        }
    }
}
