import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a role` {
    @Test func `is assigned once and taken again`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let given = try await okta.send("POST", "/api/v1/users/00u2/roles", "{\"type\": \"APP_ADMIN\"}")
            #expect(given.status == 201)
            let id = try #require(given.json["id"]?.string)
            let twice = try await okta.send("POST", "/api/v1/users/00u2/roles", "{\"type\": \"APP_ADMIN\"}")
            #expect(twice.status == 409)
            #expect(twice.code == "E0000090")
            #expect(try await okta.send("DELETE", "/api/v1/users/00u2/roles/\(id)").status == 204)
            #expect(try await okta.send("DELETE", "/api/v1/users/00u2/roles/\(id)").code == "E0000007")
            let events = try await okta.get(
                "/api/v1/logs?filter=target.type%20eq%20%22ROLE%22%20and%20target.type%20eq%20%22User%22")
            #expect(events.json.elements.count == 2)
        }
    }

    @Test func `comes by a group, too`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let roles = try await okta.get("/api/v1/users/00u1/roles").json.elements
            #expect(roles.map { $0["assignmentType"]?.string } == ["GROUP"])
            #expect(roles.map { $0["type"]?.string } == ["USER_ADMIN"])
            let own = try await okta.get("/api/v1/groups/00g1/roles").json.elements
            #expect(own.map { $0["id"]?.string } == ["ra1"])
        }
    }

    @Test func `of the organisation's own comes by a binding`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let role = try #require(try await okta.get("/api/v1/users/00u2/roles").json.elements.first)
            #expect(role["type"]?.string == "CUSTOM")
            #expect(role["role"]?.string == "cr1")
            #expect(role["resource-set"]?.string == "iam1")
            let member = try #require(role["id"]?.string)
            let path = "/api/v1/iam/resource-sets/iam1/bindings/cr1/members/\(member)"
            #expect(try await okta.get(path).json["_links"]?["self"]?["href"]?.string?.hasSuffix("/users/00u2") == true)
            #expect(try await okta.send("DELETE", path).status == 204)
            #expect(try await okta.get("/api/v1/users/00u2/roles").json.elements.isEmpty)
        }
    }
}

@Suite struct `a binding` {
    @Test func `takes users and groups by their addresses`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let bindings = "/api/v1/iam/resource-sets/iam1/bindings"
            let members = ["users/00u1", "groups/00g1"].map { "\"\(okta.running.url)/api/v1/\($0)\"" }
            let body = "{\"role\": \"cr1\", \"members\": [\(members.joined(separator: ","))]}"
            #expect(try await okta.send("POST", bindings, body).status == 200)
            let listed = try await okta.get("\(bindings)/cr1/members").json["members"]?.elements ?? []
            let ends = listed.compactMap { $0["_links"]?["self"]?["href"]?.string?.split(separator: "/").last }
            #expect(ends == ["00u2", "00u1", "00g1"])
            let wrong = "{\"role\": \"cr1\", \"members\": [\"00u1\"]}"
            #expect(try await okta.send("POST", bindings, wrong).code == "E0000001")
            #expect(try await okta.send("DELETE", "\(bindings)/cr1").status == 204)
            #expect(try await okta.get("\(bindings)/cr1").code == "E0000007")
            #expect(try await okta.get(bindings).json["roles"]?.elements.isEmpty == true)
        }
    }
}

@Suite struct `the System Log` {
    @Test func `always has a next page for those who poll, the same at its end`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            for name in ["A", "B", "C"] {
                _ = try await okta.send("POST", "/api/v1/groups", "{\"profile\": {\"name\": \"\(name)\"}}")
            }
            let first = try await okta.get("/api/v1/logs?limit=2")
            #expect(first.json.elements.count == 2)
            let second = try await okta.get(try #require(first.next))
            #expect(second.json.elements.count == 1)
            let end = try await okta.get(try #require(second.next))
            #expect(end.json.elements.isEmpty)
            #expect(end.next == second.next)
            _ = try await okta.send("POST", "/api/v1/groups", "{\"profile\": {\"name\": \"D\"}}")
            #expect(try await okta.get(try #require(end.next)).json.elements.count == 1)
        }
    }

    @Test func `ends for those who name an end`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            _ = try await okta.send("POST", "/api/v1/groups", "{\"profile\": {\"name\": \"A\"}}")
            let bounded = try await okta.get("/api/v1/logs?until=2100-01-01T00:00:00Z&since=2020-01-01T00:00:00Z")
            #expect(bounded.json.elements.count == 1)
            #expect(bounded.next == nil)
            let early = try await okta.get("/api/v1/logs?since=2019-01-01T00:00:00Z&until=2020-01-01T00:00:00Z")
            #expect(early.json.elements.isEmpty)
        }
    }
}
