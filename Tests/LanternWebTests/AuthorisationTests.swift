import AccessModel
import Foundation
import LanternCatalog
import LanternSignIn
import NIOHTTP1
import Testing

@testable import LanternWeb

@Suite struct `every page` {
    /// What signed-out people, administrators, owners of another application and auditors get.
    static let pages: [(path: String, administrator: UInt, stranger: UInt, auditor: UInt)] = [
        ("/apps", 200, 200, 200), ("/apps/new", 200, 200, 403), ("/apps/APP", 200, 403, 200),
        ("/apps/APP/data-sources", 200, 403, 200), ("/apps/APP/import", 200, 403, 403),
        ("/apps/APP/entitlements", 200, 403, 200), ("/apps/APP/resources", 200, 403, 200),
        ("/apps/APP/groups", 200, 403, 200), ("/apps/APP/accounts", 200, 403, 200),
        ("/apps/APP/accounts?format=csv", 200, 403, 200), ("/apps/APP/secrets", 200, 403, 200),
        ("/apps/APP/grants", 200, 403, 200), ("/apps/APP/history", 200, 403, 200),
        ("/apps/APP/settings", 200, 403, 403), ("/apps/APP/access", 200, 403, 200),
        ("/apps/APP/icon", 404, 403, 404),
        ("/resources/ACCOUNT", 200, 403, 200), ("/entitlements/ENTITLEMENT", 200, 403, 200),
        ("/grants/ENTITLEMENT/ACCOUNT", 200, 403, 200), ("/imports/IMPORT", 200, 403, 200),
        ("/imports/IMPORT/progress.json", 200, 403, 200), ("/imports/IMPORT/file", 200, 403, 200),
        ("/imports/IMPORT/problems.csv", 200, 403, 200), ("/data-sources/SOURCE/mappings", 200, 403, 403),
        ("/data-sources/SOURCE/settings", 200, 403, 403),
        ("/resources/ACCOUNT/edit", 200, 403, 403),
        ("/entitlements/ENTITLEMENT/edit", 200, 403, 403),
        ("/data-sources/SOURCE/log", 200, 403, 200), ("/people", 200, 403, 200),
        ("/integrations/connectors", 200, 200, 200), ("/integrations/connectors/okta", 200, 200, 200),
        ("/integrations/connectors/nothing", 404, 404, 404), ("/search?q=ann", 200, 200, 200),
        ("/search.json?q=ann", 200, 200, 200), ("/settings/tokens", 200, 200, 200), ("/settings/users", 200, 403, 403),
        ("/integrations/data-sources", 200, 200, 200), ("/integrations/data-sources/new", 200, 403, 403),
        ("/integrations/data-sources/EXTERNAL", 200, 403, 200), ("/apps/APP/fetch", 200, 403, 403),
        ("/data-sources/FETCHED/feed", 200, 403, 200), ("/data-sources/SOURCE/feed", 404, 403, 404),
        ("/settings/audit", 200, 403, 200), ("/nothing", 404, 404, 404), ("/apps/nobody", 404, 403, 404),
    ]

