import AccessModel
import BatonWire
import ConnectorKit

/// What all syncers of objects do in the same way.
protocol ObjectSyncer: ResourceSyncer {
    var kind: ObjectKind { get }
    var cluster: Cluster { get }
}

extension ObjectSyncer {
    var type: ResourceType { kind.type }

    func entitlements(of object: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page(try await privilegeEntitlements(of: object))
    }

    func grants(on object: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await grants(on: object.identity, page: page) { _ in [] }
    }

    /// The entitlements to the object's privileges.
    func privilegeEntitlements(of object: Resource) async throws -> [Entitlement] {
        let id = try CatalogID(object.identity)
        // Only some of these names hold that of the database.
        let isNamed = [.table, .view, .sequence, .function].contains(kind)
        let database = isNamed ? try await cluster.name(of: id.database) : ""
        return kind.rights.map { right in
            Entitlement(
                right.suffix, on: object,
                displayName: kind.entitlementName(right, of: object.displayName, in: database),
                description: right.description(on: object.displayName), slug: right.slug)
        }
    }

    /// One page of who holds what on an object, `more` of each role included.
    func grants(
        on object: ResourceID, page: PageRequest, and more: (Holding) -> [String]
    ) async throws -> Page<Grant> {
        let id = try CatalogID(object)
        let holdings = try await Holdings.page(on: id, after: page.lastNumber(), in: try await database(of: id))
        let rights = kind.rights
        let grants = holdings.rows.flatMap { holding in
            (holding.rights(among: rights).map(\.suffix) + more(holding)).map {
                Grant(suffix: $0, on: object, to: holding.role)
            }
        }
        return Page(grants, next: holdings.next)
    }

    /// The database that knows of an object.
    func database(of id: CatalogID) async throws -> Database {
        switch id.kind {
        // All databases share the list of databases.
        case .database, .largeObject: cluster.home
        default: try await cluster.database(id.database)
        }
    }
}

extension Resource {
    /// Most bytes that a name may have in the services' messages.
    private static let longestName = 1024

    /// An object of a catalog, its name cut to what the services let through: signatures of functions can be long.
    init(_ id: CatalogID, name: String, under parent: ResourceID? = nil, children: [ObjectKind] = []) {
        self.init(id.resource, name: name.cut(to: Self.longestName), under: parent)
        addChildren(ofTypes: children.map(\.rawValue))
    }
}

extension String {
    /// The first characters that fit into `limit` bytes, with an ellipsis when some are left out.
    fileprivate func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var size = 0
        let kept = unicodeScalars.prefix { scalar in
            size += UTF8.width(scalar)
            return size <= limit - 3
        }
        return String(kept) + "…"
    }
}
