import AccessModel

extension SQLiteWriter {
    func readPendingExpansions(_ body: (PendingExpansion) throws -> Void) throws {
        let rows = try database.prepare(
            """
            SELECT external_id, entitlement_id, principal_resource_type_id, principal_resource_id, expansion FROM v1_grants
            WHERE sync_id = ? AND needs_expansion = 1 AND expansion IS NOT NULL ORDER BY id
            """)
        try rows.bind([.text(try currentSync())])
        defer { rows.reset() }
        while try rows.step() {
            try body(
                PendingExpansion(
                    grant: rows.bytes(0), entitlement: rows.bytes(1), principalType: rows.bytes(2),
                    principal: rows.bytes(3), expansion: rows.bytes(4)))
        }
    }

    func grantsInPrincipalOrder(of entitlement: ByteKey) throws -> any GrantCursor {
        try beginTransaction()
        try buildIndexes()
        let rows = try database.prepare(
            """
            SELECT principal_resource_type_id, principal_resource_id, data FROM v1_grants
                INDEXED BY idx_grants_entitlement_id_principal_id_v1
            WHERE entitlement_id = ? AND sync_id = ?
            ORDER BY principal_resource_type_id, principal_resource_id
            """)
        try rows.bind(text: entitlement.bytes, at: 1)
        try rows.bind(try currentSync(), at: 2)
        return StatementCursor(rows)
    }
}

/// A cursor over the rows of a statement.
private final class StatementCursor: GrantCursor {
    private let rows: Statement

    init(_ rows: Statement) {
        self.rows = rows
    }

    func next() throws -> Bool { try rows.step() }
    var principalType: UnsafeRawBufferPointer { rows.bytes(0) }
    var principal: UnsafeRawBufferPointer { rows.bytes(1) }
    var data: UnsafeRawBufferPointer { rows.bytes(2) }
}
