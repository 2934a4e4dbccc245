import AccessModel
import BatonWire
import ConnectorKit

/// Lists the resources of one table, or fetches one.
protocol RecordSyncer: TargetedSyncer {
    associatedtype Stored: Record
    var database: DemoDatabase { get }

    /// The resource that a row describes.
    func resource(from record: Stored) -> Resource

    /// The resources that these rows describe.
    func resources(from records: [Stored]) async throws -> [Resource]
}

extension RecordSyncer {
    func resources(from records: [Stored]) async throws -> [Resource] {
        records.map(resource(from:))
    }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        let records = try await database.records(
            Stored.self, after: page.lastRow(), limit: page.rowLimit + 1)
        let rows = records.prefix(page.rowLimit)
        let next = records.count > rows.count ? rows.last.map { String($0.row) } : nil
        return Page(try await resources(from: Array(rows)), next: next)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        guard let record = try await database.record(Stored.self, id: id.value) else { return nil }
        return try await resources(from: [record]).first
    }

    /// The row behind a resource that was listed before.
    func record(of resource: Resource) async throws -> Stored {
        guard let record = try await database.record(Stored.self, id: resource.identity.value) else {
            throw ServiceError(.notFound, "\(resource.identity): deleted since it was listed. Sync again.")
        }
        return record
    }
}

/// The grants on one resource, each once.
struct GrantList {
    private let resource: Resource
    private var known: Set<ByteKey> = []
    private(set) var grants: [Grant] = []

    init(on resource: Resource) {
        self.resource = resource
    }

    /// Adds that `principal` holds `slug`.
    mutating func add(_ slug: String, to principal: ResourceID) {
        let grant = Grant(slug, on: resource, to: principal)
        if known.insert(ByteKey(grant.id)).inserted { grants.append(grant) }
    }

    /// Adds that these groups hold `slug`, and with them all their people.
    mutating func add(_ slug: String, toGroups groups: [String], of database: DemoDatabase) async throws {
        for id in groups {
            add(slug, to: ResourceID(.group, id))
            // A group that isn't in the table is still named by the assignment; it just brings nobody along.
            guard let group = try await database.record(StoredGroup.self, id: id) else { continue }
            for user in group.admins + group.members { add(slug, to: ResourceID(.user, user)) }
        }
    }

    func page(_ request: PageRequest) throws -> Page<Grant> {
        try Page(of: grants.count, for: request) { grants[$0] }
    }
}

extension PageRequest {
    /// The row number where the page before ended.
    fileprivate func lastRow() throws(ServiceError) -> Int64 {
        guard !token.isEmpty else { return .min }
        guard let row = Int64(token) else {
            throw ServiceError(.invalidArgument, "page token: not one of this connector. Start a new sync.")
        }
        return row
    }
}
