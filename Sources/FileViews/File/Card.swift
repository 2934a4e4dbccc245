import AccessModel
import WireForm

/// What listings say of a resource type, resource or entitlement that another record mentions.
final class Card {
    /// Its display name.
    let name: [UInt8]
    /// Its slug, when it is an entitlement.
    let slug: [UInt8]
    /// The type and id of the resource an entitlement is on; nil when it names none.
    let resource: (type: [UInt8], id: [UInt8])?
    /// The message as JSON; empty when only names are shown.
    let json: [UInt8]
    /// Whether the file doesn't have it, and this stands in for it.
    let isMissing: Bool

    init(
        name: UnsafeRawBufferPointer, slug: UnsafeRawBufferPointer = .empty, on resource: ResourceName? = nil,
        json: [UInt8], isMissing: Bool
    ) {
        self.name = Array(name)
        self.slug = Array(slug)
        self.resource = resource.map { (Array($0.type), Array($0.id)) }
        self.json = json
        self.isMissing = isMissing
    }

    /// How many bytes it takes up, about.
    var cost: Int {
        90 + name.count + slug.count + json.count + (resource.map { $0.type.count + $0.id.count + 64 } ?? 0)
    }

    /// Calls `body` with the identity of the resource an entitlement is on; nil when it names none.
    func withResource<Result>(_ body: (ResourceName?) throws -> Result) rethrows -> Result {
        guard let resource else { return try body(nil) }
        return try resource.type.withUnsafeBytes { type in
            try resource.id.withUnsafeBytes { id in
                var name = ResourceName()
                (name.type, name.id) = (type, id)
                return try body(name)
            }
        }
    }
}

/// Messages that stand in for records a file doesn't have.
enum MissingRecord {
    static func resourceType(_ id: UnsafeRawBufferPointer) -> [UInt8] {
        var message = WireWriter()
        message.field(1, id)
        message.field(2, label("RESOURCE TYPE", id))
        return message.bytes
    }

    static func resource(_ name: ResourceName) -> [UInt8] {
        var id = WireWriter()
        if !name.type.isEmpty { id.field(1, name.type) }
        if !name.id.isEmpty { id.field(2, name.id) }
        var message = WireWriter()
        message.field(1, id.bytes)
        message.field(3, label("RESOURCE", Array(name.type) + [UInt8(ascii: ":")] + Array(name.id)))
        return message.bytes
    }

    static func entitlement(_ id: UnsafeRawBufferPointer) -> [UInt8] {
        var message = WireWriter()
        message.field(2, id)
        message.field(3, label("ENTITLEMENT", id))
        return message.bytes
    }

    private static func label(_ kind: String, _ id: some Sequence<UInt8>) -> [UInt8] {
        Array("MISSING \(kind) (".utf8) + Array(id) + Array(")".utf8)
    }
}
