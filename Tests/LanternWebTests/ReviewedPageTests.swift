import AccessModel
import Foundation
import LanternCatalog
import LanternSignIn
import Logging
import Testing

@testable import LanternWeb

extension TestServer {
    /// Imports a sheet in place of all that its data source told before.
    fileprivate func importSheet(_ text: String, into source: String) async throws {
        let path = url.appending(path: "sheet.csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        let file = try Upload.copying(path, into: catalog.folder)
        var order = ImportOrder(by: "test", through: "upload")
        order.replacesEverything = true
        let run = try await catalog.enqueue(file, for: source, order)
        await ImportQueue(ImportRunner(catalog, log: .init(label: "test"))).workOff()
        let ended = try await catalog.importRun(run.id)
        #expect(ended.state == .done, "\(ended.error)")
    }
}

@Suite struct `a new API key` {
    private static let lifetimes: [(days: String, expected: Int64?)] = [
        ("1", 1), ("30", 30), ("3650", 3650), ("", nil),
    ]

    private func ask(_ browser: Client, days: String) async throws -> Client.Answer {
        try await browser.post(
            "/settings/tokens", ["name": "nightly import", "kind": "token", "scope": "read", "days": days])
    }

    @Test(arguments: ["9223372036854775808", "9223372036854775807", "99999999", "3651", "0", "-1", "1.5", "abc"])
    func `isn't made for as many days as nobody can have meant`(days: String) async throws {
        let server = try await TestServer()
        let browser = try await server.browser(.auditor)
        let answer = try await ask(browser, days: days)
        #expect(answer.status == 400)
        #expect(answer.text.contains("<p>days: must be "), "\(answer.text)")
        // The server goes on, and nothing was made.
        let page = try await browser.get("/settings/tokens")
        #expect(page.status == 200 && page.text.contains("No API keys yet"))
    }

    @Test(arguments: lifetimes) func `lasts as many days as it was given`(days: String, expected: Int64?) async throws {
        let server = try await TestServer()
        let browser = try await server.browser(.auditor)
        let answer = try await ask(browser, days: days)
        #expect(answer.status == 200 && answer.text.contains("Copy it now"))
        let user = try await server.signIn.user(email: "auditor@example.com")
        let key = try #require(try await server.signIn.credentials(of: user).first)
        let end = expected.map { key.createdAt + $0 * 86_400 }
        #expect(key.name == "nightly import" && key.expiresAt == end)
    }
}

@Suite struct `a description of several lines` {
    private let server: TestServer
    private let browser: Client
    private let source: String
    private let original: ListedEntitlement

    private static let synced = "Reads rows.\nAnd their columns."

    init() async throws {
        server = try await TestServer()
        let application = try await server.catalog.createApplication(named: "Test")
        source = try await server.catalog.addDataSource(to: application.id, kind: .file, named: "sheet").id
        try await server.importSheet(Self.sheet(describing: Self.synced), into: source)
        browser = try await server.browser(.administrator)
        original = try #require(
            try await server.catalog.entitlements(EntitlementQuery(of: application.id), PageRequest()).rows.first)
        try #require(original.description == Self.synced)
    }

    private static func sheet(describing description: String) -> String {
        """
        User ID,Email Address,Resource Type,Resource Name,Entitlement,Entitlement Description
        u1,ann@example.com,Database,Main,read,"\(description)"

        """
    }

    private func form() async throws -> String {
        try await browser.get("/entitlements/\(original.id)/edit").text
    }

    /// Sends the form as a browser does, with another description, and tells what came of it.
    private func save(_ description: String) async throws -> ListedEntitlement {
        let answer = try await browser.post(
            "/entitlements/\(original.id)/edit",
            ["name": original.name, "slug": original.slug, "description": description])
        #expect(answer.status == 200)
        let saved = try await server.catalog.entitlement(original.id)
        #expect(saved.syncedName == nil && saved.syncedSlug == nil)
        return saved
    }

    @Test func `isn't set when a browser sends it back as it was`() async throws {
        #expect(try await form().contains(" name=\"description\" rows=\"3\""))
        #expect(try await form().contains(">\(Self.synced)</textarea>"))
        let kept = try await save("Reads rows.\r\nAnd their columns.")
        #expect(kept.syncedDescription == nil)
        #expect(kept.description == Self.synced)
        // It goes on following the data source.
        try await server.importSheet(Self.sheet(describing: "Reads\nno rows."), into: source)
        #expect(try await server.catalog.entitlement(original.id).description == "Reads\nno rows.")
    }

