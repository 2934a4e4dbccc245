import Foundation
import LanternCatalog
import LanternSignIn
import Testing
import WireForm

@testable import LanternWeb

@Suite struct `somebody who owns an application` {
    private let server: TestServer
    private let data: SampleData
    private let browser: Client

    init() async throws {
        server = try await TestServer()
        data = try await server.sampleData()
        browser = try await server.browser(.owner)
        let user = try await server.signIn.user(email: "owner@example.com")
        try await server.signIn.addOwner(user, of: data.application)
    }

    private func runs() async throws -> [ImportRun] {
        try await server.catalog.importRuns(of: data.application, PageRequest()).rows
    }

    private func wait(for run: ImportRun) async throws -> ImportRun {
        for _ in 0..<500 {
            let now = try await server.catalog.importRun(run.id)
            if now.state.isOver || now.state == .paused { return now }
            try await Task.sleep(for: .milliseconds(20))
        }
        return run
    }

    @Test func `says what columns mean, and sees what that changes before it does`() async throws {
        let page = try await browser.get(data.fill("/data-sources/SOURCE/mappings"))
        #expect(page.text.contains("Set data value mappings"))
        #expect(page.text.contains("ann@example.com"))
        // User Status (field 6) is left out, Full Name (field 2) becomes an attribute too.
        let fields = [
            "field-2": "Full Name", "field-3": "User ID", "field-5": "Email Address", "attribute-3": "standing",
        ]
        let wrong = try await browser.post(
            data.fill("/data-sources/SOURCE/mappings"), ["act": "set", "field-2": "Full Name"])
        #expect(wrong.status == 400)
        #expect(wrong.text.contains("No column is"))
        #expect(try await server.catalog.mapping(of: data.source) == nil)
        let answer = try await browser.post(
            data.fill("/data-sources/SOURCE/mappings"), fields.merging(["act": "set"]) { $1 })
        #expect(answer.status == 200 || answer.status == 303)
        let newest = try #require(try await runs().first)
        let run = try await wait(for: newest)
        #expect(run.state == .paused, "\(run.error)")
        #expect(try await server.catalog.resource(data.account).status == .enabled)
        _ = try await browser.post("/imports/\(run.id)/confirm")
        #expect(try await wait(for: run).state == .done)
        let account = try await server.catalog.resource(data.account)
        #expect(account.status == .unspecified)
        #expect(
            try await server.catalog.record(of: account).profile.contains {
                $0.name == "standing" && $0.value.string == "Active"
            })
    }

    @Test func `sets owners and types of several accounts at once`() async throws {
        let path = data.fill("/apps/APP/accounts")
        let list = try await browser.get(path)
        #expect(list.text.contains(#"name="id" value="\#(data.account)" aria-label="Select Ann Example""#))
        let auditor = try await server.browser(.auditor)
        #expect(try await !auditor.get(path).text.contains("name=\"id\""))

        func send(_ fields: [String: String]) async throws -> Client.Answer {
            try await browser.post(path + "/edit", fields.merging(["back": "\(path)?account_type=1"]) { own, _ in own })
        }
        #expect(try await send(["act": "clear"]).status == 400)
        #expect(try await send(["act": "clear", "id": "no"]).status == 404)
        let cleared = try await send(["act": "clear", "id": data.account])
        #expect(cleared.status == 200 && cleared.text.contains("<option value=\"1\" selected>User<"))
        #expect(try await server.catalog.resource(data.account).ownerID == nil)
        #expect(try await send(["act": "set", "id": data.account, "email": "no@example.com"]).status == 400)
        #expect(try await send(["act": "set", "id": data.account, "email": "ann@example.com"]).status == 200)
        #expect(try await server.catalog.resource(data.account).ownerID != nil)
        let typed = try await send(["act": "type", "use": "2", "id": data.account, "back": "https://example.com/"])
        #expect(typed.status == 200 && typed.text.contains("Ann Example"))
        #expect(try await browser.get(path + "?account_type=2").text.contains("Ann Example"))
        #expect(try await !browser.get(path + "?account_type=1").text.contains("Ann Example"))
        #expect(try await browser.get(path + "?inactive=never").text.contains("Ann Example"))
        #expect(try await browser.get(path + "?inactive=30&account_type=2&sort=name").text.contains("Ann Example"))
    }

    @Test func `takes differences along, and brings a file in as is wanted`() async throws {
        let path = data.fill("/apps/APP/import")
        let sheet = "User ID,Full Name,Email Address,User Status,Groups\nu1,Ann Other,ann@example.com,Active,Sales\n"
        let page = try await browser.upload(path, Array(sheet.utf8), named: "people.csv", ["source": "fitting"])
        let newest = try #require(try await runs().first)
        let run = try await wait(for: newest)
        #expect(run.state == .paused && !run.isUnusual, "\(run.error) \(page.status)")
        let file = try await browser.get("/imports/\(run.id)?kind=accounts&format=csv")
        #expect(file.type.hasPrefix("text/csv"))
        #expect(file.text.hasPrefix("Change,What,Where,ID,Fields\r\n"))
        #expect(file.text.contains("displayName: Ann Example → Ann Other"), "\(file.text)")
        _ = try await browser.post("/imports/\(run.id)/confirm")
        #expect(try await wait(for: run).state == .done)
        let history = try await browser.get(data.fill("/apps/APP/history?kind=accounts&format=csv"))
        #expect(history.text.contains("changed,Ann Other,"), "\(history.text)")
        let done = try await browser.get("/imports/\(run.id)")
        #expect(done.text.contains(data.fill("/apps/APP/accounts")) && done.text.contains("Took"))
        #expect(try await browser.get(data.fill("/resources/ACCOUNT?tab=past")).text.contains("Nothing was revoked"))
        #expect(try await browser.get("/applications").text.contains("Applications"))
        #expect(try await server.browser(.administrator).get("/search?q=ann").text.contains("/people/"))
    }

    @Test func `gives an application an icon`() async throws {
        let path = data.fill("/apps/APP/icon")
        let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
        #expect(try await browser.upload(path, picture, named: "icon.png", withToken: false).status == 403)
        #expect(try await browser.upload(path, Array("<svg/>".utf8), named: "icon.png").status == 400)
        let large = picture + [UInt8](repeating: 0, count: 1 << 20)
        #expect(try await browser.upload(path, large, named: "icon.png").status == 413)
        #expect(try await browser.get(path).status == 404)
        #expect(try await browser.upload(path, picture, named: "icon.png").text.contains("Remove icon"))
        let answer = try await browser.get(path)
        #expect(answer.status == 200 && answer.type == "image/png")
        #expect(try await server.catalog.icon(ofApplication: data.application)?.bytes == picture)
        #expect(try await browser.get("/apps").text.contains("src=\"\(path)?at="))
        _ = try await browser.post(path + "/remove")
        #expect(try await browser.get(path).status == 404)
        #expect(try await !browser.get("/apps").text.contains("src=\"\(path)"))
    }

    @Test func `edits what is in it`() async throws {
        _ = try await browser.post(data.fill("/resources/ACCOUNT/edit"), ["name": "Ann B", "description": "<b>x"])
        let page = try await browser.get(data.fill("/resources/ACCOUNT"))
        #expect(page.text.contains("Ann B") && page.text.contains("&lt;b&gt;x"))
        let history = try await browser.get(data.fill("/resources/ACCOUNT?tab=history"))
        #expect(history.text.contains("Set by hand") && history.text.contains("owner@example.com"))
        #expect(history.text.contains("&lt;b&gt;x") && !history.text.contains("<b>x"))
        let form = try await browser.get(data.fill("/resources/ACCOUNT/edit"))
        #expect(form.text.contains("The data source says: Ann Example."))
        _ = try await browser.post(data.fill("/resources/ACCOUNT/edit"), ["name": "", "description": ""])
        #expect(try await server.catalog.resource(data.account).name == "Ann Example")

        _ = try await browser.post(data.fill("/resources/ACCOUNT/type"), ["act": "set", "type": "2"])
        _ = try await browser.post(data.fill("/resources/ACCOUNT/owner"), ["act": "clear"])
        var account = try await server.catalog.resource(data.account)
        #expect(account.accountType == .service)
        #expect(account.ownerID == nil)
        let unknown = try await browser.post(
            data.fill("/resources/ACCOUNT/owner"), ["act": "set", "email": "no@example.com"])
        #expect(unknown.status == 400)
        _ = try await browser.post(
            data.fill("/resources/ACCOUNT/owner"), ["act": "set", "email": "ANN@example.com"])
        account = try await server.catalog.resource(data.account)
        #expect(account.ownerName == "Ann Example" && account.ownerIsSet)

        _ = try await browser.post(
            data.fill("/entitlements/ENTITLEMENT/edit"), ["name": "Sales people", "slug": "member", "description": ""])
        let entitlement = try await server.catalog.entitlement(data.entitlement)
        #expect(entitlement.name == "Sales people")
        #expect(entitlement.syncedSlug == nil)
        let audit = try await server.signIn.events(before: nil, limit: 20).map(\.action)
        #expect(audit.contains("edited resource") && audit.contains("clear account owner"))
    }

    @Test func `shares it, and keeps the last administrator`() async throws {
        let other = try await server.signIn.addUser(email: "bob@example.com", name: "Bob", role: .owner)
        _ = try await browser.post(data.fill("/apps/APP/owners"), ["act": "add", "email": other.email])
        #expect(
            try await server.signIn.owners(of: data.application).map(\.email) == [
                "bob@example.com", "owner@example.com",
            ])
        _ = try await browser.post(data.fill("/apps/APP/owners"), ["act": "remove", "email": "owner@example.com"])
        #expect(try await browser.get(data.fill("/apps/APP")).status == 403)

        let administrator = try await server.browser(.administrator)
        for fields in [["act": "disable"], ["act": "role", "role": "auditor"]] {
            let answer = try await administrator.post(
                "/settings/users", fields.merging(["email": "administrator@example.com"]) { $1 })
            #expect(answer.status == 409, "\(fields)")
        }
        _ = try await administrator.post("/settings/users", ["act": "disable", "email": "owner@example.com"])
        #expect(try await browser.get("/apps").text.contains("Sign in"))
        _ = try await administrator.post("/settings/users", ["act": "enable", "email": "owner@example.com"])
        #expect(try await server.browser(.owner).get("/apps").status == 200)
    }

    @Test func `removes a data source after typing its name`() async throws {
        let wrong = try await browser.post(data.fill("/data-sources/SOURCE/remove"), ["confirmation": "no"])
        #expect(wrong.status == 400)
        _ = try await browser.post(data.fill("/data-sources/SOURCE/remove"), ["confirmation": "Ann Example"])
        let newest = try #require(try await runs().first)
        #expect(try await wait(for: newest).state == .done)
        #expect(try await server.catalog.application(data.application).counts.accounts == 0)
        let page = try await browser.get("/imports/\(newest.id)")
        #expect(page.text.contains("Removal of a data source"))
        #expect(try await browser.get(data.fill("/apps/APP/data-sources")).text.contains("No data sources yet"))
    }
}
