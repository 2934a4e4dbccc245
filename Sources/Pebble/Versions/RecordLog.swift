/// The records of a log: byte strings cut into pieces that don't cross a block of 32 KiB (c1z-v3 §4).
struct RecordLog {
    static let blockSize = 32 << 10
    static let shortHeader = 7

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// Which log it is, of those that are used again; nil when any will do.
    private let number: UInt32?

    /// Reads a log from its start; it ends where pieces of another log begin.
    init(_ bytes: UnsafeRawBufferPointer, number: UInt32? = nil) {
        self.bytes = bytes
        self.number = number
    }

    /// Where a piece stands in its record.
    enum Part: UInt8 {
        case whole, first, middle, last
    }

    private struct Piece {
        let part: Part
        let content: UnsafeRawBufferPointer
        let end: Int
    }

    /// The next record; nil at the end.
    ///
    /// - Throws: ``Flaw`` when what follows is no record.
    mutating func next() throws(Flaw) -> [UInt8]? {
        var record: [UInt8] = []
        var isOpen = false
        while let piece = try piece() {
            position = piece.end
            let begins = piece.part == .whole || piece.part == .first
            guard begins != isOpen else { throw flaw("a piece of a record without the others") }
            record.append(contentsOf: piece.content)
            if piece.part == .whole || piece.part == .last { return record }
            isOpen = true
        }
        guard !isOpen else { throw flaw("its last record is cut off") }
        return nil
    }

    private mutating func piece() throws(Flaw) -> Piece? {
        while true {
            let left = min(Self.blockSize - position % Self.blockSize, bytes.count - position)
            guard left > 0 else { return nil }
            guard left >= Self.shortHeader else {
                guard isZero(left) else { throw flaw("a record that is cut off") }
                position += left
                continue
            }
            if isZero(Self.shortHeader) {
                // So the log's room is filled up that isn't used yet.
                guard left < 19 || isZero(bytes.count - position) else { throw flaw("a gap between records") }
                position += left
                continue
            }
            return try readPiece(within: left)
        }
    }

    /// A piece; nil when it is that of another log.
    private func readPiece(within left: Int) throws(Flaw) -> Piece? {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[position..<(position + left)]))
        let checksum = try reader.fixed32()
        let length = Int(try reader.take(2).loadUnaligned(as: UInt16.self).littleEndian)
        let type = try reader.byte()
        guard (1...12).contains(type), let part = Part(rawValue: (type - 1) % 4) else {
            throw flaw("a piece of type \(type)")
        }
        // Newer logs say which they are, the newest also how far they are on the disk.
        let log = type > 4 ? try reader.fixed32() : nil
        if type > 8 { _ = try reader.take(8) }
        let content = try reader.take(length)
        let covered = UnsafeRawBufferPointer(
            rebasing: bytes[(position + Self.shortHeader - 1)..<(position + reader.position)])
        guard CRC32C.masked(covered) == checksum else { throw flaw("a wrong checksum") }
        if let number, let log, log != number { return nil }
        return Piece(part: part, content: content, end: position + reader.position)
    }

    private func isZero(_ count: Int) -> Bool {
        bytes[position..<(position + count)].allSatisfy { $0 == 0 }
    }

    private func flaw(_ problem: String) -> Flaw {
        Flaw(.corrupt, "\(problem) (byte \(position))")
    }
}
