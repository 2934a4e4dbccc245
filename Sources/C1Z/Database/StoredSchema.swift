/// Which tables and columns a database has: files of every age lack some (c1z-v1 §16).
struct StoredSchema {
    private let columns: [String: Set<String>]

    /// Looks at the tables of `database` whose names start with `v1_`.
    ///
    /// Only ordinary tables count: a view or virtual table of such a name could compute whatever its author liked.
    ///
    /// - Throws: ``C1ZError`` when a table lacks a column that files of every age have.
    init(of database: Database) throws(C1ZError) {
        try database.requireUTF8()
        var columns: [String: Set<String>] = [:]
        let statement = try database.prepare(
            """
            SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name LIKE 'v1\\_%' ESCAPE '\\' AND t.sql LIKE 'CREATE TABLE %'
            """)
        while try statement.step() { columns[statement.text(0), default: []].insert(statement.text(1)) }
        self.columns = columns
        for (table, required) in TableDefinitions.firstColumns {
            guard let present = columns[table], let missing = required.first(where: { !present.contains($0) }) else {
                continue
            }
            throw C1ZError(
                .corrupt, database.file,
                "its table \(table) has no column \(missing). It is damaged: fetch it again, or sync again.")
        }
    }

    /// Whether the table is there.
    func has(_ table: String) -> Bool { columns[table] != nil }

    /// The column, or an expression in its place when the table lacks it.
    func column(_ column: String, of table: String, otherwise expression: String) -> String {
        columns[table]?.contains(column) == true ? column : expression
    }
}
