import WireForm

/// Shows entitlements, each with the resource it is on.
struct EntitlementListing: Listing {
    let directory: Directory
    let shapes: RecordShapes?

    var key: StaticString { "entitlements" }
    var headers: [String] { ["ID", "Display Name", "Resource Type", "Resource", "Permission"] }

    func append(_ record: UnsafeRawBufferPointer, to json: inout JSONText) throws {
        guard let shapes else { return }
        let name = try resource(of: EntitlementFields(record))
        json.raw("{\"entitlement\":")
        try shapes.transcoder.append(record, as: shapes.entitlement, to: &json)
        json.raw(",\"resource\":")
        json.raw(try directory.resource(name).json)
        json.raw(",\"resourceType\":")
        json.raw(try directory.resourceType(name.type).json)
        json.raw("}")
    }

    func fill(_ row: inout TableRow, with record: UnsafeRawBufferPointer) throws {
        let fields = try EntitlementFields(record)
        let name = try resource(of: fields)
        row.add(fields.id)
        row.add(fields.displayName)
        row.add(try directory.resourceType(name.type).name)
        row.add(try directory.resource(name).name)
        row.add(fields.slug)
    }

    private func resource(of fields: EntitlementFields) throws -> ResourceName {
        try fields.resource.map { try ResourceName(ofResource: $0) } ?? ResourceName()
    }
}
