import AccessModel
import GRDB

extension SQLiteCatalog {
    /// Changes what people may set about accounts or other resources, and notes who did.
    ///
    /// - Throws: ``CatalogError`` when one isn't there, or a value can't be taken; then nothing is changed.
    public func edit(resources ids: [String], _ edits: ResourceEdits, by actor: String) async throws {
        let name = try edits.name.map { try Self.checked(name: $0) }
        let description = try edits.description.map { try Self.checked(description: $0) }
        let time = now()
        try await pool.write { db in
            for id in ids {
                let key = try Self.key(ofResource: id, db)
                guard let before = try Self.resource(key, db) else { continue }
                try Self.set("edited_name", name, of: "resource", key, db)
                try Self.set("edited_description", description, of: "resource", key, db)
                if name.changes { try Self.rename("resource", key, db) }
                if edits.changesAccount {
                    guard before.kind == .account else {
                        throw CatalogError(.invalidArgument, "resource \(id): is not an account.")
                    }
                    try Self.set(edits.accountType, of: key, db)
                    try Self.set(edits.owner, of: key, db)
                }
                guard let after = try Self.resource(key, db) else { continue }
                try Self.note(before.edits(to: after), of: "resource", key, by: actor, at: time, db)
            }
        }
    }

    /// Changes what people may set about an entitlement, and notes who did.
    ///
    /// - Throws: ``CatalogError`` when it isn't there, or a value can't be taken; then nothing is changed.
    public func edit(entitlement id: String, _ edits: EntitlementEdits, by actor: String) async throws {
        let name = try edits.name.map { try Self.checked(name: $0) }
        let slug = try edits.slug.map { try Self.checked(slug: $0) }
        let description = try edits.description.map { try Self.checked(description: $0) }
        let time = now()
        try await pool.write { db in
            let key = try Self.key(ofEntitlement: id, db)
            let before = try Self.entitlement(key, db)
            try Self.set("edited_name", name, of: "entitlement", key, db)
            try Self.set("edited_slug", slug, of: "entitlement", key, db)
            try Self.set("edited_description", description, of: "entitlement", key, db)
            if name.changes { try Self.rename("entitlement", key, db) }
            guard let before, let after = try Self.entitlement(key, db) else { return }
            try Self.note(before.edits(to: after), of: "entitlement", key, by: actor, at: time, db)
        }
    }

    private static func checked(description: String) throws -> String {
        let trimmed = description.trimmingSpaces
        guard trimmed.count <= 2048 else {
            throw CatalogError(.invalidArgument, "description: must have at most 2048 characters.")
        }
        return trimmed
    }

    private static func checked(slug: String) throws -> String {
        let trimmed = slug.trimmingSpaces
        guard (1...256).contains(trimmed.count) else {
            throw CatalogError(.invalidArgument, "slug: must have 1 to 256 characters.")
        }
        return trimmed
    }

    private static func set<Value: DatabaseValueConvertible>(
        _ column: String, _ edit: FieldEdit<Value>, of object: String, _ key: Int64, _ db: Database
    ) throws {
        guard edit.changes else { return }
        try db.execute(sql: "UPDATE \(object)s SET \(column) = ? WHERE id = ?", arguments: [edit.value, key])
    }

    /// Lists and searches follow the name.
    private static func rename(_ object: String, _ key: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE \(object)_versions SET sort_key = folded(coalesce(
                    (SELECT edited_name FROM \(object)s WHERE id = :key), name))
                WHERE \(object)_id = :key AND until IS NULL
                """, arguments: ["key": key])
        try db.execute(
            sql: """
                UPDATE search SET name = (
                    SELECT coalesce(known.edited_name, version.name)
                    FROM \(object)_versions AS version JOIN \(object)s AS known ON known.id = version.\(object)_id
                    WHERE version.\(object)_id = :key
                    ORDER BY version.until IS NULL DESC, version.shown DESC, version.since DESC LIMIT 1)
                WHERE rowid = :row
                """, arguments: ["key": key, "row": key * 2 + (object == "resource" ? 0 : 1)])
    }

    private static func set(
        _ type: FieldEdit<ListedResource.AccountType>, of key: Int64, _ db: Database
    ) throws {
        try set("edited_account_type", type.map(\.rawValue), of: "resource", key, db)
        try db.execute(
            sql: """
                UPDATE resource_versions SET used_by = coalesce(
                    (SELECT edited_account_type FROM resources WHERE id = :key), nullif(account_type, 0), 1)
                WHERE resource_id = :key AND until IS NULL
                """, arguments: ["key": key])
    }

    private static func set(_ owner: OwnerEdit, of key: Int64, _ db: Database) throws {
        var person: Int64?
        switch owner {
        case .keep: return
        case .set(let id):
            person = try Int64.fetchOne(db, sql: "SELECT id FROM people WHERE public_id = ?", arguments: [id])
            guard person != nil else { throw CatalogError(.notFound, "person \(id): is not there.") }
        case .clear, .reset: break
        }
        try db.execute(
            sql: "UPDATE resources SET owner_is_set = ?, owner_id = ? WHERE id = ?",
            arguments: [owner.isChoice, person, key])
        try db.execute(
            sql:
                "UPDATE resource_versions SET owner_id = \(AccountOwners.owner) WHERE resource_id = ? AND until IS NULL",
            arguments: [key])
    }
}

extension ResourceEdits {
    fileprivate var changesAccount: Bool { accountType.changes || owner.changes }
}

extension ListedResource {
    /// What somebody changed, as people see it.
    fileprivate func edits(to after: ListedResource) -> [FieldChange] {
        [
            FieldChange("name", name, after.name),
            FieldChange("description", description, after.description),
            FieldChange("account type", accountType.word, after.accountType.word),
            FieldChange("account owner", ownerName ?? "", after.ownerName ?? ""),
        ].filter { $0.before != $0.after }
    }
}

extension ListedResource.AccountType {
    fileprivate var word: String {
        switch self {
        case .service: "service account"
        case .system: "system account"
        case .human, .unspecified: "user"
        }
    }
}

extension ListedEntitlement {
    /// What somebody changed, as people see it.
    fileprivate func edits(to after: ListedEntitlement) -> [FieldChange] {
        [
            FieldChange("name", name, after.name),
            FieldChange("slug", slug, after.slug),
            FieldChange("description", description, after.description),
        ].filter { $0.before != $0.after }
    }
}

extension OwnerEdit {
    fileprivate var changes: Bool { if case .keep = self { false } else { true } }

    fileprivate var isChoice: Bool { if case .reset = self { false } else { true } }
}