    @Test func `is set when it is another one, in line breaks that every page can show`() async throws {
        let set = try await save("Reads rows.\r\nWrites none.")
        #expect(set.description == "Reads rows.\nWrites none.")
        #expect(set.syncedDescription == Self.synced)
        #expect(try await form().contains(">Reads rows.\nWrites none.</textarea>"))
        // Sent back as it is, it stays; an import leaves it alone; what the data source says undoes it.
        #expect(try await save("Reads rows.\r\nWrites none.").description == "Reads rows.\nWrites none.")
        try await server.importSheet(Self.sheet(describing: "Reads\nno rows."), into: source)
        #expect(try await server.catalog.entitlement(original.id).description == "Reads rows.\nWrites none.")
        let followed = try await save("Reads\r\nno rows.")
        #expect(followed.syncedDescription == nil && followed.description == "Reads\nno rows.")
    }

    @Test func `is set when only its lines are others`() async throws {
        #expect(try await save("Reads rows. And their columns.").description == "Reads rows. And their columns.")
        #expect(try await save("").syncedDescription == nil)
        #expect(try await save("Reads rows.\r\n\r\nAnd their columns.").syncedDescription == Self.synced)
    }

    @Test func `ends where its field ends`() async throws {
        #expect(try await save("</textarea><b>&amp;").description == "</textarea><b>&amp;")
        #expect(try await form().contains(">&lt;/textarea&gt;&lt;b&gt;&amp;amp;</textarea>"))
    }

    @Test func `of an account stays as somebody set it`() async throws {
        var query = ResourceQuery(of: original.applicationID)
        query.kind = .account
        let account = try #require(try await server.catalog.resources(query, PageRequest()).rows.first)
        var edits = ResourceEdits()
        edits.description = .set("First.\nSecond.")
        try await server.catalog.edit(resource: account.id, edits, by: "test")
        let path = "/resources/\(account.id)/edit"
        #expect(try await browser.get(path).text.contains(">First.\nSecond.</textarea>"))
        _ = try await browser.post(path, ["name": account.name, "description": "First.\r\nSecond."])
        #expect(try await server.catalog.resource(account.id).description == "First.\nSecond.")
        _ = try await browser.post(path, ["name": account.name, "description": ""])
        #expect(try await server.catalog.resource(account.id).description.isEmpty)
    }
}

@Suite struct `a page of a list whose rows are gone` {
    private let server: TestServer
    private let browser: Client
    private let application: String
    private let source: String

    init() async throws {
        server = try await TestServer()
        let made = try await server.catalog.createApplication(named: "Test")
        application = made.id
        source = try await server.catalog.addDataSource(to: made.id, kind: .file, named: "sheet").id
        browser = try await server.browser(.auditor)
        try await tell(of: 1...25)
    }

    private var list: String { "/apps/\(application)/accounts?size=10" }

    /// Imports the accounts with these numbers, and no others.
    private func tell(of numbers: ClosedRange<Int>) async throws {
        let rows = numbers.map { "u\($0),Account \($0 + 100),u\($0)@example.com\n" }.joined()
        try await server.importSheet("User ID,Full Name,Email Address\n" + rows, into: source)
    }

    /// Where a page leads to: `next`, `prev` or `first`.
    private func link(_ relation: String, of page: Client.Answer) throws -> String {
        let pattern = try Regex("rel=\"\(relation)\" href=\"([^\"]+)\"")
        let found = page.text.firstMatch(of: pattern)?.output[1].substring
        return String(try #require(found, "\(page.text)")).replacing("&amp;", with: "&")
    }

    private func expectTheWayBack(_ page: Client.Answer, to path: String) async throws {
        #expect(page.status == 200)
        #expect(page.text.contains("<h2>Nothing here any more</h2>"))
        #expect(page.text.contains(" href=\"\(path)\">First page</a>"), "\(page.text)")
        #expect(!page.text.contains("No accounts here") && !page.text.contains("Nothing found"))
        #expect(try await browser.get(path).text.contains("<tbody>"))
    }

    @Test func `leads to the first page`() async throws {
        let second = try await browser.get(link("next", of: try await browser.get(list)))
        #expect(second.text.contains("Account 111") && !second.text.contains("Account 110"))
        let third = try link("next", of: second)
        #expect(try await browser.get(third).text.contains("Account 125"))
        try await tell(of: 1...15)
        try await expectTheWayBack(try await browser.get(third), to: list)
        // What is still there is shown as before.
        #expect(try await browser.get(list).text.contains("Account 101"))
    }

    @Test func `leads to the first page also when it was reached backwards`() async throws {
        let second = try await browser.get(link("next", of: try await browser.get(list)))
        let first = try link("prev", of: second)
        #expect(try await browser.get(first).text.contains("Account 101"))
        try await tell(of: 20...25)
        try await expectTheWayBack(try await browser.get(first), to: list)
    }

    @Test func `says something else when nothing fits, and when there is nothing at all`() async throws {
        let found = try await browser.get(list + "&q=nobody").text
        #expect(found.contains("Nothing found") && found.contains("Clear filters"))
        #expect(!found.contains("Nothing here any more"))
        let groups = try await browser.get("/apps/\(application)/groups").text
        #expect(groups.contains("No groups here") && !groups.contains("Nothing here any more"))
    }
}
