import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// A directory read from a file, message by message as an application once answered.
struct RecordedModel: Directory {
    let types: [ResourceType]
    let resources: [Resource]
    let entitlements: [Entitlement]
    let grants: [Grant]

    private let assets: [ByteKey: Asset]
    private let resourcesByID: [ResourceID: Resource]
    private let resourcesByPlace: [Place: [Int]]
    private let entitlementsByResource: [ResourceID: [Int]]
    private let grantsByResource: [ResourceID: [Int]]

    /// Where resources are listed: their type, and the resource they live under.
    private struct Place: Hashable {
        let type: ByteKey
        let parent: ResourceID?
    }

    /// Puts into entitlements and grants the whole resources and entitlements that the file only names.
    init(_ file: ModelFile) throws {
        let resourcesByID = Dictionary(file.resources.map { ($0.identity, $0) }) { first, _ in first }
        let entitlements = file.entitlements.map { entitlement in
            var entitlement = entitlement
            if let resource = resourcesByID[ResourceID(entitlement.resource.id)] { entitlement.resource = resource }
            return entitlement
        }
        let entitlementsByID = Dictionary(entitlements.map { (ByteKey($0.id), $0) }) { first, _ in first }
        let grants = file.grants.map { grant in
            var grant = grant
            if let entitlement = entitlementsByID[ByteKey(grant.entitlement.id)] { grant.entitlement = entitlement }
            if let principal = resourcesByID[grant.holder] { grant.principal = principal }
            return grant
        }
        types = file.types
        self.resourcesByID = resourcesByID
        resources = file.resources
        self.entitlements = entitlements
        self.grants = grants
        assets = file.assets
        resourcesByPlace = resources.indicesGrouped { Place(type: ByteKey($0.id.resourceType), parent: $0.parent) }
        entitlementsByResource = entitlements.indicesGrouped { $0.resource.identity }
        grantsByResource = grants.indicesGrouped { $0.entitlement.resource.identity }
    }

    /// Reads a file.
    init(contentsOf path: String) throws {
        try self.init(ModelFile(contentsOf: path))
    }

    var syncers: [any ResourceSyncer] { types.map { RecordedSyncer(type: $0, model: self) } }

    func check() {}
}

extension RecordedModel: AssetProvider {
    func asset(_ id: String) -> Asset? { assets[ByteKey(id)] }
}

/// Lists what a model says about one type.
struct RecordedSyncer: TargetedSyncer {
    let type: ResourceType
    fileprivate let model: RecordedModel

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        try model.resources(of: type, under: parent, page: page)
    }

    func entitlements(of resource: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        try model.entitlements(of: resource.identity, page: page)
    }

    func grants(on resource: Resource, page: PageRequest) async throws -> Page<Grant> {
        try model.grants(on: resource.identity, page: page)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        model.resource(id)
    }
}

extension RecordedModel {
    fileprivate func resources(of type: ResourceType, under parent: ResourceID?, page: PageRequest) throws
        -> Page<Resource>
    {
        let indices = resourcesByPlace[Place(type: ByteKey(type.id), parent: parent)] ?? []
        return try Page(of: indices.count, for: page) { resources[indices[$0]] }
    }

    fileprivate func entitlements(of resource: ResourceID, page: PageRequest) throws -> Page<Entitlement> {
        let indices = entitlementsByResource[resource] ?? []
        return try Page(of: indices.count, for: page) { entitlements[indices[$0]] }
    }

    fileprivate func grants(on resource: ResourceID, page: PageRequest) throws -> Page<Grant> {
        let indices = grantsByResource[resource] ?? []
        return try Page(of: indices.count, for: page) { grants[indices[$0]] }
    }

    fileprivate func resource(_ id: ResourceID) -> Resource? {
        resourcesByID[id]
    }
}

extension Array {
    /// The indices of the elements, by what `key` says of each.
    fileprivate func indicesGrouped<Key: Hashable>(by key: (Element) -> Key) -> [Key: [Int]] {
        Dictionary(grouping: indices) { key(self[$0]) }
    }
}
