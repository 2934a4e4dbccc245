import AccessModel

extension SQLiteWriter {
    func generateDifference(from base: String, to applied: String) throws -> SyncRun {
        for id in [base, applied] { _ = try sync(id) }
        let run = try startSync(.partial, parent: base)
        for table in Self.comparedTables {
            try database.run(
                """
                INSERT INTO \(table.name) (\(table.columns), sync_id)
                SELECT \(table.columns), ? FROM \(table.name) AS new
                WHERE sync_id = ? AND NOT EXISTS (
                    SELECT 1 FROM \(table.name) AS old WHERE old.external_id = new.external_id AND old.sync_id = ?)
                ORDER BY id
                """, .text(run.id), .text(applied), .text(base))
        }
        try endSync()
        return try sync(run.id)
    }

    /// What of each table goes into a difference; that a grant is expandable stays with the sync it comes from.
    private static let comparedTables: [(name: String, columns: String)] = [
        ("v1_resource_types", "external_id, data, discovered_at"),
        (
            "v1_resources",
            "resource_type_id, external_id, parent_resource_type_id, parent_resource_id, data, discovered_at"
        ),
        ("v1_entitlements", "resource_type_id, resource_id, external_id, data, discovered_at"),
        (
            "v1_grants",
            """
            resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, external_id,
            data, discovered_at
            """
        ),
        ("v1_assets", "external_id, content_type, data, discovered_at"),
    ]

    func recalculateStats(of id: String) throws {
        let run = try sync(id)
        guard run.isFinished else {
            throw C1ZError(.conflict, file, "sync \(id) is not finished, so its counts are not final")
        }
        try beginTransaction()
        try buildIndexes()
        try storeStats(of: run)
        try commitTransaction()
    }
}
