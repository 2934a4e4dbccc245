import WireForm

/// The entitlements that a grant follows from, in the order of their ids, each once.
struct GrantSources {
    private var sources: [(entitlement: [UInt8], isDirect: Bool)] = []

    /// None.
    init() {}

    /// Reads those of a serialized grant.
    init(of grant: UnsafeRawBufferPointer) throws(WireError) {
        var isSorted = true
        try GrantSourceEntries.read(grant) { entitlement, isDirect in
            if let last = sources.last {
                isSorted = isSorted && last.entitlement.lexicographicallyPrecedes(entitlement)
            }
            sources.append((Array(entitlement), isDirect))
        }
        if !isSorted { sort() }
    }

    /// Of several entries of one entitlement the last holds, as in any map of a message.
    private mutating func sort() {
        var places: [(place: Int, source: (entitlement: [UInt8], isDirect: Bool))] = []
        for (place, source) in sources.enumerated() { places.append((place, source)) }
        places.sort { left, right in
            left.source.entitlement == right.source.entitlement
                ? left.place < right.place
                : left.source.entitlement.lexicographicallyPrecedes(right.source.entitlement)
        }
        sources = []
        for (_, source) in places {
            if sources.last?.entitlement == source.entitlement { sources.removeLast() }
            sources.append(source)
        }
    }

    /// Writes them as the entries of a map, as Pebble files keep it.
    func write(as number: Int, to record: inout WireWriter) {
        guard !sources.isEmpty else { return }
        for source in sources {
            var value = WireWriter()
            value.field(4, source.isDirect)
            var entry = WireWriter()
            entry.field(1, source.entitlement)
            entry.field(2, value.bytes)
            record.field(number, entry.bytes)
        }
    }

    /// Calls `body` with the id of each entitlement.
    func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
        for source in sources { source.entitlement.withUnsafeBytes { body($0) } }
    }
}
