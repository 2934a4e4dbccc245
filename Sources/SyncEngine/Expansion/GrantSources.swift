import AccessModel
import C1Z
import WireForm

/// Where a grant comes from: source entitlement ids, each direct or not.
///
/// Kept in byte order (wire §4.4).
struct GrantSources: Equatable {
    /// Sorted by entitlement, each once.
    private(set) var entries: [(entitlement: ByteKey, isDirect: Bool)] = []

    var isEmpty: Bool { entries.isEmpty }

    init() {}

    /// Reads the sources of a serialized grant.
    init(ofGrant grant: UnsafeRawBufferPointer) throws(WireError) {
        try GrantSourceEntries.read(grant) { add(ByteKey($0), isDirect: $1) }
    }

    /// Adds a source, or raises it to direct; true when that changed something.
    @discardableResult
    mutating func add(_ entitlement: ByteKey, isDirect: Bool) -> Bool {
        let place = place(of: entitlement)
        guard place < entries.count, entries[place].entitlement == entitlement else {
            entries.insert((entitlement, isDirect), at: place)
            return true
        }
        guard isDirect, !entries[place].isDirect else { return false }
        entries[place].isDirect = true
        return true
    }

    /// Where the entitlement is, or belongs.
    private func place(of entitlement: ByteKey) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].entitlement < entitlement { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The serialized `GrantSources` message.
    var message: [UInt8] {
        var message = WireWriter()
        for entry in entries {
            var source = WireWriter()
            source.field(1, entry.isDirect)
            var pair = WireWriter()
            pair.field(1, entry.entitlement.bytes)
            pair.field(2, source.bytes)
            message.field(1, pair.bytes)
        }
        return message.bytes
    }

    static func == (left: GrantSources, right: GrantSources) -> Bool {
        left.entries.elementsEqual(right.entries) { $0.entitlement == $1.entitlement && $0.isDirect == $1.isDirect }
    }

    /// Whether the holder of a grant with the entitlement `own` holds it directly, read without building anything.
    static func isDirect(grant: UnsafeRawBufferPointer, own: ByteKey) throws(WireError) -> Bool {
        var hasSources = false
        var reader = WireReader(grant)
        while let field = try reader.next() {
            guard field.number == 5, field.wireType == 2 else { continue }
            var sources = WireReader(field.bytes)
            while let entry = try sources.next() {
                guard entry.number == 1 else { continue }
                hasSources = true
                if let key = try entry.bytes.wireBytes(1), key.elementsEqual(own.bytes) { return true }
            }
        }
        return !hasSources
    }

    /// The grant with these sources instead of its own; unknown fields stay last.
    func replacing(in grant: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        var unknown = WireWriter()
        var reader = WireReader(grant)
        while let field = try reader.next() {
            if field.number < 5 { writer.append(field.whole) }
            if field.number > 5 { unknown.append(field.whole) }
        }
        writer.field(5, message)
        return writer.bytes + unknown.bytes
    }
}
