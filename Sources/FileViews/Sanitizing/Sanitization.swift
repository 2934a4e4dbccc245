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

    /// Many grants have the same entitlement, and many the same principal.
    private var entitlements = RecordCache<Made>(limit: 16 << 20)
    private var principals = RecordCache<Made>(limit: 16 << 20)

    /// A message made anew, and how many annotations of each kind it lacks.
    private struct Made {
        let bytes: [UInt8]
        let dropped: [ByteKey: Int]
    }

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

    /// The serialized grant, and its new id.
    mutating func grant(_ data: UnsafeRawBufferPointer) throws -> (id: String, data: [UInt8]) {
        let parts = try GrantParts(data)
        let grant = try Grant(serializedBytes: parts.rest)
        var new = WireWriter()
        if let entitlement = parts.entitlement {
            new.field(
                1,
                try made(of: entitlement, remembering: \.entitlements) {
                    try $0.entitlement(Entitlement(serializedBytes: $1)).serializedInOrder()
                })
        }
        if let principal = parts.principal {
            new.field(
                2,
                try made(of: principal, remembering: \.principals) {
                    try $0.resource(Resource(serializedBytes: $1)).serializedInOrder()
                })
        }
        var rest = Grant()
        rest.id = names.composite(grant.id)
        if grant.hasSources { rest.sources = try sources(of: data) }
        rest.annotations = try annotations(grant.annotations)
        return (rest.id, new.bytes + rest.serializedInOrder())
    }

    /// What `make` makes of a serialized message, or made of the same bytes before.
    private mutating func made(
        of bytes: [UInt8], remembering cache: WritableKeyPath<Sanitization, RecordCache<Made>>,
        _ make: (inout Sanitization, [UInt8]) throws -> [UInt8]
    ) throws -> [UInt8] {
        if let known = bytes.withUnsafeBytes({ self[keyPath: cache].value(of: RecordKey($0)) }) {
            count(known.dropped)
            return known.bytes
        }
        let before = dropped
        dropped = [:]
        let made = Made(bytes: try make(&self, bytes), dropped: dropped)
        dropped = before
        count(made.dropped)
        bytes.withUnsafeBytes {
            self[keyPath: cache].remember(made, under: RecordKey($0), cost: made.bytes.count + 64 * made.dropped.count)
        }
        return made.bytes
    }

    private mutating func count(_ more: [ByteKey: Int]) {
        dropped.merge(more) { $0 + $1 }
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
