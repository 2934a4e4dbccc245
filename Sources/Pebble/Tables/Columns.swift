/// A column of numbers (c1z-v3 §7.4.1).
struct NumberColumn {
    private let base: UInt64
    private let width: Int
    private let start: UnsafeRawPointer?
    let count: Int

    /// Reads the column of `count` rows at `position`, which moves behind it.
    init(
        _ block: UnsafeRawBufferPointer, at position: inout Int, count: Int
    ) throws(Flaw) {
        self.count = count
        guard count > 0 else {
            (base, width, start) = (0, 0, nil)
            return
        }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: block[position...]))
        let encoding = try reader.byte()
        base = encoding & 0x80 != 0 ? try reader.fixed64() : 0
        width = Int(encoding & 0x7F)
        guard [0, 1, 2, 4, 8].contains(width) else { throw reader.failure("a column of numbers with width \(width)") }
        var data = position + reader.position
        if width > 1 { data = (data + width - 1) / width * width }
        let (size, isTooLarge) = count.multipliedReportingOverflow(by: width)
        guard !isTooLarge, data <= block.count, size <= block.count - data else {
            throw reader.failure("a column of numbers goes beyond its block")
        }
        start = block.baseAddress.map { $0 + data }
        position = data + size
    }

    /// The number in a row, which must be there.
    @inline(__always)
    subscript(row: Int) -> UInt64 {
        guard let start, row < count else { return base }
        switch width {
        case 0: return base
        case 1: return base &+ UInt64(start.load(fromByteOffset: row, as: UInt8.self))
        case 2: return base &+ UInt64(start.loadUnaligned(fromByteOffset: 2 * row, as: UInt16.self).littleEndian)
        case 4: return base &+ UInt64(start.loadUnaligned(fromByteOffset: 4 * row, as: UInt32.self).littleEndian)
        default: return base &+ start.loadUnaligned(fromByteOffset: 8 * row, as: UInt64.self).littleEndian
        }
    }
}

/// Byte strings laid end to end, with a column that says where each ends.
struct SliceColumn {
    private let offsets: NumberColumn
    private let data: UnsafeRawBufferPointer

    /// Reads `offsets` offsets and the data behind them.
    init(
        _ block: UnsafeRawBufferPointer, at position: inout Int, offsets count: Int
    ) throws(Flaw) {
        offsets = try NumberColumn(block, at: &position, count: count)
        let length = count > 0 ? offsets[count - 1] : 0
        guard length <= UInt64(block.count - position) else {
            throw Flaw(.corrupt, "a column of byte strings goes beyond its block")
        }
        data = UnsafeRawBufferPointer(rebasing: block[position..<(position + Int(length))])
        position += Int(length)
    }

    /// What lies before the first slice.
    func head() throws(Flaw) -> UnsafeRawBufferPointer {
        try slice(0, offsets.count > 0 ? offsets[0] : 0)
    }

    /// The slice between two offsets that follow each other.
    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        get throws(Flaw) {
            guard index >= 0, index + 1 < offsets.count else {
                throw Flaw(.corrupt, "a column of byte strings is too short")
            }
            return try slice(offsets[index], offsets[index + 1])
        }
    }

    @inline(__always)
    private func slice(_ start: UInt64, _ end: UInt64) throws(Flaw) -> UnsafeRawBufferPointer {
        guard start <= end, end <= UInt64(data.count) else {
            throw Flaw(.corrupt, "a byte string lies outside its column")
        }
        return UnsafeRawBufferPointer(rebasing: data[Int(start)..<Int(end)])
    }
}

/// A column of yes and no (c1z-v3 §7.4.3).
struct FlagColumn {
    private let words: UnsafeRawBufferPointer?

    init(
        _ block: UnsafeRawBufferPointer, at position: inout Int, count: Int
    ) throws(Flaw) {
        guard position < block.count else { throw Flaw(.corrupt, "a column of flags is missing") }
        let encoding = block[position]
        position += 1
        guard encoding == 0 else {
            guard encoding == 1 else { throw Flaw(.corrupt, "a column of flags of kind \(encoding)") }
            words = nil
            return
        }
        position = (position + 7) / 8 * 8
        let size = 8 * ((count + 63) / 64)
        let summary = 8 * ((size / 8 + 63) / 64)
        guard position <= block.count, size + summary <= block.count - position else {
            throw Flaw(.corrupt, "a column of flags goes beyond its block")
        }
        words = UnsafeRawBufferPointer(rebasing: block[position..<(position + size)])
        position += size + summary
    }

    /// Whether no row says yes.
    var isEmpty: Bool { words?.allSatisfy { $0 == 0 } ?? true }
}
