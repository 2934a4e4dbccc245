public import BatonWire
import SwiftProtobuf

/// The identity of a resource inside one application: its type and its id there, compared as bytes.
public struct ResourceID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The id of the resource's type.
    public var type: String

    /// The resource's id within its type, exactly as the application spells it.
    public var value: String

    /// The resource of type `type` with the id `value`.
    public init(_ type: String, _ value: String) {
        self.type = type
        self.value = value
    }

    /// The resource of type `type` with the id `value`.
    public init(_ type: ResourceType, _ value: String) {
        self.init(type.id, value)
    }

    /// The identity in a wire message.
    public init(_ message: C1_Connector_V2_ResourceId) {
        self.init(message.resourceType, message.resource)
    }

    /// The wire message of this identity.
    public var message: C1_Connector_V2_ResourceId {
        .with {
            $0.resourceType = type
            $0.resource = value
        }
    }

    /// `type/id`, as logs show it.
    ///
    /// Not made to be parsed.
    public var description: String { "\(type)/\(value)" }

    /// Byte equality of both parts.
    public static func == (left: ResourceID, right: ResourceID) -> Bool {
        left.type.hasSameBytes(as: right.type) && left.value.hasSameBytes(as: right.value)
    }

    /// Hashes the bytes of both parts.
    public func hash(into hasher: inout Hasher) {
        for byte in type.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
        for byte in value.utf8 { hasher.combine(byte) }
    }

    /// Byte order by type, then by id.
    public static func < (left: ResourceID, right: ResourceID) -> Bool {
        if left.type.hasSameBytes(as: right.type) {
            return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        return left.type.utf8.lexicographicallyPrecedes(right.type.utf8)
    }
}

extension Resource {
    /// Who this resource is.
    public var identity: ResourceID { ResourceID(id) }

    /// The resource this one lives under, if any.
    public var parent: ResourceID? { hasParentResourceID ? ResourceID(parentResourceID) : nil }
}

extension Grant {
    /// Who holds the entitlement.
    public var holder: ResourceID { ResourceID(principal.id) }
}
