import Foundation
import LanternSignIn
import Testing

@testable import LanternWeb

@Suite struct `a list in a page` {
    private func heads(_ page: Client.Answer) -> [String] {
        page.text.matches(of: /<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]*)/).map { String($0.1) }
    }

    @Test func `shows the columns that the address names, else those that the browser remembers`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        var browser = try await server.browser(.auditor)
        let path = data.fill("/apps/APP/accounts")
        #expect(try await heads(browser.get(path)).contains("Account owner"))
        browser.cookie += "; columns-accounts=account.email.id"
        #expect(try await heads(browser.get(path)) == ["Account", "Email", "ID"])
        #expect(try await heads(browser.get(path + "?columns=account,status")) == ["Account", "Status"])
        let file = try await browser.get(path + "?format=csv")
        #expect(file.text.hasPrefix("Account,Email,ID\r\n"))
        // What isn't a column, or isn't for this list, changes nothing.
        browser.cookie += "; columns-groups=<b>.="
        #expect(try await browser.get(data.fill("/apps/APP/groups")).status == 200)
    }

    @Test func `is sorted by its headers`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let browser = try await server.browser(.auditor)
        let path = data.fill("/apps/APP/accounts")
        let usual = try await browser.get(path)
        #expect(usual.text.contains("href=\"\(path)?sort=-grants\""))
        #expect(!usual.text.contains("aria-sort"))
        let sorted = try await browser.get(path + "?sort=-grants")
        #expect(sorted.text.contains("aria-sort=\"descending\"><a href=\"\(path)?sort=grants\""))
        for sort in ["last_login", "-last_login", "name", "-name", "nothing", "-"] {
            #expect(try await browser.get(path + "?sort=\(sort)").text.contains("Ann Example"), "\(sort)")
        }
        #expect(try await browser.get(data.fill("/apps/APP/entitlements?sort=-grants")).status == 200)
    }
}

@Suite struct `the catalogue of connectors` {
    @Test func `leads to each repository`() async throws {
        let server = try await TestServer()
        let browser = try await server.browser(.auditor)
        let all = try await browser.get("/integrations/connectors")
        #expect(
            ConnectorCatalogue.all.count > 150
                && Set(ConnectorCatalogue.all.map(\.id)).count == ConnectorCatalogue.all.count)
        #expect(
            ConnectorCatalogue.all.allSatisfy {
                all.text.contains("href=\"https://github.com/ConductorOne/\($0.program)\"")
            })
        let found = try await browser.get("/integrations/connectors?q=OKTA")
        #expect(found.text.contains("baton-okta") && !found.text.contains("baton-github"))
        #expect(try await browser.get("/integrations/connectors?q=%3Cb%3E").text.contains("Nothing found"))
        let okta = try await browser.get("/integrations/connectors/okta")
        #expect(okta.text.contains("docs/connectors/okta.md") && okta.text.contains("s3://my-bucket/baton-sync.c1z"))
        let github = try await browser.get("/integrations/connectors/github")
        #expect(github.text.contains("baton-github#prerequisites"))
    }
}
