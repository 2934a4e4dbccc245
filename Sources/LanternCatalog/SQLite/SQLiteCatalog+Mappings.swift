import AccessModel
import GRDB
public import Spreadsheets

extension SQLiteCatalog {
    /// What was chosen for the spreadsheets of a data source; nil when their headers decide.
    public func mapping(of source: String) async throws -> SheetMapping? {
        let text = try await pool.read { db in
            try String.fetchOne(
                db, sql: "SELECT mapping FROM data_sources WHERE public_id = ? AND removed_at IS NULL",
                arguments: [source])
        }
        guard let text else { throw CatalogError.noDataSource(source) }
        return try SheetMapping(json: text)
    }

    /// Chooses what the columns of a data source's spreadsheets mean; nil lets their headers decide again.
    ///
    /// What was imported stays as it is until the file is imported once more.
    public func set(_ mapping: SheetMapping?, of source: String) async throws {
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE data_sources SET mapping = ? WHERE public_id = ? AND removed_at IS NULL",
                arguments: [mapping?.json ?? "", source])
            guard db.changesCount == 1 else { throw CatalogError.noDataSource(source) }
        }
    }

    /// The columns of the file of an import, with examples of what is in them.
    ///
    /// - Throws: ``CatalogError`` when it is no spreadsheet, or is not kept any more.
    public func sample(of run: ImportRun) async throws -> SheetSample {
        let chosen = try await mapping(of: run.dataSourceID)
        let path = folder.upload(run.sha256)
        guard try FileFormat(of: path, named: run.fileName) == .spreadsheet else {
            throw CatalogError(
                .failedPrecondition, "\(run.fileName): is no spreadsheet, so its columns need no mapping.")
        }
        do throws(SpreadsheetError) {
            return try Self.sample(of: Spreadsheet.open(path), chosen)
        } catch {
            throw CatalogError(.invalidArgument, "\(run.fileName): \(error)")
        }
    }

    private static func sample(
        of sheet: Spreadsheet, _ chosen: SheetMapping?
    ) throws(SpreadsheetError) -> SheetSample {
        var values = [[String]](repeating: [], count: sheet.headers.count)
        var rows = 0
        while rows < 200, let row = try sheet.next() {
            rows += 1
            for column in values.indices where values[column].count < 5 {
                let value = row[column]
                if !value.isEmpty, !values[column].contains(value) { values[column].append(String(value.prefix(60))) }
            }
        }
        // A column that was chosen may be missing from this file; then the choice is what has to be made again.
        let recognized = try? ColumnMapping(recognizing: sheet.headers)
        let columns = try? chosen?.columns(of: sheet.headers)
        let known = columns ?? recognized
        let order: DateOrder? =
            if let column = known?.columns[.lastLogin] {
                try DateOrderFinding.scan(sheet, column: column).shownOrder
            } else { nil }
        return SheetSample(
            headers: sheet.headers, values: values,
            mapping: chosen ?? SheetMapping(fields: recognized?.fieldHeaders ?? [:]),
            missing: known?.missingRequired ?? SheetFocus.identities.requiredFields, dateOrder: order)
    }

    // MARK: What was wrong with the rows

    /// Most problems of one import that are kept.
    static let problemLimit = 100_000

    /// What was wrong with the rows of an import's file, row by row; the first hundred thousand.
    public func problems(of run: ImportRun, _ page: PageRequest) async throws -> Page<SheetProblem> {
        let place = try page.place(columns: 1)
        return try await pool.read { db in
            var arguments: StatementArguments = ["run": run.key, "limit": page.size + 1]
            arguments += place.arguments
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM import_problems WHERE import_id = :run\(place.condition(["number"]))
                    ORDER BY \(place.order(["number"])) LIMIT :limit
                    """, arguments: arguments)
            return Page(rows, page, at: place, cursor: { [.number($0["number"])] }) {
                SheetProblem(row: $0["row"], column: $0["column_name"], message: $0["text"], isError: $0["is_error"])
            }
        }
    }

    /// Keeps what was wrong with rows, after those that are kept already.
    func keep(_ problems: [SheetProblem], of run: ImportRun) throws {
        guard !problems.isEmpty else { return }
        try pool.write { db in
            let kept =
                try Int.fetchOne(
                    db, sql: "SELECT coalesce(max(number), 0) FROM import_problems WHERE import_id = ?",
                    arguments: [run.key]) ?? 0
            for (place, problem) in problems.prefix(max(0, Self.problemLimit - kept)).enumerated() {
                try db.execute(
                    sql: "INSERT INTO import_problems VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        run.key, kept + place + 1, problem.row, problem.column, problem.message, problem.isError,
                    ])
            }
        }
    }

    /// Forgets what an interrupted attempt found.
    func forgetProblems(of run: ImportRun) throws {
        try pool.write { try $0.execute(sql: "DELETE FROM import_problems WHERE import_id = ?", arguments: [run.key]) }
    }
}

extension DateOrderFinding {
    /// The order, when it matters to any date.
    var shownOrder: DateOrder? { dates == 0 ? nil : order }
}
