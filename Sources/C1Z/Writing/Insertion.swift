/// The statements that put records into their tables (c1z-v1 §7, §8).
struct Insertion {
    /// What happens to the expansion columns of a grant that is there already.
    enum ExpansionMode {
        /// The connector speaks: they become what it says.
        case replace
        /// The expander speaks: they stay.
        case preserve
    }

    private let statement: Statement
    private let kind: RecordKind

    init(_ kind: RecordKind, _ mode: ExpansionMode, in database: Database) throws(C1ZError) {
        self.kind = kind
        statement = try database.prepare(Self.sql(kind, mode))
    }

    /// Puts every record of `batch`.
    func run(_ batch: RecordBatch, sync: String, discoveredAt: String) throws {
        let width = Int32(kind.batchColumns)
        try statement.bind(sync, at: width + 1)
        try statement.bind(discoveredAt, at: width + 2)
        try batch.forEachRow { column in
            for index in 0..<(width - 1) {
                // `expansion` is the only blob among the keys of a grant.
                guard let content = column(Int(index)) else {
                    try statement.bindNull(at: index + 1)
                    continue
                }
                if kind == .grant, index == 6 {
                    try statement.bind(staticBlob: content, at: index + 1)
                } else {
                    try statement.bind(staticText: content, at: index + 1)
                }
            }
            if let data = column(Int(width) - 1) { try statement.bind(staticBlob: data, at: width) }
            _ = try statement.step()
        }
    }

    private static func sql(_ kind: RecordKind, _ mode: ExpansionMode) -> String {
        switch kind {
        case .resourceType:
            """
            INSERT INTO v1_resource_types (external_id, data, sync_id, discovered_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data
            """
        case .resource:
            """
            INSERT INTO v1_resources (resource_type_id, external_id, parent_resource_type_id, parent_resource_id, data,
                sync_id, discovered_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data
            """
        case .entitlement:
            """
            INSERT INTO v1_entitlements (resource_type_id, resource_id, external_id, data, sync_id, discovered_at)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data
            """
        case .grant:
            """
            INSERT INTO v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
                principal_resource_id, external_id, expansion, data, sync_id, discovered_at, needs_expansion)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, \(mode == .replace ? "?7" : "NULL"), ?8, ?9, ?10,
                \(mode == .replace ? "?7 IS NOT NULL" : "0"))
            ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data\(mode == .replace ? replacement : "")
            """
        }
    }

    private static let replacement = """
        ,
            needs_expansion = CASE
                WHEN excluded.expansion IS NULL THEN 0
                WHEN v1_grants.expansion IS NULL OR v1_grants.expansion <> excluded.expansion THEN 1
                ELSE v1_grants.needs_expansion END,
            expansion = excluded.expansion
        """
}
