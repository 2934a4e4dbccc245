import AccessModel
import BatonWire
import GRDB

/// Which resources are wanted.
public struct ResourceQuery: Sendable {
    /// The application.
    public var application: String
    /// Only those of these kinds; all but accounts when it is empty.
    public var kind: ResourceKind?
    /// Only those of this type.
    public var type: String?
    /// Only those below this one.
    public var parent: String?
    /// Only those with these ids; all when it is empty.
    public var ids: Set<String> = []
    /// Only those that these words begin, in name, address, log-in or id.
    public var text = ""
    /// Only those with this status.
    public var status: ListedResource.Status?
    /// Only accounts that somebody answers for, or that nobody does.
    public var hasOwner: Bool?
    /// Only accounts that are used so.
    public var accountType: ListedResource.AccountType?
    /// Only accounts that nobody signed in to since this time, in seconds since 1970; with 1, those that nobody ever did.
    public var unusedSince: Int64?
    /// When.
    public var moment = Moment.now
    /// What comes first.
    public var order = ListOrder(by: ResourceSortKey.name)

    /// All resources of an application but its accounts.
    public init(of application: String) {
        self.application = application
    }
}

extension SQLiteCatalog {
    /// Resources in the order of their kinds and names.
    ///
    /// When words are asked for, those come in the order in which they were first seen.
    public func resources(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<ListedResource> {
        try await pool.read { db in
            try Self.search(query, db).page(page, db)
        }
    }

    /// How many resources a list has in all, counted up to ten thousand when words or a status narrow it.
    public func resourceCount(_ query: ResourceQuery) async throws -> RowCount {
        try await pool.read { db in
            try Self.search(query, db).count(db)
        }
    }

    static func search(_ query: ResourceQuery, _ db: Database) throws -> ResourceSearch {
        var search = ResourceSearch(application: try key(ofApplication: query.application, db), moment: query.moment)
        search.kind = query.kind
        search.status = query.status
        search.hasOwner = query.hasOwner
        search.accountType = query.accountType
        search.unusedSince = query.unusedSince
        search.order = query.order
        search.ids = query.ids
        search.text = query.text
        search.type = try query.type.map { try key(ofType: $0, db) }
        search.parent = try query.parent.map { try key(ofResource: $0, db) }
        return search
    }

    /// The resource with an id as it is, or as it last was.
    public func resource(_ id: String) async throws -> ListedResource {
        try await pool.read { db in
            guard let resource = try Self.resource(try Self.key(ofResource: id, db), db) else {
                throw CatalogError(.notFound, "resource \(id): nothing is known of it any more.")
            }
            return resource
        }
    }

    static func resource(_ key: Int64, _ db: Database) throws -> ListedResource? {
        try Row.fetchOne(
            db,
            sql: ResourceSearch.select + """
                 WHERE version.resource_id = :key
                    AND (version.until IS NULL OR NOT EXISTS (
                        SELECT 1 FROM resource_versions AS later
                        WHERE later.resource_id = :key AND later.until IS NULL))
                ORDER BY version.until IS NULL DESC, version.shown DESC, version.since DESC LIMIT 1
                """, arguments: ["key": key]
        ).map(ListedResource.init)
    }

    /// All that is told of resources, as it is or last was, in their order.
    public func records(of resources: [ListedResource]) async throws -> [ResourceRecord] {
        try await pool.read { db in
            try resources.map { try Self.record(of: $0, db) }
        }
    }

    static func record(of resource: ListedResource, _ db: Database) throws -> ResourceRecord {
        let text = try String.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT record FROM resource_versions WHERE resource_id = ?
                    ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1
                    """), arguments: [resource.key])
        return try ResourceRecord(text ?? "{}")
    }

    /// The resource types of an application, by name.
    public func resourceTypes(of application: String) async throws -> [ListedType] {
        try await pool.read { db in
            let key = try Self.key(ofApplication: application, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM resource_types AS type WHERE application_id = ? AND EXISTS (
                        SELECT 1 FROM resource_type_versions AS version
                        WHERE version.resource_type_id = type.id AND version.until IS NULL)
                    ORDER BY lower(name), id
                    """, arguments: [key]
            ).map(ListedType.init)
        }
    }

    static func key(ofResource id: String, _ db: Database) throws -> Int64 {
        guard let key = try Int64.fetchOne(db, sql: "SELECT id FROM resources WHERE public_id = ?", arguments: [id])
        else { throw CatalogError(.notFound, "resource \(id): is not there.") }
        return key
    }

    static func key(ofType id: String, _ db: Database) throws -> Int64 {
        guard
            let key = try Int64.fetchOne(db, sql: "SELECT id FROM resource_types WHERE public_id = ?", arguments: [id])
        else { throw CatalogError(.notFound, "resource type \(id): is not there.") }
        return key
    }
}

/// How many rows a list has.
public enum RowCount: Sendable, Equatable {
    /// So many.
    case exactly(Int64)
    /// More than so many: counting on would cost more than the page itself.
    case moreThan(Int64)

    static let limit: Int64 = 10_000

    init(upToLimit count: Int64) {
        self = count > Self.limit ? .moreThan(Self.limit) : .exactly(count)
    }
}

extension ListedType {
    fileprivate init(_ row: Row) {
        id = row["public_id"]
        externalID = row["external_id"]
        name = row["name"]
        let bits: Int64 = row["traits"]
        traits = (1..<63).filter { bits & (1 << Int64($0)) != 0 }
        kind = ResourceKind(traits.compactMap(Trait.init))
        resources = row["resources"]
    }
}
