import Foundation
import Spreadsheets
import Testing
import WireForm

@testable import LanternCatalog

@Suite struct `a spreadsheet` {
    private let test: TestCatalog

    init() throws { test = try TestCatalog() }

    @discardableResult
    private func importText(_ text: String, into source: String, as name: String = "people.csv") async throws
        -> ImportRun
    {
        let url = test.url.appending(path: name)
        try Data(text.utf8).write(to: url)
        return try await test.importFile(url.path, into: source)
    }

    @Test func `of people becomes accounts with their groups and roles`() async throws {
        let (application, source) = try await test.application()
        let run = try await importText(
            """
            \u{FEFF}User ID,Full Name,Email_Address,user status,Groups,Roles,User Type,Last Login
            u1,Ann Lee,ann@example.com,Active,"Sales, Support",Admin,,2026-01-02
            u2,Bob,bob@example.com,Suspended,Sales,,Service,
            u2,Robert,bob@example.com,,Support,,,
            ,Nobody,nobody@example.com,,,,,
            """, into: source)
        #expect(run.state == .done, "\(run.error)")
        #expect(run.format == "csv")
        let warnings = try await test.catalog.warnings(of: run)
        #expect(warnings.contains { $0.contains("row 5") }, "\(warnings)")
        #expect(warnings.contains { $0.contains("row 4") && $0.contains("another name") }, "\(warnings)")
        let state = try await test.state(of: application)
        #expect(
            state.names == [
                "user u1 Ann Lee", "user u2 Bob", "group sales Sales", "group support Support", "role admin Admin",
            ])
        #expect(
            state.grants == [
                "u1 group/sales/member", "u1 group/support/member", "u1 role/admin/assigned", "u2 group/sales/member",
                "u2 group/support/member",
            ])
        var query = ResourceQuery(of: application)
        query.kind = .account
        let accounts = try await test.catalog.resources(query, PageRequest()).rows
        #expect(accounts.map(\.status) == [.enabled, .disabled])
        #expect(accounts.map(\.accountType) == [.human, .service])
        #expect(accounts.first?.lastLogin == 1_767_312_000)
    }

    @Test func `with errors takes nothing away without being asked`() async throws {
        let (application, source) = try await test.application()
        try await importText("User ID,Email Address\nu1,a@example.com\nu2,b@example.com\n", into: source)
        let path = test.url.appending(path: "people.csv")
        try Data("User ID,Email Address\nu1,a@example.com\n,b@example.com\n".utf8).write(to: path)
        let run = try await test.importFile(path.path, into: source, replacing: false)
        #expect(run.state == .paused)
        #expect(run.pauseReason == "1 of its rows have errors, and it would remove 1 things")
        #expect(try await test.catalog.application(application).counts.accounts == 2)
    }

    @Test func `of grants keeps its entitlements when names only change in case`() async throws {
        let (application, source) = try await test.application()
        let head = "User ID;Email Address;Resource Type;Resource Name;Entitlement;Entitlement Slug\n"
        try await importText(head + "u1;a@example.com;Project;Moon Base;Read;read\n", into: source)
        let ids = try await test.ids(of: application)
        let again = try await importText(head + "u1;a@example.com;project; moon base ;READ;read\n", into: source)
        let counts = try await test.catalog.counts(of: again)
        #expect(counts.filter { $0.kind == .grant }.allSatisfy { !$0.isChange })
        #expect(try await test.ids(of: application).entitlements == ids.entitlements)
        let moved = try await importText(head + "u1;a@example.com;Project;Moon-Base;Read;read\n", into: source)
        #expect(try await test.catalog.counts(of: moved).first { $0.kind == .grant }?.removed == 1)
    }

    @Test(arguments: [
        ("Name,Address\nann,ann@example.com\n", "people.csv: "), ("User ID,Email Address\n", "people.csv: has no row"),
        ("User ID,User ID,Email Address\n1,2,3\n", "people.csv: "),
    ])
    func `that can't be understood is refused`(text: String, message: String) async throws {
        let (application, source) = try await test.application()
        let run = try await importText(text, into: source)
        #expect(run.state == .error)
        #expect(run.error.hasPrefix(message), "\(run.error)")
        #expect(try await test.catalog.application(application).counts == ApplicationCounts())
    }

    @Test func `is understood as somebody says`() async throws {
        let (application, source) = try await test.application()
        let text = "Kennung;Anzeige;Post;Abteilung;Zuletzt\nu1;Ann;ann@example.com;Sales;03/04/2026\n"
        let first = try await importText(text, into: source)
        #expect(first.state == .error)
        let sample = try await test.catalog.sample(of: first)
        #expect(sample.headers == ["Kennung", "Anzeige", "Post", "Abteilung", "Zuletzt"])
        #expect(sample.values[3] == ["Sales"])
        #expect(sample.missing.map(\.displayName) == ["User ID", "Email Address"])
        var mapping = SheetMapping(
            fields: [.userID: "Kennung", .fullName: "Anzeige", .email: "Post", .lastLogin: "Zuletzt"],
            attributes: ["Abteilung": "department"], dateOrder: .dayFirst)
        try await test.catalog.set(mapping, of: source)
        let second = try await importText(text, into: source)
        #expect(second.state == .done, "\(second.error)")
        #expect(second.dateOrder == .dayFirst)
        let account = try #require(try await accounts(of: application).first)
        #expect(account.name == "Ann")
        // The 3rd of April 2026.
        #expect(account.lastLogin == 1_775_174_400)
        #expect(
            try await test.catalog.record(of: account).profile.contains {
                $0.name == "department" && $0.value.string == "Sales"
            })
        // The same file means something else now, so it isn't taken for unchanged.
        mapping.dateOrder = .monthFirst
        try await test.catalog.set(mapping, of: source)
        let third = try await importText(text, into: source)
        #expect(third.revision != nil)
        #expect(try await accounts(of: application).first?.lastLogin == 1_772_582_400)
        #expect(try await test.catalog.mapping(of: source) == mapping)
        try await test.catalog.set(nil, of: source)
        #expect(try await test.catalog.mapping(of: source) == nil)
    }

    private func accounts(of application: String) async throws -> [ListedResource] {
        var query = ResourceQuery(of: application)
        query.kind = .account
        return try await test.catalog.resources(query, PageRequest()).rows
    }

    @Test func `has all its problems in a report`() async throws {
        let (_, source) = try await test.application()
        let rows = (0..<1500).map { ",nobody\($0)@example.com\n" }.joined()
        let run = try await importText("User ID,Email Address\nu1,a@example.com\n" + rows, into: source)
        #expect(run.state == .done, "\(run.error)")
        #expect(run.warnings == 1500)
        #expect(try await test.catalog.warnings(of: run).count == 100)
        let problems = try await test.all { try await test.catalog.problems(of: run, $0) }
        #expect(problems.map(\.row) == Array(3...1502))
        #expect(problems.allSatisfy { $0.isError && $0.column == "User ID" })
        // One that has no good row has a report too.
        let bad = try await importText("User ID,Email Address\n,a@example.com\n", into: source)
        #expect(bad.state == .error)
        #expect(try await test.catalog.problems(of: bad, PageRequest()).rows.count == 1)
    }

    @Test func `takes no turn with files of connectors`() async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Ann"]), into: source)
        let run = try await importText("User ID,Email Address\nu9,a@example.com\n", into: source)
        #expect(run.state == .error)
        #expect(run.error.contains("is a spreadsheet, and this data source was fed by connectors' files"))
        #expect(try await test.state(of: application).names == ["user u1 Ann"])
    }

    @Test func `whose entitlements come back under other ids warns`() async throws {
        let (_, source) = try await test.application()
        let head = "User ID,Email Address,Resource Type,Resource Name,Entitlement,Entitlement Display Name\n"
        func sheet(_ changed: Int) -> String {
            head
                + (0..<10).map { number in
                    "u1,a@example.com,Project,Moon,read\(number < changed ? "-" : " ")\(number),Read \(number)\n"
                }.joined()
        }
        try await importText(sheet(0), into: source)
        let one = try await importText(sheet(1), into: source)
        #expect(try await test.catalog.warnings(of: one) == [])
        let three = try await importText(sheet(4), into: source)
        #expect(
            try await test.catalog.warnings(of: three) == [
                "3 of 10 entitlements of Project go and come back with the same name and another id. What was set for them by hand stays with the old ones."
            ])
    }
}
