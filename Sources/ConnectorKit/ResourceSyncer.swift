public import AccessModel

/// Lists the resources of one type, and what can be held and is held on them.
public protocol ResourceSyncer: Sendable {
    /// The type it lists.
    var type: ResourceType { get }

    /// One page of the type's resources.
    ///
    /// - Parameter parent: nil for those without a parent; otherwise only those under it. A type that lives only under parents answers nil with an empty page.
    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource>

    /// One page of what can be held on `resource`.
    func entitlements(of resource: Resource, page: PageRequest) async throws -> Page<Entitlement>

    /// One page of who holds what on `resource`.
    func grants(on resource: Resource, page: PageRequest) async throws -> Page<Grant>
}

extension ResourceSyncer {
    /// Nothing can be held on these resources.
    public func entitlements(of resource: Resource, page: PageRequest) async throws -> Page<Entitlement> { Page([]) }

    /// Nobody holds anything on these resources.
    public func grants(on resource: Resource, page: PageRequest) async throws -> Page<Grant> { Page([]) }
}

/// A syncer that can fetch one resource by its id, for targeted syncs.
public protocol TargetedSyncer: ResourceSyncer {
    /// The resource as it is now, or nil when it is gone.
    ///
    /// - Parameter session: what the connector keeps until the end of the sync, as ``PageRequest/session`` of the listings.
    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource?
}

/// A syncer whose entitlements are the same for every resource of the type.
public protocol StaticEntitlementSyncer: ResourceSyncer {
    /// Templates without resource and id; each stored resource of the type gets its own copy.
    func staticEntitlements(page: PageRequest) async throws -> Page<Entitlement>
}

/// A syncer that lists the entitlements of all its resources in one go.
///
/// Its type carries `TypeScopedEntitlements`.
public protocol TypeScopedEntitlementSyncer: ResourceSyncer {
    /// One page of the entitlements of the whole type.
    func entitlements(page: PageRequest) async throws -> Page<Entitlement>
}

/// A syncer that lists the grants on all its resources in one go.
///
/// Its type carries `TypeScopedGrants`.
public protocol TypeScopedGrantSyncer: ResourceSyncer {
    /// One page of the grants on the whole type.
    func grants(page: PageRequest) async throws -> Page<Grant>
}
