import AccessModel
import BatonWire
import SwiftProtobuf
import WireForm

/// Serializes grants with no more of their entitlements and principals than it takes to find them.
///
/// It writes the bytes itself: a message made for each grant would cost more than all the rest.
struct SlimGrant: Sendable {
    private var grant = WireWriter()
    private var part = WireWriter()
    private var id = WireWriter()

    /// The serialized grant.
    mutating func bytes(of message: Grant) -> [UInt8] {
        grant.reset()
        if message.hasEntitlement {
            writeResource(message.entitlement.resource)
            let resource = part.bytes
            part.reset()
            if message.entitlement.hasResource { part.field(1, resource) }
            if !message.entitlement.id.isEmpty { part.field(2, message.entitlement.id) }
            grant.field(1, part.bytes)
        }
        if message.hasPrincipal {
            writeResource(message.principal)
            if message.principal.hasParentResourceID {
                write(message.principal.parentResourceID)
                part.field(2, id.bytes)
            }
            grant.field(2, part.bytes)
        }
        if !message.id.isEmpty { grant.field(3, message.id) }
        for annotation in message.annotations {
            part.reset()
            if !annotation.typeURL.isEmpty { part.field(1, annotation.typeURL) }
            if !annotation.value.isEmpty { part.field(2, Array(annotation.value)) }
            grant.field(4, part.bytes)
        }
        if message.hasSources { grant.field(5, sources(message.sources)) }
        return grant.bytes
    }

    /// Writes a resource with nothing but its id.
    private mutating func writeResource(_ resource: Resource) {
        part.reset()
        guard resource.hasID else { return }
        write(resource.id)
        part.field(1, id.bytes)
    }

    private mutating func write(_ message: C1_Connector_V2_ResourceId) {
        id.reset()
        if !message.resourceType.isEmpty { id.field(1, message.resourceType) }
        if !message.resource.isEmpty { id.field(2, message.resource) }
        id.field(3, message.batonResource)
    }

    private func sources(_ sources: C1_Connector_V2_GrantSources) -> [UInt8] {
        var map = WireWriter()
        for (entitlement, source) in sources.sources.sorted(by: { ByteKey($0.key) < ByteKey($1.key) }) {
            var value = WireWriter()
            value.field(1, source.isDirect)
            var entry = WireWriter()
            entry.field(1, entitlement)
            entry.field(2, value.bytes)
            map.field(1, entry.bytes)
        }
        return map.bytes
    }
}
