/// Deletes every key from one on up to another that were written before it.
struct RangeDeletion {
    /// The first key that is gone.
    var start: [UInt8]
    /// The first key after it that is not.
    var end: [UInt8]
    var sequence: UInt64

    /// Whether a key is one of those.
    func covers(_ key: UnsafeRawBufferPointer) -> Bool {
        start.withUnsafeBytes { key.order(to: $0) >= 0 } && end.withUnsafeBytes { key.order(to: $0) < 0 }
    }

    /// The deletions that a block of them lists (c1z-v3 §7.4.5, §7.5).
    static func list(_ block: UnsafeRawBufferPointer, isColumnar: Bool) throws(Flaw) -> [RangeDeletion] {
        try isColumnar ? columns(block) : rows(block)
    }

    private static func columns(_ bytes: UnsafeRawBufferPointer) throws(Flaw) -> [RangeDeletion] {
        let block = try ColumnarBlock(bytes, custom: 4, columns: [.bytes, .numbers, .numbers, .bytes, .bytes])
        let boundaries = Int(bytes.loadUnaligned(as: UInt32.self).littleEndian)
        guard boundaries <= bytes.count else { throw Flaw(.corrupt, "more boundaries than bytes") }
        let (keys, starts) = (
            try block.byteStrings(0, count: boundaries), try block.numbers(1, count: boundaries)
        )
        let trailers = try block.numbers(2)
        var deletions: [RangeDeletion] = []
        for boundary in 0..<max(0, boundaries - 1) {
            let (first, end) = (starts[boundary], starts[boundary + 1])
            guard first <= end, end <= UInt64(block.rows) else { throw Flaw(.corrupt, "deletions that aren't there") }
            // Of several over the same keys only the latest counts.
            var latest: UInt64?
            for row in Int(first)..<Int(end) {
                latest = max(latest ?? 0, try sequence(of: Trailer(rawValue: trailers[row])))
            }
            guard let latest else { continue }
            deletions.append(
                RangeDeletion(start: Array(try keys[boundary]), end: Array(try keys[boundary + 1]), sequence: latest))
        }
        return deletions
    }

    private static func rows(_ bytes: UnsafeRawBufferPointer) throws(Flaw) -> [RangeDeletion] {
        var rows = try RowBlock(bytes)
        var deletions: [RangeDeletion] = []
        while try rows.next() {
            let start = try InternalKey(rows.key)
            deletions.append(
                RangeDeletion(
                    start: Array(start.key), end: Array(rows.value), sequence: try sequence(of: start.trailer)))
        }
        return deletions
    }

    private static func sequence(of trailer: Trailer) throws(Flaw) -> UInt64 {
        guard trailer.rawValue & 0xFF == 15 else {
            throw Flaw(.unsupported, "range deletions of kind \(trailer.rawValue & 0xFF) are not known")
        }
        return trailer.sequence
    }
}
