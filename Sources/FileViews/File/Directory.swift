import AccessModel
import C1Z
import WireForm

/// Looks up what records mention, once for each as long as memory allows.
///
/// What the file doesn't have is shown by a stand-in, and said once on standard error.
final class Directory {
    private let sync: OpenedSync
    private let shapes: RecordShapes?
    private let log: ErrorLog

    private var types = RecordCache<Card>(limit: 1 << 20)
    private var resources: RecordCache<Card>
    private var entitlements: RecordCache<Card>
    private var reported = ByteInterner()
    private var latestPlace: (entitlement: Card, place: EntitlementPlace)?

    /// A directory of `sync`.
    ///
    /// - Parameter shapes: how messages become JSON; nil when only names are wanted.
    init(_ sync: OpenedSync, shapes: RecordShapes?, log: ErrorLog = ErrorLog()) {
        self.sync = sync
        self.shapes = shapes
        self.log = log
        resources = RecordCache(limit: 28 << 20)
        entitlements = RecordCache(limit: 8 << 20)
    }

    func resourceType(_ id: UnsafeRawBufferPointer) throws -> Card {
        if let card = types.value(of: RecordKey(id)) { return card }
        guard !id.isEmpty else { throw damaged("one of its records names no resource type") }
        return try newResourceType(id)
    }

    /// The card of the type of a resource that is only a stand-in itself, and may name no type.
    func resourceType(ofMissing id: UnsafeRawBufferPointer) throws -> Card {
        try types.value(of: RecordKey(id)) ?? newResourceType(id)
    }

    func resource(_ name: ResourceName) throws -> Card {
        if let card = resources.value(of: RecordKey(name)) { return card }
        let found = try sync.find(name.identity)
        let card = try (found ?? missingResource(name)).withUnsafeBytes { message in
            let fields = try ResourceFields(message)
            return Card(
                name: fields.displayName, json: try json(message, \.resource), isMissing: found == nil)
        }
        resources.remember(card, under: RecordKey(name), cost: card.cost)
        return card
    }

    /// The message that stands in for a resource, and the error line that goes with it.
    func missingResource(_ name: ResourceName) -> [UInt8] {
        report("resource", [("resource_type_id", name.type), ("resource_id", name.id)])
        return MissingRecord.resource(name)
    }

    func entitlement(_ id: UnsafeRawBufferPointer) throws -> Card {
        if let card = entitlements.value(of: RecordKey(id)) { return card }
        guard !id.isEmpty else { throw damaged("one of its grants names no entitlement") }
        let found = try sync.find(.entitlement(ByteKey(id)))
        if found == nil { report("entitlement", [("entitlement_id", id)]) }
        let card = try (found ?? MissingRecord.entitlement(id)).withUnsafeBytes { message in
            let fields = try EntitlementFields(message)
            return Card(
                name: fields.displayName, slug: fields.slug,
                on: try fields.resource.map { try ResourceName(ofResource: $0) },
                json: try json(message, \.entitlement), isMissing: found == nil)
        }
        entitlements.remember(card, under: RecordKey(id), cost: card.cost)
        return card
    }

    private func newResourceType(_ id: UnsafeRawBufferPointer) throws -> Card {
        let found = try sync.find(.resourceType(ByteKey(id)))
        if found == nil { report("resource type", [("resource_type_id", id)]) }
        let card = try (found ?? MissingRecord.resourceType(id)).withUnsafeBytes { message in
            let fields = try ResourceTypeFields(message)
            return Card(
                name: fields.displayName, json: try json(message, \.resourceType), isMissing: found == nil)
        }
        types.remember(card, under: RecordKey(id), cost: card.cost)
        return card
    }

    private func json(
        _ message: UnsafeRawBufferPointer, _ shape: KeyPath<RecordShapes, MessageShape>
    ) throws -> [UInt8] {
        guard let shapes else { return [] }
        var json = JSONText()
        try shapes.transcoder.append(message, as: shapes[keyPath: shape], to: &json)
        return json.bytes
    }

    private func report(_ kind: String, _ ids: [(name: String, value: UnsafeRawBufferPointer)]) {
        var key = WireWriter()
        key.field(1, kind)
        for id in ids { key.field(2, id.value) }
        guard key.bytes.withUnsafeBytes({ reported.add($0).isNew }) else { return }
        log.error("unable to find \(kind)", ids.map { ($0.name, $0.value.text) })
    }

    private func damaged(_ problem: String) -> C1ZError {
        C1ZError(.corrupt, sync.reader.file, "\(problem), so it can't be shown. Sync again.")
    }
}

/// The resource an entitlement is on, and the type of that.
struct EntitlementPlace {
    let resource, resourceType: Card
}

extension Directory {
    /// Where an entitlement is.
    ///
    /// - Parameter embedded: the grant's own copy of the entitlement.
    func place(of entitlement: Card, embedded: UnsafeRawBufferPointer) throws -> EntitlementPlace {
        // Neighbouring grants mostly share their entitlement.
        if let latestPlace, latestPlace.entitlement === entitlement { return latestPlace.place }
        let place = try withResource(of: entitlement, embedded: embedded) { name in
            EntitlementPlace(
                resource: try resource(name),
                resourceType: try entitlement.isMissing
                    ? resourceType(ofMissing: name.type) : resourceType(name.type))
        }
        if entitlement.resource != nil { latestPlace = (entitlement, place) }
        return place
    }

    /// Calls `body` with the resource an entitlement is on.
    ///
    /// An entitlement that the file doesn't have is on the resource that the grant's own copy of it names, if any.
    func withResource<Result>(
        of entitlement: Card, embedded: UnsafeRawBufferPointer, _ body: (ResourceName) throws -> Result
    ) throws -> Result {
        try entitlement.withResource { name in
            if let name { return try body(name) }
            guard let resource = try embedded.wireBytes(1) else { return try body(ResourceName()) }
            return try body(ResourceName(ofResource: resource))
        }
    }
}
