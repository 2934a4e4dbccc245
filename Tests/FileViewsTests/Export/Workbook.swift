import WireForm

/// Workbooks as another program reads them.
enum Workbook {
    /// The system's Python, which the packages of `make test` are for, else the first one found.
    private static let python = "$(test -x /usr/bin/python3 && echo /usr/bin/python3 || echo python3)"

    /// Whether that program is installed.
    static let canBeRead = (try? BatonRun.ofShell("\(python) -c 'import openpyxl'", environment: path).status) == 0

    /// The cells of the only sheet.
    static func rows(of file: String) throws -> [[String]] {
        let script = """
            import json, openpyxl, sys
            book = openpyxl.load_workbook(sys.argv[1])
            assert book.sheetnames == ["Sheet1"]
            rows = book.active.iter_rows(values_only=True)
            print(json.dumps([["" if cell is None else cell for cell in row] for row in rows]))
            """
        let run = try BatonRun.ofShell("\(python) -c '\(script)' \(file)", environment: path)
        return try JSONValue(parsing: run.output).elements.map { $0.elements.map { $0.string ?? $0.text } }
    }

    /// The path of the person who runs the tests, where their Python is.
    private static let path = ["PATH": Environment.path]
}
