/// Decoded blocks that were looked into lately, up to a number of bytes.
///
/// They live in two halves: when the newer one is full it becomes the older one, and what the older one held is forgotten
/// unless it is asked for again.
struct BlockCache {
    struct Key: Hashable {
        let file: UInt64
        let block: Int
    }

    private let halfLimit: Int
    private var newer: [Key: BlockBuffer] = [:]
    private var older: [Key: BlockBuffer] = [:]
    private var size = 0

    /// An empty cache for `limit` bytes.
    init(limit: Int) {
        halfLimit = limit / 2
    }

    /// The block under `key`, loaded by `load` when it isn't here.
    mutating func block(_ key: Key, loading load: (BlockBuffer) throws -> Void) rethrows -> BlockBuffer {
        if let block = newer[key] { return block }
        let block: BlockBuffer
        if let found = older[key] {
            block = found
        } else {
            block = BlockBuffer()
            try load(block)
        }
        if size + block.size > halfLimit {
            (older, newer) = (newer, [:])
            size = 0
        }
        size += block.size
        newer[key] = block
        return block
    }
}
