import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// Turns records into ones that identify nobody and are put together in the same way.
///
/// Each message is made anew from the fields that are known to be harmless or are replaced; anything else, fields of newer
/// programs included, is left out.
struct Sanitization {
    /// What is done with annotations that this version doesn't know.
    enum UnknownAnnotations {
        case drop
        /// They go into the file as they are, whatever is in them.
        case pass
    }

    var names: Pseudonyms
    let shift: TimeShift
    let unknown: UnknownAnnotations
    /// How many annotations of each kind were left out.
    private(set) var dropped: [ByteKey: Int] = [:]

    init(names: Pseudonyms, shift: TimeShift, unknown: UnknownAnnotations) {
        self.names = names
        self.shift = shift
        self.unknown = unknown
    }

    mutating func type(_ type: ResourceType) throws -> ResourceType {
        var new = ResourceType()
        new.id = type.id
        new.displayName = names.of(type.displayName)
        new.description_p = names.of(type.description_p)
        new.traits = type.traits
        new.sourcedExternally = type.sourcedExternally
        new.annotations = try annotations(type.annotations)
        return new
    }

    mutating func resource(_ resource: Resource) throws -> Resource {
        var new = Resource()
        if resource.hasID, let id = id(resource.id) { new.id = id }
        if resource.hasParentResourceID, let id = id(resource.parentResourceID) { new.parentResourceID = id }
        new.displayName = names.of(resource.displayName)
        new.description_p = names.of(resource.description_p)
        new.batonResource = resource.batonResource
        new.annotations = try annotations(resource.annotations)
        if resource.hasProfile { new.profile = profile(resource.profile) }
        if resource.hasIcon, let icon = asset(resource.icon) { new.icon = icon }
        if resource.hasStatus {
            new.status.status = resource.status.status
            new.status.details = names.of(resource.status.details)
        }
        if resource.hasCreatedAt { new.createdAt = shift(resource.createdAt) }
        return new
    }

    mutating func entitlement(_ entitlement: Entitlement) throws -> Entitlement {
        var new = Entitlement()
        new.id = names.composite(entitlement.id)
        if entitlement.hasResource { new.resource = try resource(entitlement.resource) }
        new.displayName = names.of(entitlement.displayName)
        new.description_p = names.of(entitlement.description_p)
        for type in entitlement.grantableTo { new.grantableTo.append(try self.type(type)) }
        new.purpose = entitlement.purpose
        new.slug = names.of(entitlement.slug)
        new.annotations = try annotations(entitlement.annotations)
        return new
    }

    mutating func grant(_ data: UnsafeRawBufferPointer) throws -> Grant {
        let grant = try Grant(serializedBytes: Array(data))
        var new = Grant()
        new.id = names.composite(grant.id)
        if grant.hasEntitlement { new.entitlement = try entitlement(grant.entitlement) }
        if grant.hasPrincipal { new.principal = try resource(grant.principal) }
        if grant.hasSources { new.sources = try sources(of: data) }
        new.annotations = try annotations(grant.annotations)
        return new
    }

    /// The sources as they are stored: decoded, ids that differ in their Unicode form only would become one.
    private func sources(of grant: UnsafeRawBufferPointer) throws(WireError) -> C1_Connector_V2_GrantSources {
        var new = C1_Connector_V2_GrantSources()
        for (entitlement, isDirect) in try GrantSourceList(of: grant).sources {
            new.sources[names.composite(entitlement.text)] = .with { $0.isDirect = isDirect }
        }
        return new
    }

    func id(_ id: C1_Connector_V2_ResourceId) -> C1_Connector_V2_ResourceId? {
        guard !id.resource.isEmpty || !id.resourceType.isEmpty else { return nil }
        var new = C1_Connector_V2_ResourceId()
        new.resourceType = id.resourceType
        new.resource = names.of(id.resource)
        new.batonResource = id.batonResource
        return new
    }

    func asset(_ asset: C1_Connector_V2_AssetRef) -> C1_Connector_V2_AssetRef? {
        guard !asset.id.isEmpty else { return nil }
        return .with { $0.id = names.of(asset.id) }
    }

    /// The names of a profile's fields are the application's; its numbers and marks stay.
    func profile(_ profile: Google_Protobuf_Struct) -> Google_Protobuf_Struct {
        var new = Google_Protobuf_Struct()
        new.fields = profile.fields.mapValues { value($0) }
        return new
    }

    private func value(_ value: Google_Protobuf_Value) -> Google_Protobuf_Value {
        switch value.kind {
        case .stringValue(let text): .with { $0.stringValue = names.of(text) }
        case .structValue(let fields): .with { $0.structValue = profile(fields) }
        case .listValue(let list): .with { $0.listValue.values = list.values.map { self.value($0) } }
        case .numberValue(let number): .with { $0.numberValue = number }
        case .boolValue(let mark): .with { $0.boolValue = mark }
        case .nullValue: .with { $0.nullValue = .nullValue }
        case nil: Google_Protobuf_Value()
        }
    }

    private mutating func annotations(_ all: [Annotation]) throws -> [Annotation] {
        var kept: [Annotation] = []
        for annotation in all {
            if let known = try known(annotation) {
                kept.append(known)
            } else if unknown == .pass {
                kept.append(annotation)
            } else {
                dropped[ByteKey(String(annotation.messageName)), default: 0] += 1
            }
        }
        return kept
    }
}
