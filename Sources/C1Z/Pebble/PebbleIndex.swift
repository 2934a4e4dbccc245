import AccessModel
import WireForm

/// Finds the keys of records in a Pebble file.
///
/// Two generations of files differ in it (c1z-v3 §8.4): present keys of entitlements and grants are made of what they refer to,
/// former ones of their ids.
final class PebbleIndex {
    /// How to get at the records that a filter lets through.
    enum Selection {
        /// All of some ranges of keys.
        case keys([(from: [UInt8], upTo: [UInt8])])
        /// The grants that an index lists under a prefix.
        case held([UInt8])
        /// Those of a family for which a test holds.
        case tested(TupleKey.Family, (UnsafeRawBufferPointer) throws(WireError) -> Bool)
    }

    fileprivate let store: PebbleStore
    private let hasStructuredKeys: Bool
    /// Whether the index of grants by principal lists all of them.
    private let listsHolders: Bool
    /// Of entitlements whose ids don't begin with their resource, the keys; nil until they are asked for.
    private var wholeIDs: [ByteKey: [[UInt8]]]?

    private static let splitLimit = 4096

    init(of store: PebbleStore) throws {
        self.store = store
        hasStructuredKeys = try store.hasStructuredKeys()
        listsHolders = try store.withValue(of: TupleKey.meta("deferred_grant_idx_pending")) { _ in true } == nil
    }

    /// How to get at records of a kind.
    func selection(of kind: RecordKind, where filter: RecordFilter) throws -> Selection {
        let family = kind.family
        switch (kind, filter) {
        case (_, .all): return .keys([TupleKey.range(family)])
        case (.resourceType, .resourceType(let type)):
            let key = TupleKey(family, [ByteKey(type)]).bytes
            return .keys([(key, key + [0])])
        case (.resource, .resourceType(let type)): return .keys([TupleKey.range(family, [type])])
        case (.entitlement, .resourceType(let type)):
            guard hasStructuredKeys else { return .tested(family, RecordTest(kind).isOn(type: type)) }
            return .keys([TupleKey.range(family, [type])])
        case (.grant, .resourceType(let type)):
            // Of grants the reference asks these files for the type of the principal (c1z-v3 §12.3).
            guard hasStructuredKeys, listsHolders else {
                return .tested(family, RecordTest(kind).isHeld(byType: type))
            }
            return .held(TupleKey.range(.grantByPrincipal, [type]).from)
        case (.entitlement, .on(let resource)), (.grant, .on(let resource)):
            guard hasStructuredKeys else {
                return .tested(family, RecordTest(kind).isOn(type: resource.type, id: resource.value))
            }
            return .keys([TupleKey.range(family, [resource.type, resource.value])])
        case (.grant, .entitlement(let id)):
            guard hasStructuredKeys else { return .tested(family, RecordTest(kind).isOf(entitlement: id)) }
            return .keys(
                try keys(ofEntitlement: ByteKey(id)).map { key in
                    let prefix = family.header + key.dropFirst(TupleKey.Family.entitlement.header.count) + [0]
                    return (prefix, TupleKey.end(ofPrefix: prefix))
                })
        case (.grant, .heldBy(let principal)):
            guard hasStructuredKeys, listsHolders else {
                return .tested(family, RecordTest(kind).isHeld(byType: principal.type, id: principal.value))
            }
            return .held(TupleKey.range(.grantByPrincipal, [principal.type, principal.value]).from)
        default: return .keys([])
        }
    }

    /// Hands out the grants that the index of principals lists under a prefix.
    func readGrants(under prefix: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let header = TupleKey.Family.grantByPrincipal.header.count
        var key = TupleKey(.grant)
        try store.read(from: prefix, upTo: TupleKey.end(ofPrefix: prefix)) { entry, _ in
            var components = TupleComponents(entry, behind: header)
            guard let type = components.next(), let principal = components.next() else { return true }
            key.reset(to: .grant)
            key.append(escaped: components.remainder, isFirst: true)
            key.append(escaped: type)
            key.append(escaped: principal)
            // An entry without its grant is left over.
            _ = try store.withValue(of: key.bytes, body)
            return true
        }
    }

