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
        try buildIndexes(only: "idx_grants_entitlement_id_principal_id_v1")
        let rows = try database.prepare(
            """
            SELECT principal_resource_type_id, principal_resource_id, data, resource_type_id, resource_id, entitlement_id
                FROM v1_grants
                INDEXED BY idx_grants_entitlement_id_principal_id_v1
            WHERE entitlement_id = ? AND sync_id = ?
            ORDER BY principal_resource_type_id, principal_resource_id
            """)
        try rows.bind(text: entitlement.bytes, at: 1)
        try rows.bind(try currentSync(), at: 2)
        return StatementCursor(rows, GrantForm(of: file))
    }
}

/// A cursor over the rows of a statement.
private final class StatementCursor: GrantCursor {
    private let rows: Statement
    private var form: GrantForm
    /// The present grant when its row had only part of it.
    private var whole: UnsafeMutableRawBufferPointer?

    init(_ rows: Statement, _ form: GrantForm) {
        self.rows = rows
        self.form = form
    }

    deinit { whole?.deallocate() }

    func next() throws -> Bool {
        whole?.deallocate()
        whole = nil
        guard try rows.step() else { return false }
        let data = rows.bytes(2)
        let columns = GrantForm.Columns(
            resourceType: rows.bytes(3), resource: rows.bytes(4), entitlement: rows.bytes(5),
            principalType: rows.bytes(0), principal: rows.bytes(1))
        try form.hydrate(data, from: columns) { grant in
            guard grant.baseAddress != data.baseAddress else { return }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: grant.count, alignment: 8)
            copy.copyMemory(from: grant)
            whole = copy
        }
        return true
    }

    var principalType: UnsafeRawBufferPointer { rows.bytes(0) }
    var principal: UnsafeRawBufferPointer { rows.bytes(1) }
    var data: UnsafeRawBufferPointer { whole.map { UnsafeRawBufferPointer($0) } ?? rows.bytes(2) }
}
