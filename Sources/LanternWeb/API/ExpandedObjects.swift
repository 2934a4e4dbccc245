import LanternCatalog
import WireForm

/// The objects that the rows of a list refer to, each there once, and named by its place (`$.expanded[3]`).
struct ExpandedObjects {
    private(set) var objects: [JSONValue] = []
    private var places: [String: Int] = [:]
    private let paths: Set<String>

    /// - Parameter paths: which references are followed, such as `appId`; all of them for `*`.
    init(_ paths: Set<String>) { self.paths = paths }

    /// Whether a reference is to be followed.
    func follows(_ path: String) -> Bool { paths.contains("*") || paths.contains(path) }

    /// Where an object is, which is made when it isn't there yet.
    mutating func path(
        to type: String, _ id: String, _ make: () async throws -> JSONValue
    ) async rethrows -> JSONValue {
        let key = "\(type) \(id)"
        if let place = places[key] { return .string("$.expanded[\(place)]") }
        let named: [(name: String, value: JSONValue)] = [("@type", .string("type.googleapis.com/\(type)"))]
        let object = JSONValue.object(named + (try await make()).members)
        places[key] = objects.count
        objects.append(object)
        return .string("$.expanded[\(objects.count - 1)]")
    }
}

/// Makes the rows of lists, and the objects that they refer to.
struct APIViews {
    let catalog: any Catalog
    var expanded: ExpandedObjects?

    init(_ catalog: any Catalog, expanding paths: Set<String>?) {
        self.catalog = catalog
        expanded = paths.map { ExpandedObjects($0) }
    }

    mutating func view(of account: ListedResource, _ record: ResourceRecord) async throws -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [("appUser", account.appUser(record))]
        try await add("appPath", "appId", &members) { try await $0.application(account.applicationID) }
        if let owner = account.ownerID {
            try await add("identityUserPath", "identityUserId", &members) { try await $0.person(owner) }
        }
        return .object(members)
    }

    mutating func resourceView(of resource: ListedResource) async throws -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [("appResource", resource.appResource)]
        try await add("appPath", "appId", &members) { try await $0.application(resource.applicationID) }
        try await add("resourceTypePath", "appResourceTypeId", &members) {
            try await $0.type(resource.typeID, of: resource.applicationID)
        }
        if let parent = resource.parentID {
            try await add("parentResourcePath", "parentAppResourceId", &members) { try await $0.resource(parent) }
        }
        return .object(members)
    }

    mutating func view(of entitlement: ListedEntitlement) async throws -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [("appEntitlement", entitlement.appEntitlement)]
        try await add("appPath", "appId", &members) { try await $0.application(entitlement.applicationID) }
        try await add("appResourceTypePath", "appResourceTypeId", &members) {
            try await $0.type(entitlement.resource.typeID, of: entitlement.applicationID)
        }
        try await add("appResourcePath", "appResourceId", &members) {
            try await $0.resource(entitlement.resource.id)
        }
        return .object(members)
    }

    /// A grant: the entitlement, and what binds its holder to it.
    mutating func view(of grant: ListedGrant, from sources: [String]) async throws -> JSONValue {
        var entitlement: [(name: String, value: JSONValue)] = [("appEntitlement", grant.appEntitlement)]
        try await add("appPath", "appId", &entitlement) { try await $0.application(grant.applicationID) }
        try await add("appResourceTypePath", "appResourceTypeId", &entitlement) {
            try await $0.type(grant.resource.typeID, of: grant.applicationID)
        }
        try await add("appResourcePath", "appResourceId", &entitlement) { try await $0.resource(grant.resource.id) }
        var user: [(name: String, value: JSONValue)] = [("appUser", grant.appUser)]
        try await add("appPath", "appId", &user) { try await $0.application(grant.applicationID) }
        return .object([
            ("entitlement", .object(entitlement)),
            ("appEntitlementUserBinding", grant.binding(.object(user), from: sources)),
        ])
    }

    private mutating func add(
        _ name: String, _ path: String, _ members: inout [(name: String, value: JSONValue)],
        _ follow: (inout APIViews) async throws -> JSONValue
    ) async throws {
        guard expanded?.follows(path) == true else { return }
        members.append((name, try await follow(&self)))
    }

    // MARK: What is referred to

    private mutating func application(_ id: String) async throws -> JSONValue {
        let catalog = catalog
        return try await expanded?.path(to: "c1.api.app.v1.App", id) { try await catalog.application(id).json } ?? .null
    }

    private mutating func type(_ id: String, of application: String) async throws -> JSONValue {
        let catalog = catalog
        return try await expanded?.path(to: "c1.api.app.v1.AppResourceType", id) {
            try await catalog.resourceTypes(of: application).first { $0.id == id }?.appResourceType(of: application)
                ?? .object([])
        } ?? .null
    }

    private mutating func resource(_ id: String) async throws -> JSONValue {
        let catalog = catalog
        return try await expanded?.path(to: "c1.api.app.v1.AppResource", id) {
            try await catalog.resource(id).appResource
        } ?? .null
    }

    private mutating func person(_ id: String) async throws -> JSONValue {
        let catalog = catalog
        return try await expanded?.path(to: "c1.api.user.v1.User", id) { try await catalog.person(id).user } ?? .null
    }
}
