import WireForm

/// Turns the messages that connectors speak into the records of a Pebble file (c1z-v3 §13.1).
struct RecordEncoding {
    private var record = WireWriter()
    private var part = WireWriter()
    private var fields = FieldTable()
    private var timestamps = TimestampCache()

    /// The record that was made last.
    var bytes: [UInt8] { record.bytes }

    /// Of a grant that was made last, what it follows from.
    private(set) var sources = GrantSources()

    /// What a message refers to, as its key needs it; valid as long as the message.
    enum Identity {
        case resourceType(UnsafeRawBufferPointer)
        case resource(type: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer, parent: Reference?)
        case entitlement(EntitlementKey)
        case grant(GrantReferences)
    }

    /// A resource by type and id.
    struct Reference {
        let type, id: UnsafeRawBufferPointer
    }

    /// Makes the record of a message; nil when it lacks what its key is made of.
    mutating func encode(_ kind: RecordKind, _ stored: StoredRecord) throws -> Identity? {
        record.reset()
        try fields.read(stored.data)
        let time = timestamps.timestamp(of: stored.discoveredAt)
        switch kind {
        case .resourceType: return try encodeResourceType(stored.data, time)
        case .resource: return try encodeResource(stored.data, time)
        case .entitlement: return try encodeEntitlement(stored.data, time)
        case .grant: return try encodeGrant(stored, time)
        }
    }

    private mutating func encodeResourceType(
        _ message: UnsafeRawBufferPointer, _ time: [UInt8]?
    ) throws(WireError) -> Identity? {
        let id = fields[1] ?? .nothing
        copy(1, as: 2)
        copy(2, as: 3)
        for trait in try Self.numbers(3, in: message) { record.field(4, TraitNames.name(of: trait)) }
        try copyAll(4, of: message, as: 5)
        if let time { record.field(6, time) }
        copy(5, as: 7)
        record.field(8, fields.flag(6))
        return id.isEmpty ? nil : .resourceType(id)
    }

    private mutating func encodeResource(
        _ message: UnsafeRawBufferPointer, _ time: [UInt8]?
    ) throws(WireError) -> Identity? {
        let own = try Self.reference(fields[1])
        var parent = try fields[2].map { (bytes) throws(WireError) in try Self.reference(bytes) }
        if parent?.id.isEmpty ?? false { parent = nil }
        add(own.type, as: 2)
        add(own.id, as: 3)
        copy(3, as: 4)
        copy(5, as: 5)
        if let parent { addReference(parent, as: 6) }
        try copyAll(4, of: message, as: 7)
        if let time { record.field(8, time) }
        copyMessage(9, as: 9)
        copyMessage(11, as: 10)
        copyMessage(12, as: 11)
        if let icon = try fields[10]?.wireBytes(1) { add(icon, as: 13) }
        return own.type.isEmpty || own.id.isEmpty ? nil : .resource(type: own.type, id: own.id, parent: parent)
    }

    private mutating func encodeEntitlement(
        _ message: UnsafeRawBufferPointer, _ time: [UInt8]?
    ) throws(WireError) -> Identity? {
        let resource = try Self.reference(try fields[1]?.wireBytes(1))
        let id = fields[2] ?? .nothing
        copy(2, as: 2)
        addReference(resource, as: 3)
        copy(3, as: 4)
        copy(4, as: 5)
        let purpose = try message.wireNumber(7)
        if let name = PurposeNames.name(of: purpose), !name.isEmpty { record.field(6, name) }
        try copyAll(6, of: message, as: 7)
        if let time { record.field(8, time) }
        copy(8, as: 9)
        if fields.has(5) {
            try RecordForm.forEach(5, in: message) { (type) throws(WireError) in
                if let id = try type.wireBytes(1) { add(id, as: 10) }
            }
        }
        guard !resource.type.isEmpty, !resource.id.isEmpty, !id.isEmpty else { return nil }
        return .entitlement(EntitlementKey(resource.type, resource.id, id: id))
    }

    private mutating func encodeGrant(_ stored: StoredRecord, _ time: [UInt8]?) throws(WireError) -> Identity? {
        let references = try GrantReferences(ofGrant: fields[1], principal: fields[2])
        copy(3, as: 2)
        part.reset()
        Self.add(references.resourceType, as: 1, to: &part)
        Self.add(references.resource, as: 2, to: &part)
        Self.add(references.entitlement, as: 3, to: &part)
        record.field(3, part.bytes)
        part.reset()
        Self.add(references.principalType, as: 1, to: &part)
        Self.add(references.principal, as: 2, to: &part)
        Self.add(references.principalParentType ?? .nothing, as: 3, to: &part)
        Self.add(references.principalParent ?? .nothing, as: 4, to: &part)
        record.field(4, part.bytes)
        if let time { record.field(5, time) }
        if let expansion = stored.expansion {
            record.field(6, expansion)
            record.field(7, stored.needsExpansion)
        }
        try copyAll(4, of: stored.data, as: 8)
        sources = try GrantSources(of: stored.data)
        sources.write(as: 9, to: &record)
        return references.isComplete ? .grant(references) : nil
    }

    // MARK: Pieces

    private static func reference(_ id: UnsafeRawBufferPointer?) throws(WireError) -> Reference {
        Reference(type: try id?.wireBytes(1) ?? .nothing, id: try id?.wireBytes(2) ?? .nothing)
    }

    private static func add(_ value: UnsafeRawBufferPointer, as number: Int, to writer: inout WireWriter) {
        if !value.isEmpty { writer.field(number, value) }
    }

    private mutating func add(_ value: UnsafeRawBufferPointer, as number: Int) {
        Self.add(value, as: number, to: &record)
    }

    private mutating func addReference(_ reference: Reference, as number: Int) {
        part.reset()
        Self.add(reference.type, as: 1, to: &part)
        Self.add(reference.id, as: 2, to: &part)
        record.field(number, part.bytes)
    }

    private mutating func copy(_ number: Int, as other: Int) {
        if let value = fields[number] { add(value, as: other) }
    }

    /// A message says something even when it is empty.
    private mutating func copyMessage(_ number: Int, as other: Int) {
        if let value = fields[number] { record.field(other, value) }
    }

    private mutating func copyAll(
        _ number: Int, of message: UnsafeRawBufferPointer, as other: Int
    ) throws(WireError) {
        guard fields.has(number) else { return }
        try RecordForm.forEach(number, in: message) { record.field(other, $0) }
    }

    /// A repeated enumeration, packed or not.
    private static func numbers(_ number: Int, in message: UnsafeRawBufferPointer) throws(WireError) -> [UInt64] {
        var numbers: [UInt64] = []
        var reader = WireReader(message)
        while let field = try reader.next() {
            guard field.number == number else { continue }
            if field.wireType == 0 { numbers.append(field.scalar) }
            if field.wireType == 2 { numbers += try field.bytes.packedNumbers() }
        }
        return numbers
    }
}