    /// The key of a record; nil when the file has no such record.
    func key(of identity: RecordIdentity) throws -> [UInt8]? {
        switch identity {
        case .resourceType(let id): return TupleKey(.resourceType, [id]).bytes
        case .resource(let type, let id): return TupleKey(.resource, [type, id]).bytes
        case .entitlement(let id):
            return try hasStructuredKeys
                ? keys(ofEntitlement: id).first : TupleKey(.entitlement, [id]).bytes
        case .grant(let id):
            return try hasStructuredKeys ? key(ofGrant: id) : TupleKey(.grant, [id]).bytes
        }
    }

    /// The keys of the entitlements with an id.
    ///
    /// There may be several: an id that doesn't begin with its resource is one only on that resource.
    fileprivate func keys(ofEntitlement id: ByteKey) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try id.bytes.withUnsafeBytes { id in
            for split in EntitlementKey.splits(of: id, limit: Self.splitLimit) {
                var key = TupleKey(.entitlement)
                split.append(to: &key)
                if try store.withValue(of: key.bytes, { _ in true }) != nil { keys.append(key.bytes) }
            }
        }
        return try keys + (entitlementsWithWholeIDs()[id] ?? [])
    }

    private func entitlementsWithWholeIDs() throws -> [ByteKey: [[UInt8]]] {
        if let wholeIDs { return wholeIDs }
        var found: [ByteKey: [[UInt8]]] = [:]
        let header = TupleKey.Family.entitlement.header.count
        let range = TupleKey.range(.entitlement)
        try store.read(from: range.from, upTo: range.upTo) { key, _ in
            var components = TupleComponents(key, behind: header)
            _ = components.next()
            _ = components.next()
            guard components.next()?.elementsEqual("0".utf8) ?? false, let tail = components.next(),
                let id = TupleComponents.unescaped(tail)
            else { return true }
            found[ByteKey(id), default: []].append(Array(key))
            return true
        }
        wholeIDs = found
        return found
    }

    /// The key of the grant with an id; nil when there is none.
    ///
    /// Most ids are made of what the grant refers to. Others may be any text, so all grants are looked through.
    private func key(ofGrant id: ByteKey) throws -> [UInt8]? {
        if let made = try key(ofMadeGrant: id) { return made }
        var found: [UInt8]?
        let test = RecordTest(.grant).hasID(id.bytes)
        let range = TupleKey.range(.grant)
        try store.read(from: range.from, upTo: range.upTo) { key, record in
            guard try test(record) else { return true }
            found = Array(key)
            return false
        }
        return found
    }
}

extension PebbleIndex {
    private static let mostReadings = 64

    /// The key of the grant whose id is its entitlement's, its principal's type and its principal's id (c1z-v3 §12.4).
    private func key(ofMadeGrant id: ByteKey) throws -> [UInt8]? {
        let colons = id.bytes.indices.filter { id.bytes[$0] == UInt8(ascii: ":") }
        let test = RecordTest(.grant).hasID(id.bytes)
        var readings = 0
        for last in colons.reversed() {
            for first in colons.prefix(while: { $0 < last }).reversed() {
                readings += 1
                guard readings <= Self.mostReadings else { return nil }
                for entitlement in try keys(ofEntitlement: ByteKey(id.bytes[..<first])) {
                    var key = TupleKey(.grant)
                    entitlement.withUnsafeBytes {
                        let components = $0[TupleKey.Family.entitlement.header.count...]
                        key.append(escaped: UnsafeRawBufferPointer(rebasing: components), isFirst: true)
                    }
                    id.bytes[(first + 1)..<last].withUnsafeBytes { key.append($0) }
                    id.bytes[(last + 1)...].withUnsafeBytes { key.append($0) }
                    if try store.withValue(of: key.bytes, { try test($0) }) == true { return key.bytes }
                }
            }
        }
        return nil
    }
}

extension RecordKind {
    /// The family of the keys of its records.
    var family: TupleKey.Family {
        switch self {
        case .resourceType: .resourceType
        case .resource: .resource
        case .entitlement: .entitlement
        case .grant: .grant
        }
    }
}
