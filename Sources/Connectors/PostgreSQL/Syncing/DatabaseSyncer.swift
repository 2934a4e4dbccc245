import AccessModel
import ConnectorKit
import Logging

/// Lists databases: the one of the DSN, or all that can be connected to.
struct DatabaseSyncer: ObjectSyncer {
    let kind = ObjectKind.database
    let cluster: Cluster
    let listsAll: Bool
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        let found = try await cluster.home.read(
            """
            SELECT oid, datname, datallowconn, datname = current_database() FROM pg_database
            WHERE oid > $1::oid AND datname NOT IN ('template0', 'template1')
              AND (datname = current_database() OR $2::bool)
            ORDER BY oid LIMIT \(PageRequest.rowLimit + 1)
            """, [String(try page.lastNumber()), listsAll ? "t" : "f"]
        ) { KeysetRows($0, ListedDatabase.init) }
        var resources: [Resource] = []
        for database in found.rows where try await isOpen(database) { resources.append(database.resource) }
        return Page(resources, next: found.next)
    }

    func entitlements(of database: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page(
            try await privilegeEntitlements(of: database)
                + RoleAttribute.allCases.map { $0.entitlement(on: database) })
    }

    func grants(on database: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await grants(on: database.identity, page: page) { $0.attributes.map(\.rawValue) }
    }

    /// Whether the database lets us in; when it doesn't, it is left out, and the log says why.
    ///
    /// - Throws: what may be different the next time: leaving the database out for that would be half an answer.
    private func isOpen(_ database: ListedDatabase) async throws -> Bool {
        guard !database.isHome else { return true }
        guard database.allowsConnections else {
            log.info("a database is left out: it allows no connections", metadata: ["database": "\(database.name)"])
            return false
        }
        do {
            try await cluster.database(database.id.object).check()
            return true
        } catch let error as ServiceError {
            switch error.code {
            case .permissionDenied, .unauthenticated, .notFound, .failedPrecondition:
                log.warning(
                    "a database is left out: it doesn't let the role of the DSN in. Grant it CONNECT.",
                    metadata: ["database": "\(database.name)", "error": "\(error)"])
                return false
            default: throw error
            }
        }
    }
}

private struct ListedDatabase: Sendable {
    let id: CatalogID
    let name: String
    let allowsConnections: Bool
    let isHome: Bool

    init(_ row: ServerRow) {
        id = CatalogID(kind: .database, database: row.oid(0), object: row.oid(0))
        name = row.text(1)
        allowsConnections = row.flag(2)
        isHome = row.flag(3)
    }

    var resource: Resource { Resource(id, name: name, children: [.schema]) }
}
