import WireForm

/// Shows grants, each with its entitlement, the resource that is on, and the principal.
struct GrantListing: Listing {
    let directory: Directory
    let shapes: RecordShapes?

    var key: StaticString { "grants" }
    var headers: [String] { ["ID", "Resource Type", "Resource", "Entitlement", "Principal"] }

    func append(_ record: UnsafeRawBufferPointer, to json: inout JSONText) throws {
        guard let shapes else { return }
        let cards = try cards(of: GrantFields(record))
        json.raw("{\"grant\":")
        try shapes.transcoder.append(record, as: shapes.grant, to: &json)
        json.raw(",\"entitlement\":")
        json.raw(cards.entitlement.json)
        json.raw(",\"resource\":")
        json.raw(cards.resource.json)
        json.raw(",\"resourceType\":")
        json.raw(cards.resourceType.json)
        json.raw(",\"principal\":")
        json.raw(cards.principal.json)
        json.raw("}")
    }

    func fill(_ row: inout TableRow, with record: UnsafeRawBufferPointer) throws {
        let fields = try GrantFields(record)
        let cards = try cards(of: fields)
        row.add(fields.id)
        row.add(cards.resourceType.name)
        row.add(cards.resource.name)
        row.add(cards.entitlement.name)
        row.add(cards.principal.name)
    }

    private struct Cards {
        let entitlement, resource, resourceType, principal: Card
    }

    private func cards(of grant: GrantFields) throws -> Cards {
        let entitlement = try directory.entitlement(grant.entitlementID)
        let principal = try directory.resource(grant.holder)
        return try directory.withResource(of: entitlement, embedded: grant.entitlement) { name in
            Cards(
                entitlement: entitlement, resource: try directory.resource(name),
                resourceType: try entitlement.isMissing
                    ? directory.resourceType(ofMissing: name.type) : directory.resourceType(name.type),
                principal: principal)
        }
    }
}

extension Directory {
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
