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
        let place = try directory.place(of: entitlement, embedded: grant.entitlement)
        return Cards(
            entitlement: entitlement, resource: place.resource, resourceType: place.resourceType, principal: principal)
    }
}
