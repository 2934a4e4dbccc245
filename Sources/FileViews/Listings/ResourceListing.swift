import WireForm

/// Shows resources, each with its type and the resource it is under.
struct ResourceListing: Listing {
    let directory: Directory
    let shapes: RecordShapes?

    var key: StaticString { "resources" }
    var headers: [String] { ["ID", "Display Name", "Resource Type", "Parent Resource"] }

    func append(_ record: UnsafeRawBufferPointer, to json: inout JSONText) throws {
        guard let shapes else { return }
        let fields = try ResourceFields(record)
        json.raw("{\"resource\":")
        try shapes.transcoder.append(record, as: shapes.resource, to: &json)
        json.raw(",\"resourceType\":")
        json.raw(try directory.resourceType(fields.name.type).json)
        if let parent = fields.parent {
            json.raw(",\"parent\":")
            json.raw(try directory.resource(parent).json)
        }
        json.raw("}")
    }

    func fill(_ row: inout TableRow, with record: UnsafeRawBufferPointer) throws {
        let fields = try ResourceFields(record)
        row.add(fields.name.id)
        row.add(fields.displayName)
        row.add(try directory.resourceType(fields.name.type).name)
        if let parent = fields.parent {
            row.add(try directory.resource(parent).name + Array(" (".utf8) + Array(parent.type) + Array(")".utf8))
        } else {
            row.add("-")
        }
    }
}
