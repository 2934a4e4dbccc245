import Foundation
import LanternSignIn
import Testing

@testable import LanternWeb

@Suite struct `lantern export` {
    private let folder: ProgramFolder

    init() throws { folder = try ProgramFolder() }

    private func export(
        _ arguments: String..., from server: TestServer
    ) throws -> (status: Int32, output: String, error: String) {
        try LanternProcess(["export", "--data-dir", server.url.path] + arguments, in: folder).end()
    }

    @Test(arguments: ListExport.Table.allCases, ListFormat.allCases) func `writes what the page's file has`(
        table: ListExport.Table, format: ListFormat
    ) async throws {
        let server = try await TestServer()
        let data = try await server.sampleData(name: "=Ann, \"A.\"")
        let browser = try await server.browser(.auditor)
        let page = try await browser.get("/apps/\(data.application)/\(table.rawValue)?format=\(format.rawValue)")
        let ended = try export(table.rawValue, "--app", "Test", "--format", format.rawValue, from: server)
        #expect(ended.status == 0, "\(ended.error)")
        #expect(ended.output == page.text)
        if table == .accounts { #expect(ended.output.contains(format == .csv ? "\"'=Ann, \"\"A.\"\"\"" : "=Ann")) }
    }

    @Test func `writes the people of all applications`() async throws {
        let server = try await TestServer()
        _ = try await server.sampleData()
        let page = try await server.browser(.auditor).get("/people?format=csv")
        #expect(try export("people", from: server).output == page.text)
        #expect(page.text.contains("ann@example.com"))
    }

    @Test func `writes every page of a long table`() async throws {
        let server = try await TestServer()
        let rows = (1...2500).map { "u\($0),u\($0)@example.com" }.joined(separator: "\n")
        let sheet = try folder.write("User ID,Email Address\n\(rows)\n", to: "many.csv")
        let imported = try LanternProcess(
            ["import", sheet, "--app", "Many", "--data-dir", server.url.path], in: folder
        ).end()
        #expect(imported.status == 0, "\(imported.error)")
        let ended = try export("accounts", "--app", "Many", from: server)
        #expect(ended.output.split(separator: "\r\n").count == 2501)
        #expect(Set(ended.output.split(separator: "\r\n")).count == 2501)
    }

    @Test func `writes a file for its owner alone, whole or not at all`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let file = folder.path + "/accounts.csv"
        let ended = try export("accounts", "--app", data.application, "--out", file, from: server)
        #expect(ended.status == 0, "\(ended.error)")
        #expect(ended.output.isEmpty)
        let facts = try FileManager.default.attributesOfItem(atPath: file)
        #expect(facts[.posixPermissions] as? Int == 0o600)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("ann@example.com"))
        #expect(try export("accounts", "--app", "Nobody's", "--out", file, from: server).status == 2)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("ann@example.com"))
        #expect(try folder.names == ["accounts.csv"])
    }

    @Test func `looks at any day`() async throws {
        let server = try await TestServer()
        _ = try await server.sampleData()
        #expect(
            try export("accounts", "--app", "Test", "--at", "2001-01-01", from: server).output.hasSuffix(
                "Data source\r\n"))
        #expect(try export("accounts", "--app", "Test", "--at", "9001-01-01", from: server).output.contains("ann@"))
    }

    @Test(arguments: [
        (["accounts"], "--app: name the application"),
        (["accounts", "--app", "Nowhere"], "application Nowhere: is not"),
        (["tables", "--app", "Test"], "there is no table \"tables\": name one of accounts, groups,"),
        ([], "name one table: accounts, groups,"),
        (["accounts", "--app", "Test", "--format", "xml"], "--format: must be"),
        (["people", "--app", "Test"], "leave out --app"),
        (["accounts", "--app", "Test", "--at", "May"], "at: must be a day"),
    ]) func `says what is wrong`(arguments: [String], complaint: String) async throws {
        let server = try await TestServer()
        _ = try await server.sampleData()
        let ended = try LanternProcess(["export", "--data-dir", server.url.path] + arguments, in: folder).end()
        #expect(ended.status == 2)
        #expect(ended.output.isEmpty)
        #expect(ended.error.contains(complaint), "\(ended.error)")
    }
}
