/// Which tables and columns a database has: files of every age lack some (c1z-v1 §16).
struct StoredSchema {
    private let columns: [String: Set<String>]

    /// Looks at the tables of `database` whose names start with `v1_`.
    init(of database: Database) throws(C1ZError) {
        var columns: [String: Set<String>] = [:]
        let statement = try database.prepare(
            """
            SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name LIKE 'v1\\_%' ESCAPE '\\' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
            """)
        while try statement.step() { columns[statement.text(0), default: []].insert(statement.text(1)) }
        self.columns = columns
    }

    /// Whether the table is there.
    func has(_ table: String) -> Bool { columns[table] != nil }

    /// The column, or an expression in its place when the table lacks it.
    func column(_ column: String, of table: String, otherwise expression: String) -> String {
        columns[table]?.contains(column) == true ? column : expression
    }
}
