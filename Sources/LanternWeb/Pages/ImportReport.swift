import Hummingbird
import LanternCatalog
import LanternSignIn
import Spreadsheets

extension Site {
    /// What was wrong with the rows of a spreadsheet, as a file.
    @Sendable func downloadProblems(_ request: Request, _ context: WebContext) async throws -> Response {
        let run = try await catalog.importRun(context.parameters.require("import"))
        _ = try await application(run.applicationID, for: context)
        let catalog = catalog
        let columns: [Column<SheetProblem>] = [
            Column("Row") { String($0.row) }, Column("Column") { $0.column ?? "" },
            Column("Kind") { $0.isError ? "error" : "warning" }, Column("Problem", \.message),
        ]
        let file = ListFile(format: .csv, columns: columns) { try await catalog.problems(of: run, $0) }
        return file.response(named: "\(run.fileName)-problems")
    }

    /// The way to the report, and to what may mend it.
    func reportLinks(_ run: ImportRun, _ context: WebContext) async throws -> HTML {
        guard run.isSpreadsheet else { return .blank }
        let hasReport = try await !catalog.problems(of: run, PageRequest(size: 1)).rows.isEmpty
        let report: HTML =
            hasReport
            ? "<a class=\"button quiet\" href=\"/imports/\(run.id)/problems.csv\" download>\(Icon.download.html)Download report</a>"
            : .blank
        let mappings: HTML =
            context.user?.changes(run.applicationID) == true
            ? "<a class=\"button quiet\" href=\"/data-sources/\(run.dataSourceID)/mappings\">Set mappings</a>" : .blank
        return "<div class=\"row\">\(report)\(mappings)</div>"
    }
}
