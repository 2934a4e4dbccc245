import AccessModel
import ExternalSources
import Foundation
import LanternCatalog
import LanternSignIn
import Testing

@testable import LanternWeb

@Suite struct `external data sources` {
    private let server: TestServer
    private let browser: Client

    init() async throws {
        server = try await TestServer()
        browser = try await server.browser(.administrator)
    }

    private func sheet(_ accounts: Int) throws {
        let rows = (0..<accounts).map { "u\($0),u\($0)@example.com,User \($0)\n" }.joined()
        try Data("User ID,Email Address,Full Name\n\(rows)".utf8).write(to: server.shared.appending(path: "people.csv"))
    }

    private func made(_ fields: [String: String]) async throws -> String {
        let kind = fields["folder"] == nil ? "s3" : "folder"
        let form = try await browser.post("/integrations/data-sources/new", ["name": "Files", "kind": kind])
        #expect(form.text.contains("Details"))
        let id = try #require(try await server.catalog.externalSources().first?.id)
        let answer = try await browser.post(
            "/integrations/data-sources/\(id)", fields.merging(["name": "Files"]) { $1 })
        #expect(answer.status == 200, "\(answer.text)")
        return id
    }

    @Test func `are set up, tested and fetched from in the browser`() async throws {
        let id = try await made(["folder": server.shared.path])
        try sheet(3)
        let tested = try await browser.post("/integrations/data-sources/\(id)/test")
        #expect(tested.text.contains("Everything works") && tested.text.contains("1 files, 1 of them"))
        let app = try await server.catalog.createApplication(named: "Payroll")
        let form = try await browser.get("/apps/\(app.id)/fetch")
        #expect(form.text.contains("Choose a datasource") && form.text.contains(">File name<"))
        #expect(form.text.contains("placeholder=\"sync.c1z\""))
        let browsed = try await browser.get("/apps/\(app.id)/fetch?source=\(id)&browse=1&file=")
        #expect(browsed.text.contains("key=people.csv"))
        #expect(
            try await browser.get("/apps/\(app.id)/fetch?source=\(id)&key=people.csv").text.contains(
                "value=\"people.csv\""))
        let wrong = try await browser.post("/apps/\(app.id)/fetch", ["source": id, "file": "folder/"])
        #expect(wrong.status == 400 && wrong.text.contains("File name: folder/ is a folder"))
        let never = try await browser.post(
            "/apps/\(app.id)/fetch", ["source": id, "file": "people.csv", "schedule": "every now and then"])
        #expect(never.status == 400)
        #expect(try await server.catalog.dataSources(of: app.id).isEmpty)
        let page = try await browser.post("/apps/\(app.id)/fetch", ["source": id, "file": "/people.csv"])
        #expect(page.text.contains("It is being looked at"))
        try await server.poller.look()
        let source = try #require(try await server.catalog.dataSources(of: app.id).first)
        while try await server.catalog.dataSource(source.id).newest?.state.isOver != true {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await server.catalog.application(app.id).counts.accounts == 3)
        let feed = try await browser.get("/data-sources/\(source.id)/feed")
        #expect(feed.text.contains("Fetched") && feed.text.contains("every hour"))
        #expect(!feed.text.contains("It is being looked at"))
        let list = try await browser.get("/apps/\(app.id)/data-sources")
        #expect(list.text.contains("Sync now") && list.text.contains("checked just now"))
        #expect(try await browser.get("/integrations/data-sources/\(id)").text.contains("Payroll"))
        // Elsewhere, at other times, and not at all.
        _ = try await browser.post("/data-sources/\(source.id)/feed", ["act": "pause"])
        #expect(try await server.catalog.dataSource(source.id).feed?.nextCheckAt == nil)
        _ = try await browser.post("/data-sources/\(source.id)/check")
        #expect(try await server.catalog.dataSource(source.id).feed?.nextCheckAt != nil)
        _ = try await browser.post(
            "/data-sources/\(source.id)/feed",
            ["act": "save", "file": "other.csv", "schedule": "TZ=Europe/Berlin 0 6 * * 1-5"])
        try await server.poller.look()
        let lost = try await browser.get("/data-sources/\(source.id)/feed")
        #expect(lost.text.contains("object not found: other.csv. There are: people.csv."))
        #expect(lost.text.contains("Europe/Berlin"))
    }

    @Test func `keep their secrets`() async throws {
        let id = try await made([
            "access": "keys", "access_key_id": "AKIAEXAMPLE", "secret": "very-secret", "bucket": "my-bucket",
        ])
        #expect(try await server.catalog.externalSource(id).sealedSecret.isEmpty == false)
        for path in ["/integrations/data-sources", "/integrations/data-sources/\(id)", "/settings/audit"] {
            #expect(try await !browser.get(path).text.contains("very-secret"))
        }
        let program = try await server.program(.administrator)
        #expect(try await !program.get("/api/v1/datasources/\(id)").text.contains("very-secret"))
        // Saved without one, it stays; for another key, or to be sent elsewhere, another one is needed.
        let same = ["name": "Files", "access": "keys", "access_key_id": "AKIAEXAMPLE", "bucket": "other-bucket"]
        let before = try await server.catalog.externalSource(id).sealedSecret
        #expect(try await browser.post("/integrations/data-sources/\(id)", same).status == 200)
        #expect(try await server.catalog.externalSource(id).sealedSecret == before)
        for change in [["access_key_id": "AKIAOTHER"], ["endpoint": "https://elsewhere.example.com"]] {
            let answer = try await browser.post("/integrations/data-sources/\(id)", same.merging(change) { $1 })
            #expect(answer.status == 400 && answer.text.contains("Secret access key"), "\(change)")
        }
        // Whatever needs none has none.
        _ = try await browser.post(
            "/integrations/data-sources/\(id)", ["name": "Files", "access": "ambient", "bucket": "my-bucket"])
        #expect(try await server.catalog.externalSource(id).sealedSecret.isEmpty)
    }

    @Test func `show policies that are JSON, with the names in them`() async throws {
        let id = try await made([
            "access": "role", "role_arn": "arn:aws-us-gov:iam::123456789012:role/Reader", "bucket": "s3://my-bucket",
        ])
        let source = try await server.catalog.externalSource(id)
        #expect(source.settings.bucket == "my-bucket")
        let policies = BucketPolicies(source, server: "arn:aws-us-gov:iam::999999999999:role/Server")
        func parsed(_ text: String) throws -> NSDictionary {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
            return try #require((object?["Statement"] as? [NSDictionary])?.first)
        }
        let trust = try parsed(policies.trust)
        #expect(trust["Action"] as? String == "sts:AssumeRole")
        #expect(
            (trust["Principal"] as? NSDictionary)?["AWS"] as? String == "arn:aws-us-gov:iam::999999999999:role/Server")
        let condition = (trust["Condition"] as? NSDictionary)?["StringEquals"] as? NSDictionary
        #expect(condition?["sts:ExternalId"] as? String == source.externalID)
        let permissions = try parsed(policies.permissions)
        #expect(
            permissions["Resource"] as? [String] == [
                "arn:aws-us-gov:s3:::my-bucket", "arn:aws-us-gov:s3:::my-bucket/*",
            ])
        #expect(
            (permissions["Action"] as? [String])?.contains("s3:GetObject") == true && permissions["Principal"] == nil)
        let bucket = try parsed(policies.bucketPolicy)
        #expect((bucket["Principal"] as? NSDictionary)?["AWS"] as? String == source.settings.roleARN)
        #expect(try await browser.get("/integrations/data-sources/\(id)").text.contains(source.externalID))
    }

    @Test func `are for those who own them`() async throws {
        let id = try await made(["folder": server.shared.path])
        try sheet(1)
        let owner = try await server.browser(.owner)
        let user = try await server.signIn.user(email: "owner@example.com")
        let app = try await server.catalog.createApplication(named: "Mine")
        try await server.signIn.addOwner(user, of: app.id)
        #expect(try await owner.get("/apps/\(app.id)/fetch").text.contains("makes you an owner"))
        #expect(try await owner.post("/apps/\(app.id)/fetch", ["source": id, "file": "people.csv"]).status == 403)
        #expect(try await !owner.get("/integrations/data-sources").text.contains("Files"))
        _ = try await browser.post(
            "/integrations/data-sources/\(id)/owners", ["act": "add", "email": "owner@example.com"])
        #expect(try await owner.get("/apps/\(app.id)/fetch").text.contains("Choose a datasource"))
        #expect(try await owner.post("/apps/\(app.id)/fetch", ["source": id, "file": "people.csv"]).status == 200)
        // They see it, and don't change it.
        #expect(try await owner.get("/integrations/data-sources/\(id)").status == 200)
        #expect(try await owner.post("/integrations/data-sources/\(id)/test").status == 403)
        let source = try #require(try await server.catalog.dataSources(of: app.id).first)
        // Whoever lost it can't name another file of it.
        _ = try await browser.post(
            "/integrations/data-sources/\(id)/owners", ["act": "remove", "email": "owner@example.com"])
        let moved = try await owner.post(
            "/data-sources/\(source.id)/feed", ["act": "save", "file": "secret.csv", "schedule": ""])
        #expect(moved.status == 403)
    }

    @Test func `are reached by programs`() async throws {
        let program = try await server.program(.administrator)
        let app = try await server.catalog.createApplication(named: "Payroll")
        let folder = server.shared.path
        let made = try await program.send(
            "POST", "/api/v1/datasources", #"{"displayName":"Files","type":"FOLDER","folder":"\#(folder)"}"#
        ).json()
        let id = try #require((made["dataSource"] as? NSDictionary)?["id"] as? String)
        try sheet(2)
        let test = try await program.send("POST", "/api/v1/datasources/\(id)/test").json()
        #expect(test["ok"] as? Bool == true)
        let objects = try await program.get("/api/v1/datasources/\(id)/objects?prefix=peo").json()
        #expect((objects["list"] as? [NSDictionary])?.first?["key"] as? String == "people.csv")
        let added = try await program.send(
            "POST", "/api/v1/apps/\(app.id)/connectors/datasource",
            #"{"dataSourceId":"\#(id)","fileName":"people.csv","schedule":"15m"}"#
        ).json()
        let connector = try #require(
            (added["connectorView"] as? NSDictionary)?["connector"] as? NSDictionary)
        #expect((connector["dataSource"] as? NSDictionary)?["schedule"] as? String == "15m")
        let path = "/api/v1/apps/\(app.id)/connectors/\(connector["id"] as? String ?? "")"
        for act in ["pause", "resume", "force_sync"] {
            #expect(try await program.send("POST", "\(path)/\(act)").status == 200, "\(act)")
        }
        let moved = try await program.send(
            "POST", "\(path)/schedule", #"{"schedule":"0 6 * * *","fileName":"s3://other/x"}"#)
        #expect(moved.status == 200)
        let removal = try await program.send("DELETE", "/api/v1/datasources/\(id)")
        #expect(removal.status == 409 && removal.text.contains("Remove those first"), "\(removal.text)")
        let reader = try await server.program(.administrator, scope: .read)
        #expect(try await reader.send("POST", "/api/v1/datasources/\(id)/test").status == 403)
        #expect(try await server.program(.owner).get("/api/v1/datasources/\(id)").status == 403)
    }
}