    @Test func `is shown to those who may see it`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let feed = try await server.sampleFeed(for: data.application)
        let administrator = try await server.browser(.administrator)
        let stranger = try await server.browser(.owner)
        let auditor = try await server.browser(.auditor)
        let nobody = try await server.browser(nil)
        for page in Self.pages {
            let path = data.fill(page.path, feed)
            #expect(try await administrator.get(path).status == page.administrator, "administrator: \(page.path)")
            #expect(try await stranger.get(path).status == page.stranger, "another's owner: \(page.path)")
            #expect(try await auditor.get(path).status == page.auditor, "auditor: \(page.path)")
            // Whoever isn't signed in is sent to the door.
            #expect([200, 404].contains(try await nobody.get(path).status), "signed out: \(page.path)")
            #expect(try await !nobody.get(path).text.contains("Ann Example"), "signed out: \(page.path)")
        }
        // What one may not see isn't found either.
        #expect(try await stranger.get("/search.json?q=ann").text.contains("Ann") == false)
        #expect(try await administrator.get("/search.json?q=ann").text.contains("Ann Example"))
    }

    static let acts: [String] = [
        "/apps/new", "/apps/APP/settings", "/apps/APP/delete", "/imports/IMPORT/confirm", "/imports/IMPORT/cancel",
        "/settings/users", "/sign-out", "/data-sources/SOURCE/mappings", "/data-sources/SOURCE/settings",
        "/data-sources/SOURCE/remove", "/resources/ACCOUNT/edit", "/resources/ACCOUNT/owner", "/resources/ACCOUNT/type",
        "/entitlements/ENTITLEMENT/edit", "/apps/APP/owners", "/apps/APP/accounts/edit", "/apps/APP/icon/remove",
        "/integrations/data-sources/EXTERNAL", "/integrations/data-sources/EXTERNAL/test",
        "/integrations/data-sources/EXTERNAL/owners", "/integrations/data-sources/EXTERNAL/remove", "/apps/APP/fetch",
        "/data-sources/FETCHED/feed", "/data-sources/FETCHED/check",
    ]

    @Test(arguments: acts) func `acts for nobody whose browser another site uses`(path: String) async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let path = data.fill(path, try await server.sampleFeed(for: data.application))
        let browser = try await server.browser(.administrator)
        #expect(try await browser.post(path, ["name": "x"], withToken: false).status == 403)
        #expect(try await server.browser(nil).post(path).text.contains("Sign in"))
        #expect(try await server.catalog.application(data.application).deletedAt == nil)
    }

    @Test func `lets only those act who may`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let feed = try await server.sampleFeed(for: data.application)
        for role in [User.Role.owner, .auditor] {
            let browser = try await server.browser(role)
            for path in Self.acts
            where path.contains("APP") || path.contains("IMPORT") || path.contains("SOURCE")
                || path.contains("ACCOUNT") || path.contains("ENTITLEMENT") || path.contains("EXTERNAL")
                || path.contains("FETCHED")
            {
                #expect(
                    try await browser.post(data.fill(path, feed), ["name": "x", "confirmation": "Test"]).status == 403,
                    "\(role) \(path)")
            }
        }
        #expect(try await server.browser(.auditor).post("/apps/new", ["name": "x"]).status == 403)
        #expect(try await server.catalog.application(data.application).name == "Test")
    }

    @Test func `tells browsers to run nothing else`() async throws {
        let server = try await TestServer()
        for path in ["/sign-in", "/apps", "/nothing", "/assets/nothing"] {
            let answer = try await server.browser(.administrator).get(path)
            #expect(answer.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            #expect(answer.headers.first(name: "X-Content-Type-Options") == "nosniff")
        }
    }
}

