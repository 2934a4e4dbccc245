/// Numbers byte strings in the order they are first seen.
///
/// The strings lie one after the other in one buffer: a string costs its bytes and some thirty more.
struct ByteInterner {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    /// Places of a hash table with open addressing: the number of a string plus one, or 0.
    private var slots = [UInt32](repeating: 0, count: 64)
    private var hashes: [Int] = []

    /// How many strings there are.
    var count: Int { hashes.count }

    /// How many bytes they have together.
    var byteCount: Int { bytes.count }

    /// The number of a string; nil when it is new.
    func number(of string: UnsafeRawBufferPointer) -> Int? {
        find(string, hash(string)).number
    }

    /// The number of a string, which is added when it is new.
    @discardableResult
    mutating func add(_ string: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
        let hash = hash(string)
        let (slot, number) = find(string, hash)
        if let number { return (number, false) }
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = UInt32(hashes.count)
        if hashes.count * 2 > slots.count { grow() }
        return (hashes.count - 1, true)
    }

    /// Calls `body` with a string, whose bytes are valid only then.
    func withString<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[ends[number]..<ends[number + 1]])) }
    }

    private func hash(_ string: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: string)
        return hasher.finalize()
    }

    private func find(_ string: UnsafeRawBufferPointer, _ hash: Int) -> (slot: Int, number: Int?) {
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, withString(number, { $0.hasSameBytes(as: string) }) { return (slot, number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return (slot, nil)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = hash & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }
}
