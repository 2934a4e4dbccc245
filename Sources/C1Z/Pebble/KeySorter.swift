import Pebble

/// Sorts keys with values, more than memory holds: full buffers are sorted and put aside, and read back side by side.
///
/// Of several values of one key the one that was added last holds.
final class KeySorter {
    private let folder: String
    private let file: String
    private let limit: Int
    private var buffer: [UInt8] = []
    private var entries: [Entry] = []
    private var isSorted = true
    /// Whether keys may be there more than once.
    private var mayRepeat = false
    private var runs: [Run] = []

    private struct Entry {
        let start: Int
        let keyCount: Int32
        let valueCount: Int32
    }

    /// A sorter that keeps about `limit` bytes in memory, and puts the rest aside in the folder for temporary files.
    ///
    /// - Parameter file: the file that is written, for errors.
    init(for file: String, environment: [String: String], limit: Int) {
        self.file = file
        self.limit = limit
        folder = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Adds a key with its value.
    func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
        let size = key.count + value.count
        // Growing by doubling would take twice the room.
        if entries.isEmpty { buffer.reserveCapacity(limit) }
        if buffer.count + size + MemoryLayout<Entry>.stride * entries.count > limit, !entries.isEmpty { try putAside() }
        if isSorted, let last = entries.last {
            isSorted = buffer.withUnsafeBytes { self.key(of: last, in: $0).precedes(key) }
        }
        guard let keyCount = Int32(exactly: key.count), let valueCount = Int32(exactly: value.count) else {
            throw C1ZError(.tooLarge, file, "one of its records is larger than 2 GiB, which no c1z file can hold")
        }
        entries.append(Entry(start: buffer.count, keyCount: keyCount, valueCount: valueCount))
        buffer.append(contentsOf: key)
        buffer.append(contentsOf: value)
    }

    /// Hands out the keys in order, with their values.
    func forEach(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void) throws {
        guard !runs.isEmpty else { return try forEachSorted(body) }
        if !entries.isEmpty { try putAside() }
        buffer = []
        entries = []
        try merge(body)
    }

    /// Reads the runs side by side.
    private func merge(
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var heap = MergeHeap<(run: Run, age: Int)> { left, right in
            let order = left.run.key.order(to: right.run.key)
            return order == 0 ? left.age > right.age : order < 0
        }
        for (age, run) in runs.enumerated() {
            run.rewind()
            if try run.next() { heap.add((run, age)) }
        }
        var last: [UInt8] = []
        var isFirst = true
        while let run = heap.top?.run {
            // Of equal keys the youngest comes first; the others don't hold any more.
            if isFirst || last.withUnsafeBytes({ $0.order(to: run.key) != 0 }) {
                isFirst = false
                last.removeAll(keepingCapacity: true)
                last.append(contentsOf: run.key)
                try body(run.key, run.value)
            }
            heap.settle(hasEnded: try !run.next())
        }
    }

    private func key(of entry: Entry, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[entry.start..<(entry.start + Int(entry.keyCount))])
    }

    /// Hands out what is in memory, in order.
    private func forEachSorted(
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try buffer.withUnsafeBytes { bytes in
            if !isSorted {
                entries.sort { left, right in
                    let order = key(of: left, in: bytes).order(to: key(of: right, in: bytes))
                    // What was added first lies first.
                    return order == 0 ? left.start < right.start : order < 0
                }
                isSorted = true
                mayRepeat = true
            }
            for place in entries.indices {
                let entry = entries[place]
                let key = key(of: entry, in: bytes)
                if mayRepeat, place + 1 < entries.count,
                    self.key(of: entries[place + 1], in: bytes).order(to: key) == 0
                {
                    continue
                }
                let valueStart = entry.start + Int(entry.keyCount)
                try body(
                    key, UnsafeRawBufferPointer(rebasing: bytes[valueStart..<(valueStart + Int(entry.valueCount))]))
            }
        }
    }

    /// Writes what is in memory to a run of its own.
    private func putAside() throws {
        let run = try Run(in: folder, of: file)
        try forEachSorted { key, value in try run.append(key, value) }
        try run.finish()
        runs.append(run)
        buffer.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        isSorted = true
        mayRepeat = false
    }
}

/// Sorted keys with values in a file without a name.
private final class Run {
    private static let pieceSize = 128 << 10
    /// The lengths of key and value, before both.
    private static let headSize = 8

    private let spill: SpillFile
    private var piece: [UInt8] = []
    private var size: Int64 = 0
    private var position: Int64 = 0
    private var offset = 0

    private(set) var key = UnsafeRawBufferPointer.nothing
    private(set) var value = UnsafeRawBufferPointer.nothing
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var filled = 0

    init(in folder: String, of file: String) throws {
        spill = SpillFile(folder: folder, of: file)
        try spill.open()
    }

    deinit { room.deallocate() }

    func append(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
        withUnsafeBytes(of: (Int32(key.count), Int32(value.count))) { piece.append(contentsOf: $0) }
        piece.append(contentsOf: key)
        piece.append(contentsOf: value)
        if piece.count >= Self.pieceSize { try flush() }
    }

    func finish() throws {
        try flush()
        piece = []
    }

    private func flush() throws {
        try piece.withUnsafeBytes { try spill.write($0) }
        size += Int64(piece.count)
        piece.removeAll(keepingCapacity: true)
    }

    /// Goes before the first key.
    func rewind() {
        (position, offset, filled) = (0, 0, 0)
    }

    /// Goes to the next key; false after the last.
    func next() throws -> Bool {
        guard try need(Self.headSize) else { return false }
        let keyCount = Int(room.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        let valueCount = Int(room.loadUnaligned(fromByteOffset: offset + 4, as: Int32.self))
        guard try need(Self.headSize + keyCount + valueCount) else { return false }
        let start = offset + Self.headSize
        key = UnsafeRawBufferPointer(rebasing: room[start..<(start + keyCount)])
        value = UnsafeRawBufferPointer(rebasing: room[(start + keyCount)..<(start + keyCount + valueCount)])
        offset = start + keyCount + valueCount
        return true
    }

    /// Makes `count` bytes from ``offset`` on available; false at the end.
    private func need(_ count: Int) throws -> Bool {
        guard filled - offset < count else { return true }
        guard Int64(count) <= Int64(filled - offset) + size - position else { return false }
        let rest = filled - offset
        let target =
            room.count >= max(count, Self.pieceSize)
            ? room : UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, Self.pieceSize), alignment: 16)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[offset..<filled]))
        if target.baseAddress != room.baseAddress {
            room.deallocate()
            room = target
        }
        let more = Int(min(Int64(room.count - rest), size - position))
        try spill.read(into: UnsafeMutableRawBufferPointer(rebasing: room[rest..<(rest + more)]), at: position)
        position += Int64(more)
        offset = 0
        filled = rest + more
        return true
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func precedes(_ other: UnsafeRawBufferPointer) -> Bool { order(to: other) < 0 }
}
