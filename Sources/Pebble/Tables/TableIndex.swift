/// Where the data blocks of a table are, and which keys each may hold (c1z-v3 §7.3).
///
/// Both levels of an index are laid flat: a few dozen bytes for each block of 32 KiB.
struct TableIndex {
    private(set) var blocks: [BlockHandle] = []
    private var separators: [UInt8] = []
    private var separatorEnds: [Int] = []

    /// Adds the entries of an index block.
    mutating func append(_ block: UnsafeRawBufferPointer, isColumnar: Bool) throws(Flaw) {
        if isColumnar { try appendColumns(block) } else { try appendRows(block) }
    }

    private mutating func appendColumns(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
        let block = try ColumnarBlock(bytes, custom: 0, columns: [.bytes, .numbers, .numbers, .bytes])
        let (keys, offsets, lengths) = (try block.byteStrings(0), try block.numbers(1), try block.numbers(2))
        for row in 0..<block.rows {
            guard let offset = Int(exactly: offsets[row]), let length = Int(exactly: lengths[row]) else {
                throw Flaw(.corrupt, "a block at a place above 63 bits")
            }
            try append(BlockHandle(offset: offset, length: length), upTo: try keys[row])
        }
    }

    private mutating func appendRows(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
        var rows = try RowBlock(bytes)
        while try rows.next() {
            var handle = ByteReader(rows.value)
            try append(try BlockHandle(&handle), upTo: try InternalKey(rows.key).key)
        }
    }

    private mutating func append(_ handle: BlockHandle, upTo separator: UnsafeRawBufferPointer) throws(Flaw) {
        // Blocks that lie one behind the other can't be listed more often than they are there.
        if let last = blocks.last {
            guard handle.offset >= last.end else { throw Flaw(.corrupt, "its blocks are not in order") }
        }
        guard handle.offset <= Int.max - handle.length - BlockHandle.trailerSize else {
            throw Flaw(.corrupt, "a block at a place above 63 bits")
        }
        blocks.append(handle)
        separators.append(contentsOf: separator)
        separatorEnds.append(separators.count)
    }

    /// The first block that may hold `key`; the number of blocks when none may.
    func firstBlock(for key: UnsafeRawBufferPointer) -> Int {
        separators.withUnsafeBytes { separators in
            var (low, high) = (0, blocks.count)
            while low < high {
                let middle = (low + high) / 2
                let start = middle == 0 ? 0 : separatorEnds[middle - 1]
                let separator = UnsafeRawBufferPointer(rebasing: separators[start..<separatorEnds[middle]])
                if separator.order(to: key) < 0 { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}
