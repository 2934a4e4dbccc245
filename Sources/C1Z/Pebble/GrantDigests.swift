import AccessModel
import Pebble
import WireForm

/// Hashes of the grants of each entitlement, from which changes between two files are found (c1z-v3 §10).
///
/// They are there for all grants or for none: a file with wrong ones would be worse than one without.
final class GrantDigests {
    /// The root for the whole file.
    struct Root {
        /// All hashes of grants, combined.
        var hash: UInt64 = 0
        /// How many grants there are.
        var count: UInt64 = 0
        /// How many by the type of the entitlement's resource.
        var countsByType: [ByteKey: Int64] = [:]
    }

    /// The index of grants by hash: one row for each grant.
    private let hashes: KeySorter
    private var key: [UInt8] = []

    private static let memory = 4 << 20
    private static let headerSize = TupleKey.Family.grant.header.count

    init(for file: String, environment: [String: String]) {
        hashes = KeySorter(for: file, environment: environment, limit: Self.memory)
    }

    /// Whether a key comes behind the rows of ``forEachHash(_:)``.
    static func hashesPrecede(_ key: UnsafeRawBufferPointer) -> Bool {
        TupleKey.Family.grantByHash.header.withUnsafeBytes { key.order(to: $0) > 0 }
    }

    /// Adds a grant by its key.
    func add(grant: [UInt8], sources: GrantSources) throws {
        try grant.withUnsafeBytes { grant in
            let tail = UnsafeRawBufferPointer(rebasing: grant[Self.headerSize...])
            let split = Self.endOfPartition(tail)
            let holder = UnsafeRawBufferPointer(rebasing: tail[(split + 1)...])
            key.removeAll(keepingCapacity: true)
            key += TupleKey.Family.grantByHash.header
            key.append(contentsOf: tail[...split])
            withUnsafeBytes(of: XXH64.hash(holder).bigEndian) { key.append(contentsOf: $0.prefix(2)) }
            key.append(contentsOf: holder)
            try withUnsafeBytes(of: Self.hash(tail, sources).bigEndian) { hash in
                try key.withUnsafeBytes { try hashes.add($0, hash) }
            }
        }
    }

    /// The hash of a grant's identity and sources.
    static func hash(_ tail: UnsafeRawBufferPointer, _ sources: GrantSources) -> UInt64 {
        var hash = XXH64()
        hash.append(tail)
        sources.forEach { source in
            var escaped = TupleKey()
            escaped.append(source)
            escaped.bytes.withUnsafeBytes { hash.append($0) }
        }
        return hash.value
    }

    /// Where the four components of the entitlement end, in what begins with them.
    private static func endOfPartition(_ tail: UnsafeRawBufferPointer) -> Int {
        var separators = 0
        for (place, byte) in tail.enumerated() where byte == 0 {
            separators += 1
            if separators == 4 { return place }
        }
        return tail.count
    }

    /// Hands out the rows of the index of grants by hash, in order.
    func forEachHash(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) throws {
        try hashes.forEach(body)
    }

    /// Adds the root of an entitlement that may have no grants; one that has gets another.
    static func addEmptyRoot(ofEntitlement key: [UInt8], to rows: KeySorter) throws {
        try DigestTree(of: Array(key.dropFirst(headerSize))).addNodes(to: rows)
    }

    private func end(_ tree: DigestTree?, _ root: inout Root, _ rows: KeySorter) throws {
        guard let tree else { return }
        try tree.addNodes(to: rows)
        let type = tree.partition.prefix { $0 != 0 }
        let plain = Array(type).withUnsafeBytes { TupleComponents.unescaped($0) }
        root.countsByType[ByteKey(plain ?? []), default: 0] += Int64(tree.count)
    }

    /// Adds the nodes of all trees to `rows`, once all grants are here.
    func addNodes(to rows: KeySorter) throws -> Root {
        var root = Root()
        var tree: DigestTree?
        let header = TupleKey.Family.grantByHash.header.count
        try hashes.forEach { key, value in
            let row = UnsafeRawBufferPointer(rebasing: key[header...])
            let split = Self.endOfPartition(row)
            let partition = row[..<split]
            if tree.map({ !$0.partition.elementsEqual(partition) }) ?? true {
                try end(tree, &root, rows)
                tree = DigestTree(of: Array(partition))
            }
            let hash = BigEndian.number(value)
            tree?.add(hash, in: UInt16(BigEndian.number(row[(split + 1)..<(split + 3)])))
            root.hash ^= hash
            root.count += 1
        }
        try end(tree, &root, rows)
        try DigestTree.addFileRoot(root, to: rows)
        return root
    }
}

/// The hashes of one entitlement's grants: a root, and a leaf for each bucket of principals.
private struct DigestTree {
    /// A leaf as fine as can be.
    private struct Leaf {
        let bucket: UInt16
        var count: UInt64
        var hash: UInt64
    }

    /// The escaped components of the entitlement's key.
    let partition: [UInt8]
    private var leaves: [Leaf] = []
    private(set) var count: UInt64 = 0
    private var hash: UInt64 = 0

    /// How many grants a leaf is meant for.
    private static let leafSize: UInt64 = 512

    private enum Level: UInt8 {
        case root, leaf, file
    }

    init(of partition: [UInt8]) {
        self.partition = partition
    }

    /// Adds a grant; buckets come in order.
    mutating func add(_ hash: UInt64, in bucket: UInt16) {
        count += 1
        self.hash ^= hash
        if let last = leaves.last, last.bucket == bucket {
            leaves[leaves.count - 1].count += 1
            leaves[leaves.count - 1].hash ^= hash
        } else {
            leaves.append(Leaf(bucket: bucket, count: 1, hash: hash))
        }
    }

    /// How many bits of a bucket tell leaves apart.
    private var width: UInt16 {
        (0..<16).first { Self.leafSize << UInt64($0) >= count } ?? 16
    }

    func addNodes(to rows: KeySorter) throws {
        let width = width
        try Self.add(
            partition, .root, [], [UInt8(width)] + BigEndian.bytes(count, 8) + BigEndian.bytes(hash, 8), to: rows)
        guard width > 0 else { return }
        let mask = UInt16.max << (16 - width)
        var rest = leaves[...]
        while let first = rest.first {
            let bucket = first.bucket & mask
            let same = rest.prefix { $0.bucket & mask == bucket }
            rest = rest[same.endIndex...]
            let count = same.reduce(UInt64(0)) { $0 + $1.count }
            let hash = same.reduce(UInt64(0)) { $0 ^ $1.hash }
            try Self.add(
                partition, .leaf, BigEndian.bytes(UInt64(bucket), 2),
                BigEndian.bytes(count, 8) + BigEndian.bytes(hash, 8), to: rows)
        }
    }

    static func addFileRoot(_ root: GrantDigests.Root, to rows: KeySorter) throws {
        try add([], .file, [], BigEndian.bytes(root.count, 8) + BigEndian.bytes(root.hash, 8), to: rows)
    }

    /// The components of the entitlement are escaped once more here.
    private static func add(
        _ partition: [UInt8], _ level: Level, _ prefix: [UInt8], _ value: [UInt8], to rows: KeySorter
    ) throws {
        var key = TupleKey(.digest)
        partition.withUnsafeBytes { key.append($0, isFirst: true) }
        let bytes = key.bytes + [0, level.rawValue] + prefix
        try bytes.withUnsafeBytes { key in try value.withUnsafeBytes { try rows.add(key, $0) } }
    }
}
