import WireForm

/// Turns the records of a Pebble file into the messages that connectors speak (c1z-v3 §12.6).
///
/// Entitlements and principals come out as stubs: a Pebble file keeps no more of them inside other records.
final class RecordForm {
    /// Of a record, what it doesn't share with the message.
    private struct Rest {
        /// When it was discovered, a serialized timestamp; empty when it doesn't say.
        var discoveredAt = UnsafeRawBufferPointer.nothing
        /// Of a grant, the serialized `GrantExpandable`.
        var expansion: UnsafeRawBufferPointer?
        /// Of a grant, whether the expander should look at it.
        var needsExpansion = false
    }

    private var message = WireWriter()
    private var part = WireWriter()
    private var inner = WireWriter()
    private var fields = FieldTable()
    private var rest = Rest()

    /// Reads a record, whose bytes must outlive what is asked of the form.
    func read(_ kind: RecordKind, _ record: UnsafeRawBufferPointer) throws(WireError) {
        message.reset()
        try fields.read(record)
        rest = Rest()
        switch kind {
        case .resourceType: try writeResourceType(record)
        case .resource: try writeResource(record)
        case .entitlement: try writeEntitlement(record)
        case .grant: try writeGrant(record)
        }
    }

    /// Calls `body` with the message that the record stands for; its bytes are gone afterwards.
    func withStoredRecord<Result>(_ body: (StoredRecord) throws -> Result) rethrows -> Result {
        try message.bytes.withUnsafeBytes { data in
            try body(
                StoredRecord(
                    data: data, expansion: rest.expansion, needsExpansion: rest.needsExpansion,
                    discoveredAt: DiscoveryTime(timestamp: rest.discoveredAt), showsExpansion: true))
        }
    }

    private func writeResourceType(_ record: UnsafeRawBufferPointer) throws(WireError) {
        copy(2, as: 1)
        copy(3, as: 2)
        if fields.has(4) {
            part.reset()
            try Self.forEach(4, in: record) { part.varint(UInt64(TraitNames.number(of: $0))) }
            message.field(3, part.bytes)
        }
        try copyAll(5, of: record, as: 4)
        copy(7, as: 5)
        message.field(6, fields.flag(8))
        rest.discoveredAt = fields[6] ?? .nothing
    }

    private func writeResource(_ record: UnsafeRawBufferPointer) throws(WireError) {
        message.field(1, id(fields[2], fields[3]))
        if let parent = fields[6], let resource = try parent.wireBytes(2), !resource.isEmpty {
            message.field(2, id(try parent.wireBytes(1), resource))
        }
        copy(4, as: 3)
        try copyAll(7, of: record, as: 4)
        copy(5, as: 5)
        copyMessage(9, as: 9)
        if let icon = fields[13], !icon.isEmpty {
            part.reset()
            part.field(1, icon)
            message.field(10, part.bytes)
        }
        // The fields of the status have the same numbers.
        copyMessage(10, as: 11)
        copyMessage(11, as: 12)
        rest.discoveredAt = fields[8] ?? .nothing
    }

    private func writeEntitlement(_ record: UnsafeRawBufferPointer) throws(WireError) {
        if let resource = fields[3] {
            message.field(1, stub(try resource.wireBytes(1), try resource.wireBytes(2)))
        }
        copy(2, as: 2)
        copy(4, as: 3)
        copy(5, as: 4)
        if fields.has(10) {
            try Self.forEach(10, in: record) { type in
                part.reset()
                part.field(1, type)
                message.field(5, part.bytes)
            }
        }
        try copyAll(7, of: record, as: 6)
        message.field(7, number: UInt64(PurposeNames.number(of: fields[6] ?? .nothing)))
        copy(9, as: 8)
        rest.discoveredAt = fields[8] ?? .nothing
    }

    private func writeGrant(_ record: UnsafeRawBufferPointer) throws(WireError) {
        let identity = try GrantReferences(entitlement: fields[3], principal: fields[4])
        part.reset()
        part.field(1, stub(identity.resourceType, identity.resource))
        part.field(2, identity.entitlement)
        message.field(1, part.bytes)
        part.reset()
        part.field(1, id(identity.principalType, identity.principal))
        if let parent = identity.principalParent, !parent.isEmpty {
            part.field(2, id(identity.principalParentType, parent))
        }
        message.field(2, part.bytes)
        if let id = fields[2], !id.isEmpty {
            message.field(3, id)
        } else {
            part.reset()
            identity.appendID(to: &part)
            message.field(3, part.bytes)
        }
        try copyAll(8, of: record, as: 4)
        if fields.has(9) { message.field(5, try sources(of: record)) }
        rest.discoveredAt = fields[5] ?? .nothing
        rest.expansion = fields[6]
        rest.needsExpansion = fields.flag(7)
    }

    private func sources(of record: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        part.reset()
        try Self.forEach(9, in: record) { (entry) throws(WireError) in
            inner.reset()
            inner.field(1, try entry.wireBytes(1) ?? .nothing)
            var source = WireWriter()
            source.field(1, try entry.wireBytes(2)?.wireFlag(4) ?? false)
            inner.field(2, source.bytes)
            part.field(1, inner.bytes)
        }
        return part.bytes
    }

    // MARK: Pieces

    private func copy(_ number: Int, as other: Int) {
        if let value = fields[number], !value.isEmpty { message.field(other, value) }
    }

    /// A message says something even when it is empty.
    private func copyMessage(_ number: Int, as other: Int) {
        if let value = fields[number] { message.field(other, value) }
    }

    private func copyAll(
        _ number: Int, of record: UnsafeRawBufferPointer, as other: Int
    ) throws(WireError) {
        guard fields.has(number) else { return }
        try Self.forEach(number, in: record) { message.field(other, $0) }
    }

    static func forEach(
        _ number: Int, in record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(WireError) -> Void
    ) throws(WireError) {
        var reader = WireReader(record)
        while let field = try reader.next() {
            if field.number == number, field.wireType == 2 { try body(field.bytes) }
        }
    }

    private func id(_ type: UnsafeRawBufferPointer?, _ id: UnsafeRawBufferPointer?) -> [UInt8] {
        inner.reset()
        if let type, !type.isEmpty { inner.field(1, type) }
        if let id, !id.isEmpty { inner.field(2, id) }
        return inner.bytes
    }

    private func stub(_ type: UnsafeRawBufferPointer?, _ id: UnsafeRawBufferPointer?) -> [UInt8] {
        var resource = WireWriter()
        resource.field(1, self.id(type, id))
        return resource.bytes
    }
}
