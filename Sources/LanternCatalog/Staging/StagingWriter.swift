import AccessModel
import BatonWire
import Crypto
import GRDB
import WireForm

/// Puts what a file says into the staging area.
///
/// What refers to something that isn't there is left out and counted. Of two records with one id the later counts.
final class StagingWriter {
    /// What was left out, and why.
    private(set) var problems = StagingProblems()

    private let insertType: RowWriter
    private let insertResource: RowWriter
    private let insertEntitlement: RowWriter
    private let insertGrant: RowWriter
    private let insertExpansion: RowWriter
    private let insertResourceAlias: RowWriter
    private let insertEntitlementAlias: RowWriter
    private let findResource: RowFinder
    private let findEntitlement: RowFinder
    private let insertTypeReference: RowWriter
    private let insertResourceReference: RowWriter
    let database: Database
    /// Whether principals, and what is above resources, may be what only the catalog knows.
    private let takesReferences: Bool
    /// How many grants were put.
    private var taken: Int64 = 0
    private var types: [ByteKey: Int64] = [:]
    /// Grants come entitlement by entitlement, so the last one is mostly the one that is asked for.
    private var lastEntitlement: (id: [UInt8], key: Int64)?

    init(_ database: Database, takesReferences: Bool) throws {
        self.database = database
        self.takesReferences = takesReferences
        insertTypeReference = try RowWriter(
            """
            INSERT INTO resource_types (external_id, name, traits, kind, hash, record, is_reference)
            VALUES (?, '', 0, 0, x'', '', 1)
            """, database)
        insertResourceReference = try RowWriter(
            """
            INSERT INTO resources (type, external_id, name, sort_key, description, email, login, status, status_details,
                account_type, hash, record, is_reference) VALUES (?, ?, '', '', '', '', '', 0, '', 0, x'', '', 1)
            """, database)
        insertType = try RowWriter(
            """
            INSERT INTO resource_types (external_id, name, traits, kind, hash, record) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET name = excluded.name, traits = excluded.traits, kind = excluded.kind,
                hash = excluded.hash, record = excluded.record
            """, database)
        insertResource = try RowWriter(
            """
            INSERT OR REPLACE INTO resources (type, external_id, name, sort_key, description, parent_type,
                parent_external_id, email, login, status, status_details, account_type, last_login, created_at,
                owner_email, hash, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, database)
        insertEntitlement = try RowWriter(
            """
            INSERT OR REPLACE INTO entitlements (external_id, resource, slug, name, sort_key, description, purpose, hash,
                record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, database)
        insertGrant = try RowWriter(
            """
            INSERT INTO grants (entitlement, principal, flags) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET flags = flags | excluded.flags
            """, database)
        insertExpansion = try RowWriter(
            """
            INSERT INTO expansions (entitlement, source, via, is_shallow) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET is_shallow = min(is_shallow, excluded.is_shallow)
            """, database)
        insertResourceAlias = try RowWriter("INSERT OR IGNORE INTO resource_aliases VALUES (?, ?)", database)
        insertEntitlementAlias = try RowWriter("INSERT OR IGNORE INTO entitlement_aliases VALUES (?, ?)", database)
        findResource = try RowFinder("SELECT id FROM resources WHERE type = ? AND external_id = ?", database)
        findEntitlement = try RowFinder("SELECT id FROM entitlements WHERE external_id = ?", database)
    }

    func put(_ type: StagedResourceType) throws {
        let traits = type.traits.reduce(Int64(0)) { $0 | (1 << Int64(min(max($1.rawValue, 0), 62))) }
        try insertType.write {
            $0.bind(type.externalID)
            $0.bind(type.name)
            $0.bind(traits)
            $0.bind(ResourceKind(type.traits).rawValue)
            $0.bind(Self.hash(type.record))
            $0.bind(text: type.record)
        }
        let key = ByteKey(type.externalID)
        guard types[key] == nil else { return problems.note(.repeated, "resource type \(type.externalID)") }
        types[key] = database.lastInsertedRowID
    }

    func put(_ resource: StagedResource) throws {
        guard let type = types[ByteKey(resource.id.type)] else {
            return problems.note(.dangling, "resource \(resource.id): its type is not in the file")
        }
        if try findResource.find(type, resource.id.value) != nil { problems.note(.repeated, "resource \(resource.id)") }
        try insertResource.write {
            $0.bind(type)
            $0.bind(resource.id.value)
            $0.bind(resource.name)
            $0.bind(resource.name.lowercased())
            $0.bind(resource.description)
            $0.bind(resource.parent?.type)
            $0.bind(resource.parent?.value)
            $0.bind(resource.email)
            $0.bind(resource.login)
            $0.bind(Int64(resource.status))
            $0.bind(resource.statusDetails)
            $0.bind(Int64(resource.accountType))
            $0.bind(resource.lastLogin)
            $0.bind(resource.createdAt)
            $0.bind(resource.ownerEmail)
            $0.bind(Self.hash(resource.record))
            $0.bind(text: resource.record)
        }
        try put(resource.aliases, besides: resource.id.value, of: database.lastInsertedRowID, with: insertResourceAlias)
    }

    func put(_ entitlement: StagedEntitlement) throws {
        guard let resource = try key(of: entitlement.resource) else {
            return problems.note(
                .dangling,
                "entitlement \(entitlement.externalID): its resource \(entitlement.resource) is not in the file")
        }
        if try findEntitlement.find(entitlement.externalID) != nil {
            problems.note(.repeated, "entitlement \(entitlement.externalID)")
        }
        try insertEntitlement.write {
            $0.bind(entitlement.externalID)
            $0.bind(resource)
            $0.bind(entitlement.slug)
            $0.bind(entitlement.name)
            $0.bind(entitlement.name.lowercased())
            $0.bind(entitlement.description)
            $0.bind(Int64(entitlement.purpose))
            // The same record on another resource is another thing.
            $0.bind(Self.hash(entitlement.record + [0] + Array(entitlement.resource.description.utf8)))
            $0.bind(text: entitlement.record)
        }
        try put(
            entitlement.aliases, besides: entitlement.externalID, of: database.lastInsertedRowID,
            with: insertEntitlementAlias)
    }

    private func put(_ aliases: [String], besides own: String, of row: Int64, with writer: RowWriter) throws {
        for alias in aliases where alias != own && !alias.isEmpty {
            try writer.write {
                $0.bind(row)
                $0.bind(alias)
            }
        }
    }

    /// Puts a grant; false when it refers to what isn't there, which is counted.
    func putGrant(
        of entitlement: UnsafeRawBufferPointer, to type: UnsafeRawBufferPointer, _ principal: UnsafeRawBufferPointer,
        flags: GrantFlags
    ) throws -> (entitlement: Int64, principal: Int64)? {
        problems.grants += 1
        guard let held = try key(ofEntitlement: entitlement) else {
            problems.noteGrant("grant of \(entitlement.text): the entitlement is not in the file")
            return nil
        }
        guard let holder = try holder(type, principal) else {
            problems.noteGrant(
                "grant of \(entitlement.text): its principal \(type.text)/\(principal.text) is not in the file")
            return nil
        }
        taken += 1
        try insertGrant.write {
            $0.bind(held)
            $0.bind(holder)
            $0.bind(flags.rawValue)
        }
        return (held, holder)
    }

    /// Puts what makes holders of `source` holders of `entitlement`.
    ///
    /// - Parameter via: the principal whose grant says so; 0 when only its consequences are known.
    func putExpansion(to entitlement: Int64, from source: UnsafeRawBufferPointer, via: Int64, isShallow: Bool) throws {
        guard let sourceKey = try key(ofEntitlement: source) else {
            return problems.note(.dangling, "expansion of \(source.text): the entitlement is not in the file")
        }
        guard sourceKey != entitlement else { return }
        try insertExpansion.write {
            $0.bind(entitlement)
            $0.bind(sourceKey)
            $0.bind(via)
            $0.bind(isShallow ? 1 : 0)
        }
    }

    private func holder(_ type: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer) throws -> Int64? {
        var typeKey = types[ByteKey(type)]
        if let typeKey, let found = try findResource.find(typeKey, id) { return found }
        guard takesReferences else { return nil }
        if typeKey == nil {
            try insertTypeReference.write { $0.bind(text: type) }
            typeKey = database.lastInsertedRowID
            types[ByteKey(type)] = typeKey
        }
        try insertResourceReference.write {
            $0.bind(typeKey)
            $0.bind(text: id)
        }
        return database.lastInsertedRowID
    }

    private func key(of resource: ResourceID) throws -> Int64? {
        guard let type = types[ByteKey(resource.type)] else { return nil }
        return try findResource.find(type, resource.value)
    }

    private func key(ofEntitlement id: UnsafeRawBufferPointer) throws -> Int64? {
        if let lastEntitlement, lastEntitlement.id.elementsEqual(id) { return lastEntitlement.key }
        guard let key = try findEntitlement.find(id) else { return nil }
        lastEntitlement = (Array(id), key)
        return key
    }

    /// Finds out which resources are above others.
    func finish() throws {
        if takesReferences { try database.execute(sql: Self.parentReferences) }
        try database.execute(
            sql: """
                UPDATE resources SET parent = (
                    SELECT above.id FROM resource_types JOIN resources AS above ON above.type = resource_types.id
                    WHERE resource_types.external_id = resources.parent_type
                        AND above.external_id = resources.parent_external_id)
                WHERE parent_type IS NOT NULL
                """)
        let orphans =
            try Int64.fetchOne(
                database, sql: "SELECT count(*) FROM resources WHERE parent_type IS NOT NULL AND parent IS NULL") ?? 0
        let different = try Int64.fetchOne(database, sql: "SELECT count(*) FROM grants") ?? 0
        if different < taken {
            problems.note(
                "grants of one entitlement to one principal that are there more than once", count: taken - different)
        }
        if orphans > 0 { problems.note(.dangling, "parents of resources that are not in the file", count: orphans) }
    }

    /// What is above a resource may be what only the catalog knows, like principals.
    private static let parentReferences = """
        INSERT INTO resource_types (external_id, name, traits, kind, hash, record, is_reference)
        SELECT DISTINCT parent_type, '', 0, 0, x'', '', 1 FROM resources
        WHERE parent_type IS NOT NULL AND parent_type NOT IN (SELECT external_id FROM resource_types);
        INSERT OR IGNORE INTO resources (type, external_id, name, sort_key, description, email, login, status,
            status_details, account_type, hash, record, is_reference)
        SELECT DISTINCT type.id, below.parent_external_id, '', '', '', '', '', 0, '', 0, x'', '', 1
        FROM resources AS below JOIN resource_types AS type ON type.external_id = below.parent_type;
        """

    private static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes).prefix(16)) }
}
