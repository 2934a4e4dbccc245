import AccessModel

/// Copies stored records into a sync, each with the time it was discovered at.
///
/// One that is there already gives way only to one that was discovered later (c1z-v1 §13.4).
struct RowCopy {
    private let statement: Statement
    private var row: RecordBatch

    init(_ kind: RecordKind, into sync: String, of database: Database) throws(C1ZError) {
        row = RecordBatch(kind)
        statement = try database.prepare(Self.sql(kind))
        try statement.bind(sync, at: Int32(kind.batchColumns) + 1)
    }

    /// Puts one record.
    mutating func put(
        _ data: UnsafeRawBufferPointer, expansion: UnsafeRawBufferPointer?, needsExpansion: Bool,
        discoveredAt: UnsafeRawBufferPointer
    ) throws {
        row.removeAll()
        try row.append(data, expansion: expansion)
        let width = Int32(row.kind.batchColumns)
        try statement.bind(staticText: discoveredAt, at: width + 2)
        if row.kind == .grant { try statement.bind(needsExpansion ? 1 : 0, at: width + 3) }
        try row.forEachRow { column in
            for index in 0..<width {
                guard let content = column(Int(index)) else {
                    try statement.bindNull(at: index + 1)
                    continue
                }
                // The message, and the expansion of a grant, are blobs.
                if index == width - 1 || row.kind == .grant && index == width - 2 {
                    try statement.bind(staticBlob: content, at: index + 1)
                } else {
                    try statement.bind(staticText: content, at: index + 1)
                }
            }
            _ = try statement.step()
        }
    }

    private static func sql(_ kind: RecordKind) -> String {
        var columns = kind.namesOfBatchColumns + ["sync_id", "discovered_at"]
        let (key, sync, time) = (
            (columns.firstIndex(of: "external_id") ?? 0) + 1, columns.count - 1, columns.count
        )
        if kind == .grant { columns.append("needs_expansion") }
        return """
            INSERT OR REPLACE INTO \(kind.table) (\(columns.joined(separator: ", ")))
            SELECT \((1...columns.count).map { "?\($0)" }.joined(separator: ", "))
            WHERE NOT EXISTS (
                SELECT 1 FROM \(kind.table)
                WHERE external_id = ?\(key) AND sync_id = ?\(sync) AND discovered_at >= ?\(time))
            """
    }
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
