import AccessModel
import BatonWire
import ConnectorKit

extension DatabaseSyncer: ResourceCreator {
    func create(_ resource: Resource) async throws -> Resource {
        let given = resource.displayName.isEmpty ? resource.identity.value : resource.displayName
        let name = try ObjectName(given, of: "database name")
        try await cluster.home.perform { "CREATE DATABASE \(try $0.quoted(name: name.text))" }
        let number = try await cluster.home.read("SELECT oid FROM pg_database WHERE datname = $1", [name.text]) {
            $0.first?.oid(0)
        }
        guard let number else {
            throw ServiceError(.notFound, "database \(name.text): was created and is not there any more.")
        }
        return Resource(
            CatalogID(kind: .database, database: number, object: number), name: name.text, children: [.schema])
    }

    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        let number = try CatalogID(id).object
        let found = try await cluster.home.read(
            "SELECT quote_ident(datname), datname = current_database() FROM pg_database WHERE oid = $1::oid",
            [String(number)]
        ) { $0.first.map { (name: $0.text(0), isHome: $0.flag(1)) } }
        guard let found else { return .alreadySo }
        guard !found.isHome else {
            throw ServiceError(
                .failedPrecondition,
                "database \(found.name): is the one of --dsn, and can't be dropped from within. Name another in --dsn.")
        }
        await cluster.leave(number)
        try await cluster.home.perform { _ in "DROP DATABASE \(found.name)" }
        return .changed
    }
}
