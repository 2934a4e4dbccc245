import WireForm

/// Shows resource types.
struct ResourceTypeListing: Listing {
    let shapes = RecordShapes()

    var key: StaticString { "resourceTypes" }
    var headers: [String] { ["ID", "Display Name", "Traits"] }

    func append(_ record: UnsafeRawBufferPointer, to json: inout JSONText) throws {
        json.raw("{\"resourceType\":")
        try shapes.transcoder.append(record, as: shapes.resourceType, to: &json)
        json.raw("}")
    }

    func fill(_ row: inout TableRow, with record: UnsafeRawBufferPointer) throws {
        let fields = try ResourceTypeFields(record)
        row.add(fields.id)
        row.add(fields.displayName)
        row.add(try traits(of: record).joined(separator: ", "))
    }

    /// The names of the traits, which the schema has for the JSON form.
    func traits(of record: UnsafeRawBufferPointer) throws -> [String] {
        var json = JSONText()
        try shapes.transcoder.append(record, as: shapes.resourceType, to: &json)
        return try JSONValue(parsing: json.bytes)["traits"]?.elements.map { $0.string ?? $0.text } ?? []
    }
}