@Suite struct `the API` {
    @Test func `takes tokens and no cookies`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        #expect(try await server.browser(.administrator).get("/api/v1/apps").status == 401)
        #expect(try await Client(port: server.port, token: "lantern_wrong").get("/api/v1/apps").status == 401)
        let reader = try await server.program(.administrator, scope: .read)
        #expect(try await reader.get("/api/v1/apps").status == 200)
        #expect(try await reader.send("POST", "/api/v1/apps", #"{"displayName":"x"}"#).status == 403)
        #expect(
            try await reader.send("POST", "/api/v1/search/grants", #"{"appIds":["\#(data.application)"]}"#).status
                == 200)
        let stranger = try await server.program(.owner)
        for path in ["", "/connectors", "/app_users", "/resource_types", "/entitlements", "/imports/IMPORT"] {
            #expect(try await stranger.get(data.fill("/api/v1/apps/APP\(path)")).status == 403, "\(path)")
        }
        #expect(try await stranger.get("/api/v1/users").status == 403)
    }

    @Test func `answers in the shapes that clients know`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let program = try await server.program(.administrator)
        let apps = try await program.get("/api/v1/apps").json()
        let app = try #require((apps["list"] as? [NSDictionary])?.first)
        #expect(app["displayName"] as? String == "Test")
        #expect(app["userCount"] as? String == "1")
        #expect(apps["nextPageToken"] as? String == "")
        let users = try await program.get(data.fill("/api/v1/apps/APP/app_users")).json()
        let user = try #require((users["list"] as? [NSDictionary])?.first?["appUser"] as? NSDictionary)
        #expect(user["displayName"] as? String == "Ann Example")
        #expect((user["status"] as? NSDictionary)?["status"] as? String == "STATUS_ENABLED")
        let grants = try await program.send(
            "POST", "/api/v1/search/grants", #"{"app_user_ids":["\#(data.account)"],"page_size":10}"#
        ).json()
        #expect((grants["list"] as? [NSDictionary])?.count == 1)
        // Lists are there even when they are empty.
        let empty = try await program.send("POST", "/api/v1/search/apps", #"{"query":"nothing"}"#).json()
        #expect((empty["list"] as? [NSDictionary])?.isEmpty == true)
        let renamed = try await program.send(
            "POST", data.fill("/api/v1/apps/APP"),
            #"{"app":{"displayName":"New","description":"d"},"updateMask":"displayName"}"#
        ).json()
        #expect((renamed["app"] as? NSDictionary)?["displayName"] as? String == "New")
        #expect((renamed["app"] as? NSDictionary)?["description"] as? String == "")
        let wrong = try await program.get("/api/v1/apps?page_token=xyz")
        #expect(wrong.status == 400)
        #expect(try wrong.json()["code"] as? Int == 3)
    }

    @Test func `gives access tokens for client credentials`() async throws {
        let server = try await TestServer()
        _ = try await server.browser(.administrator)
        let user = try await server.signIn.user(email: "administrator@example.com")
        let made = try await server.signIn.makeCredential(
            for: user, named: "n", scope: .full, days: 1, clientHost: "lantern.example:8443")
        let id = try #require(made.credential.clientID)
        let nobody = Client(port: server.port)
        func ask(_ secret: String) async throws -> Client.Answer {
            try await nobody.send(
                "POST", "/auth/v1/token",
                "grant_type=client_credentials&client_id=\(id.urlEncoded)&client_secret=\(secret)",
                "application/x-www-form-urlencoded")
        }
        #expect(try await ask("wrong").status == 401)
        let token = try #require(try await ask(made.secret).json()["access_token"] as? String)
        let answer = try await Client(port: server.port, token: token).get("/api/v1/auth/introspect")
        #expect(try answer.json()["principleId"] as? String == user.id)
        // The secret itself opens nothing.
        #expect(try await Client(port: server.port, token: made.secret).get("/api/v1/apps").status == 401)
    }
}

@Suite struct `a door` {
    @Test(arguments: [
        "//example.com", "/\t/example.com", "/\\example.com", "https://example.com", "", "/a b", "/a\r\nX: y", "/ü",
    ])
    func `leads nowhere else`(path: String) {
        #expect(!Site.isOurs(path))
    }

    @Test func `leads on to pages of this server`() {
        #expect(Site.isOurs("/apps/x?after=-74&q=a%20b") && Site.isOurs("/"))
    }

    @Test func `lets few attempts through, also when they come at once`() async throws {
        let server = try await TestServer()
        _ = try await server.browser(.auditor)
        let refusals = await withTaskGroup(of: StatusCode?.self) { group in
            for number in 0..<12 {
                group.addTask {
                    do {
                        _ = try await server.signIn.signIn(
                            email: "auditor@example.com", password: "wrong password \(number)",
                            address: "192.0.2.\(number)")
                        return nil
                    } catch let error as SignInError { return error.statusCode } catch { return .unknown }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == .unauthenticated } <= 6, "\(refusals)")
        #expect(refusals.count { $0 == .resourceExhausted } >= 6, "\(refusals)")
    }
}
