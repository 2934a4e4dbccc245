import AccessModel
import C1Z
import WireForm

/// The identity of a resource, as bytes of the message it was found in (`c1.connector.v2.ResourceId`).
struct ResourceName {
    var type = UnsafeRawBufferPointer.empty
    var id = UnsafeRawBufferPointer.empty

    init() {}

    init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        while let field = try reader.next() {
            if field.number == 1 { type = field.bytes }
            if field.number == 2 { id = field.bytes }
        }
    }

    /// The identity of a resource given as its message.
    init(ofResource message: UnsafeRawBufferPointer) throws(WireError) {
        try self.init(message.wireBytes(1) ?? .empty)
    }

    /// What the resource is looked up by.
    var identity: RecordIdentity { .resource(type: ByteKey(type), id: ByteKey(id)) }
}

/// What listings need of a serialized `c1.connector.v2.ResourceType`.
struct ResourceTypeFields {
    var id = UnsafeRawBufferPointer.empty
    var displayName = UnsafeRawBufferPointer.empty

    init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        while let field = try reader.next() {
            if field.number == 1 { id = field.bytes }
            if field.number == 2 { displayName = field.bytes }
        }
    }
}

/// What listings need of a serialized `c1.connector.v2.Resource`.
struct ResourceFields {
    var name = ResourceName()
    /// nil when it is under no other.
    var parent: ResourceName?
    var displayName = UnsafeRawBufferPointer.empty

    init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try ResourceName(field.bytes)
            case 2: parent = try ResourceName(field.bytes)
            case 3: displayName = field.bytes
            default: break
            }
        }
    }
}

/// What listings need of a serialized `c1.connector.v2.Entitlement`.
struct EntitlementFields {
    /// The resource it is on, as its message; nil when it names none.
    var resource: UnsafeRawBufferPointer?
    var id = UnsafeRawBufferPointer.empty
    var displayName = UnsafeRawBufferPointer.empty
    var description = UnsafeRawBufferPointer.empty
    var slug = UnsafeRawBufferPointer.empty

    init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 1: resource = field.bytes
            case 2: id = field.bytes
            case 3: displayName = field.bytes
            case 4: description = field.bytes
            case 8: slug = field.bytes
            default: break
            }
        }
    }
}

/// What listings need of a serialized `c1.connector.v2.Grant`.
struct GrantFields {
    /// The entitlement and the principal that are embedded in the grant, as their messages.
    var entitlement = UnsafeRawBufferPointer.empty
    var principal = UnsafeRawBufferPointer.empty
    var id = UnsafeRawBufferPointer.empty

    init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 1: entitlement = field.bytes
            case 2: principal = field.bytes
            case 3: id = field.bytes
            default: break
            }
        }
    }

    /// The id of the entitlement.
    var entitlementID: UnsafeRawBufferPointer {
        get throws(WireError) { try entitlement.wireBytes(2) ?? .empty }
    }

    /// Who holds the entitlement.
    var holder: ResourceName {
        get throws(WireError) { try ResourceName(ofResource: principal) }
    }
}

extension UnsafeRawBufferPointer {
    /// No bytes.
    static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}
