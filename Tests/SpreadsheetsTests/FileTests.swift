import Spreadsheets
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct `a file on the disk` {
    /// Runs `body` with the path of a file that has this content.
    private func withFile(_ content: [UInt8], _ body: (String) throws -> Void) throws {
        var name = Array("/tmp/spreadsheets-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(descriptor >= 0)
        defer { unlink(path) }
        #expect(write(descriptor, content, content.count) == content.count)
        close(descriptor)
        try body(path)
    }

    @Test func `is read as one in memory is`() throws {
        let line = "u,\(String(repeating: "é", count: 500))\n"
        let text = "User ID,b\n\(String(repeating: line, count: 300))"
        try withFile(Array(text.utf8)) { path in
            let rows = try Spreadsheet.csv(text).allRows()
            #expect(try Spreadsheet.open(path).allRows() == rows)
        }
        let workbook = WorkbookFile(WorkbookFile.row("a") + WorkbookFile.row("1"))
        try withFile(workbook.bytes) { path in
            let rows = try workbook.rows()
            #expect(try Spreadsheet.open(path).allRows() == rows)
        }
    }

    @Test func `may become shorter while it is read`() throws {
        let text = "a,b\n\(String(repeating: "1,2\n", count: 100_000))"
        try withFile(Array(text.utf8)) { path in
            let sheet = try Spreadsheet.open(path)
            #expect(truncate(path, 10) == 0)
            let message = "The file became shorter while it was read. Read it again when it is complete."
            #expect(throws: SpreadsheetError(message)) { try sheet.allRows() }
        }
    }
}
