/// Remembers what was made of records, up to a number of bytes.
///
/// It is asked several times for every grant of a file, so it makes no key objects: entries are found by the hash of the key's
/// bytes and then compared. Two keys with one hash put each other out, which costs time and nothing else.
///
/// Entries live in two halves. When the newer one is full it becomes the older one and the older one is forgotten; what is
/// asked for moves to the newer one, so that it stays.
struct RecordCache<Value> {
    private struct Entry {
        let key: StoredKey
        let value: Value
        let cost: Int
    }

    private let halfLimit: Int
    private var newer: [Int: Entry] = [:]
    private var older: [Int: Entry] = [:]
    private var latest: Entry?
    /// How many bytes the newer half takes up, about.
    private var size = 0

    /// An empty cache for `limit` bytes.
    init(limit: Int) {
        halfLimit = limit / 2
    }

    /// The value under `key`; nil when it isn't remembered.
    @inline(__always)
    mutating func value(of key: RecordKey) -> Value? {
        // Neighbouring grants mostly share their entitlement.
        if let latest, latest.key.matches(key) { return latest.value }
        return find(key)
    }

    private mutating func find(_ key: RecordKey) -> Value? {
        let hash = key.hash
        if let entry = newer[hash], entry.key.matches(key) {
            latest = entry
            return entry.value
        }
        guard let entry = older[hash], entry.key.matches(key) else { return nil }
        store(entry, at: hash)
        return entry.value
    }

    /// Remembers `value`, which takes up `cost` bytes.
    mutating func remember(_ value: Value, under key: RecordKey, cost: Int) {
        let stored = StoredKey(key)
        store(Entry(key: stored, value: value, cost: cost + stored.count + 140), at: key.hash)
    }

    private mutating func store(_ entry: Entry, at hash: Int) {
        if size + entry.cost > halfLimit {
            (older, newer) = (newer, [:])
            size = 0
        }
        size += entry.cost
        newer[hash] = entry
        latest = entry
    }
}

/// The bytes that name a record: an id, or a type and an id.
struct RecordKey {
    let first: UnsafeRawBufferPointer
    let second: UnsafeRawBufferPointer

    init(_ id: UnsafeRawBufferPointer) {
        first = id
        second = .empty
    }

    init(_ name: ResourceName) {
        first = name.type
        second = name.id
    }

    var hash: Int {
        var hasher = Hasher()
        hasher.combine(first.count)
        hasher.combine(bytes: first)
        hasher.combine(bytes: second)
        return hasher.finalize()
    }
}

/// A key that stays.
private struct StoredKey {
    private let bytes: [UInt8]
    /// Where the first part ends.
    private let split: Int

    init(_ key: RecordKey) {
        bytes = Array(key.first) + Array(key.second)
        split = key.first.count
    }

    var count: Int { bytes.count }

    @inline(__always)
    func matches(_ key: RecordKey) -> Bool {
        guard split == key.first.count, bytes.count == split + key.second.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            UnsafeRawBufferPointer(rebasing: bytes[..<split]).hasSameBytes(as: key.first)
                && UnsafeRawBufferPointer(rebasing: bytes[split...]).hasSameBytes(as: key.second)
        }
    }
}
