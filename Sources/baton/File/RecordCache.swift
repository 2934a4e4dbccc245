/// Remembers what was made of records, up to a number of bytes.
///
/// It is asked once or more for every grant of a file, so it makes no key objects: entries are found by the hash of the key's
/// bytes and then compared. Two keys with one hash put each other out, which costs time and nothing else.
struct RecordCache<Value> {
    private struct Entry {
        let key: [UInt8]
        /// Where the first part of the key ends.
        let split: Int
        let value: Value

        @inline(__always)
        func matches(_ key: RecordKey) -> Bool {
            split == key.first.count && self.key.count == split + key.second.count
                && self.key.withUnsafeBytes {
                    $0.prefix(split).elementsEqual(key.first) && $0.dropFirst(split).elementsEqual(key.second)
                }
        }
    }

    private let limit: Int
    private var entries: [Int: Entry] = [:]
    private var latest: Entry?
    private(set) var size = 0

    /// An empty cache for `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// The value under `key`; nil when it isn't remembered.
    @inline(__always)
    mutating func value(of key: RecordKey) -> Value? {
        // Neighbouring grants mostly share their entitlement.
        if let latest, latest.matches(key) { return latest.value }
        guard let entry = entries[key.hash], entry.matches(key) else { return nil }
        latest = entry
        return entry.value
    }

    /// Remembers `value`, which takes up `cost` bytes; when that is too much, everything older is forgotten.
    mutating func remember(_ value: Value, under key: RecordKey, cost: Int) {
        let entry = Entry(key: Array(key.first) + Array(key.second), split: key.first.count, value: value)
        let whole = cost + entry.key.count + 160
        if size + whole > limit {
            entries.removeAll(keepingCapacity: true)
            size = 0
        }
        size += whole
        entries[key.hash] = entry
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
