/// The keys under which one record is found; their room is used again for the next.
struct RecordKeys {
    private var primaryKey = TupleKey()
    /// By parent of a resource, or by principal of a grant.
    private var indexKey = TupleKey()
    private var pendingKey = TupleKey()
    private var hasIndex = false
    private var isPending = false

    /// The key of the record itself.
    var primary: [UInt8] { primaryKey.bytes }

    /// Calls `body` with each key that leads to it.
    func forEachIndex(_ body: ([UInt8]) throws -> Void) rethrows {
        if hasIndex { try body(indexKey.bytes) }
        if isPending { try body(pendingKey.bytes) }
    }

    /// Makes the keys of a record (c1z-v3 §8.2, §9).
    mutating func set(_ identity: RecordEncoding.Identity, needsExpansion: Bool) {
        (hasIndex, isPending) = (false, false)
        switch identity {
        case .resourceType(let id):
            primaryKey.reset(to: .resourceType)
            primaryKey.append(id, isFirst: true)
        case .resource(let type, let id, let parent): setResource(type, id, under: parent)
        case .entitlement(let entitlement):
            primaryKey.reset(to: .entitlement)
            entitlement.append(to: &primaryKey)
        case .grant(let references): setGrant(references, needsExpansion)
        }
    }

    private mutating func setResource(
        _ type: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer, under parent: RecordEncoding.Reference?
    ) {
        primaryKey.reset(to: .resource)
        primaryKey.append(type, isFirst: true)
        primaryKey.append(id)
        guard let parent else { return }
        indexKey.reset(to: .resourceByParent)
        indexKey.append(parent.type, isFirst: true)
        indexKey.append(parent.id)
        indexKey.append(type)
        indexKey.append(id)
        hasIndex = true
    }

    private mutating func setGrant(_ references: GrantReferences, _ needsExpansion: Bool) {
        primaryKey.reset(to: .grant)
        EntitlementKey(references.resourceType, references.resource, id: references.entitlement)
            .append(to: &primaryKey)
        let end = primaryKey.bytes.count
        primaryKey.append(references.principalType)
        primaryKey.append(references.principal)
        let header = TupleKey.Family.grant.header.count
        indexKey.reset(to: .grantByPrincipal)
        indexKey.append(escaped: primaryKey.bytes[(end + 1)...], isFirst: true)
        indexKey.append(escaped: primaryKey.bytes[header..<end])
        hasIndex = true
        guard needsExpansion else { return }
        pendingKey.reset(to: .grantNeedsExpansion)
        pendingKey.append(escaped: primaryKey.bytes[header...], isFirst: true)
        isPending = true
    }
}
