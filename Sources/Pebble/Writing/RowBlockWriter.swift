/// Makes a block whose entries leave out what they share with the key before (c1z-v3 §7.5).
struct RowBlockWriter {
    /// How many entries there are from one that shares nothing to the next.
    private let interval: Int
    private var block = ByteWriter()
    private var restarts: [UInt32] = []
    private var last: [UInt8] = []
    private(set) var count = 0

    init(interval: Int) {
        self.interval = interval
    }

    /// How many bytes the block has, without its list of restarts.
    var size: Int { block.bytes.count }

    /// Adds an entry; its key, put together from two pieces, comes after those before.
    mutating func add(_ key: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        var shared = 0
        if count % interval == 0 {
            restarts.append(UInt32(block.bytes.count))
        } else {
            shared = last.withUnsafeBytes { Self.common($0, key) }
            if shared == key.count { shared += last.dropFirst(shared).withUnsafeBytes { Self.common($0, end) } }
        }
        block.size(shared)
        block.size(key.count + end.count - shared)
        block.size(value.count)
        block.append(UnsafeRawBufferPointer(rebasing: key[min(shared, key.count)...]))
        block.append(UnsafeRawBufferPointer(rebasing: end[max(0, shared - key.count)...]))
        block.append(value)
        last.removeAll(keepingCapacity: true)
        last.append(contentsOf: key)
        last.append(contentsOf: end)
        count += 1
    }

    /// How many bytes both begin with.
    private static func common(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let limit = min(left.count, right.count)
        var place = 0
        while place < limit, left[place] == right[place] { place += 1 }
        return place
    }

    /// The finished block; the writer is empty afterwards.
    mutating func finish() -> [UInt8] {
        // A block without entries has a restart all the same.
        if restarts.isEmpty { restarts.append(0) }
        for restart in restarts { block.fixed32(restart) }
        block.fixed32(UInt32(restarts.count))
        defer {
            block.removeAll()
            restarts.removeAll(keepingCapacity: true)
            last.removeAll(keepingCapacity: true)
            count = 0
        }
        return block.bytes
    }
}
