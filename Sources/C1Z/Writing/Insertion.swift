import AccessModel

/// The statement that puts records of one kind into a sync (c1z-v1 §7, §8).
struct Insertion {
    /// Who speaks, and what becomes of a record that is there already.
    enum Mode {
        /// The connector: the message and whether the grant is expandable become what it says.
        case replace
        /// The expander: the message becomes what it says, the rest stays.
        case preserve
        /// Another file: the row becomes what it is there, its time included.
        case copy
        /// Another file, of several: the same, unless the row was discovered as late or later (c1z-v1 §13.4).
        case copyNewer
    }

    private let statement: Statement
    private let kind: RecordKind

    /// A statement that puts records into `sync`.
    init(_ kind: RecordKind, _ mode: Mode, into sync: String, of database: Database) throws(C1ZError) {
        self.kind = kind
        statement = try database.prepare(Self.sql(kind, mode))
        try statement.bind(sync, at: Int32(kind.batchColumns) + 1)
    }

    /// Puts every record of `batch`, all discovered at the same time.
    func run(_ batch: RecordBatch, discoveredAt: String) throws {
        try statement.bind(discoveredAt, at: Int32(kind.batchColumns) + 2)
        try putRows(of: batch)
    }

    /// Puts the records of `batch` as another file has them.
    func copy(_ batch: RecordBatch, discoveredAt: DiscoveryTime, needsExpansion: Bool) throws {
        let width = Int32(kind.batchColumns)
        if kind == .grant { try statement.bind(needsExpansion ? 1 : 0, at: width + 3) }
        try discoveredAt.withText { time in
            try statement.bind(staticText: time, at: width + 2)
            try putRows(of: batch)
        }
    }

    private func putRows(of batch: RecordBatch) throws {
        let width = kind.batchColumns
        try batch.forEachRow { column in
            for index in 0..<width {
                let place = Int32(index + 1)
                guard let content = column(index) else {
                    try statement.bindNull(at: place)
                    continue
                }
                // The message, and the expansion of a grant, are blobs.
                if index == width - 1 || kind == .grant && index == width - 2 {
                    try statement.bind(staticBlob: content, at: place)
                } else {
                    try statement.bind(staticText: content, at: place)
                }
            }
            _ = try statement.step()
        }
    }

    private static func sql(_ kind: RecordKind, _ mode: Mode) -> String {
        var columns = kind.namesOfBatchColumns + ["sync_id", "discovered_at"]
        let (sync, time) = (columns.count - 1, columns.count)
        var values = (1...columns.count).map { "?\($0)" }
        if kind == .grant {
            columns.append("needs_expansion")
            // The expander's grants are not expandable themselves.
            if mode == .preserve { values[6] = "NULL" }
            values.append(mode == .replace ? "?7 IS NOT NULL" : mode == .preserve ? "0" : "?11")
        }
        let target = "\(kind.table) (\(columns.joined(separator: ", ")))"
        let row = values.joined(separator: ", ")
        let key = (columns.firstIndex(of: "external_id") ?? 0) + 1
        let more = kind == .grant && mode == .replace ? expansionColumns : ""
        return switch mode {
        case .replace, .preserve:
            """
            INSERT INTO \(target) VALUES (\(row))
            ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data\(more)
            """
        case .copy: "INSERT OR REPLACE INTO \(target) VALUES (\(row))"
        case .copyNewer:
            """
            INSERT OR REPLACE INTO \(target) SELECT \(row)
            WHERE NOT EXISTS (
                SELECT 1 FROM \(kind.table)
                WHERE external_id = ?\(key) AND sync_id = ?\(sync) AND discovered_at >= ?\(time))
            """
        }
    }

    private static let expansionColumns = """
        ,
            needs_expansion = CASE
                WHEN excluded.expansion IS NULL THEN 0
                WHEN v1_grants.expansion IS NULL OR v1_grants.expansion <> excluded.expansion THEN 1
                ELSE v1_grants.needs_expansion END,
            expansion = excluded.expansion
        """
}

extension RecordKind {
    /// The columns that a batch fills, in its order.
    fileprivate var namesOfBatchColumns: [String] {
        switch self {
        case .resourceType: ["external_id", "data"]
        case .resource:
            ["resource_type_id", "external_id", "parent_resource_type_id", "parent_resource_id", "data"]
        case .entitlement: ["resource_type_id", "resource_id", "external_id", "data"]
        case .grant:
            [
                "resource_type_id", "resource_id", "entitlement_id", "principal_resource_type_id",
                "principal_resource_id", "external_id", "expansion", "data",
            ]
        }
    }
}
