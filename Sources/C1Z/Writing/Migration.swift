/// Brings the database of a file of any age to the present schema (c1z-v1 §4).
struct Migration {
    let database: Database

    /// Creates missing tables, columns and indexes, and moves expansions of old grants into their column.
    func run() throws {
        try database.run("BEGIN IMMEDIATE")
        do {
            try database.run(TableDefinitions.tables)
            try addColumns()
            try backfillGrants()
            try database.run(TableDefinitions.keyIndexes)
            try database.run("COMMIT")
        } catch {
            // Why the way back fails as well would hide why it was taken; the working copy isn't used further.
            try? database.rollBack()
            throw error
        }
    }

    private func addColumns() throws(C1ZError) {
        let schema = try StoredSchema(of: database)
        for added in TableDefinitions.addedColumns
        where schema.column(added.column, of: added.table, otherwise: "") != added.column {
            try database.run("ALTER TABLE \(added.table) ADD COLUMN \(added.column) \(added.definition)")
        }
    }

    private func backfillGrants() throws {
        guard try database.number("SELECT count(*) FROM v1_sync_runs WHERE grants_backfilled = 0") > 0 else { return }
        let rows = try database.prepare(
            """
            SELECT id, data FROM v1_grants WHERE expansion IS NULL AND id > ?1
                AND sync_id IN (SELECT sync_id FROM v1_sync_runs WHERE grants_backfilled = 0) ORDER BY id LIMIT 1000
            """)
        let update = try database.prepare(
            "UPDATE v1_grants SET data = ?2, expansion = ?3, needs_expansion = 1 WHERE id = ?1")
        var form = GrantForm(of: database.file)
        var last: Int64 = 0
        var count = 0
        repeat {
            // Read a page before changing it: an update under an open read of the same table may show rows twice.
            var page: [(id: Int64, data: [UInt8])] = []
            try rows.bind(last, at: 1)
            while try rows.step() {
                guard rows.int(0) > page.last?.id ?? last else { throw outOfOrder }
                page.append((rows.int(0), Array(rows.bytes(1))))
            }
            for row in page { try separate(row.id, row.data, with: &form, update) }
            last = page.last?.id ?? last
            count = page.count
        } while count > 0
        try database.run("UPDATE v1_grants SET expansion = NULL WHERE expansion = X''")
        try database.run("UPDATE v1_sync_runs SET grants_backfilled = 1")
    }

    private var outOfOrder: C1ZError {
        C1ZError(
            .corrupt, database.file,
            "its table v1_grants is out of order. It is damaged: fetch it again, or sync again.")
    }

    private func separate(_ id: Int64, _ data: [UInt8], with form: inout GrantForm, _ update: Statement) throws {
        try data.withUnsafeBytes { data in
            try form.separate(data) { grant, expansion in
                guard let expansion else { return }
                try update.bind(id, at: 1)
                try update.bind(staticBlob: grant, at: 2)
                try update.bind(staticBlob: expansion, at: 3)
                _ = try update.step()
            }
        }
    }
}
