import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a group` {
    @Test func `is made, renamed and deleted`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let made = try await okta.send("POST", "/api/v1/groups", "{\"profile\": {\"name\": \"New\"}}")
            let id = try #require(made.json["id"]?.string)
            #expect(made.json["type"]?.string == "OKTA_GROUP")
            let twice = try await okta.send("POST", "/api/v1/groups", "{\"profile\": {\"name\": \"New\"}}")
            #expect(twice.cause == "name: An object with this field already exists in the current organization")
            let renamed = try await okta.send(
                "PUT", "/api/v1/groups/\(id)", "{\"profile\": {\"name\": \"Newer\", \"description\": \"D\"}}")
            #expect(renamed.json["profile"]?["name"]?.string == "Newer")
            #expect(try await okta.send("DELETE", "/api/v1/groups/\(id)").status == 204)
            #expect(try await okta.send("DELETE", "/api/v1/groups/\(id)").code == "E0000007")
        }
    }

    @Test func `takes and loses members, a second time without a word`() async throws {
        let standin = OktaStandin(try TestDirectory.made(TestDirectory.small))
        try await OktaClient.asking(standin) { okta async throws in
            for _ in 0..<2 { #expect(try await okta.send("PUT", "/api/v1/groups/00g1/users/00u2").status == 204) }
            #expect(try await okta.get("/api/v1/groups/00g1/users").ids == ["00u1", "00u2"])
            #expect(
                try await okta.get("/api/v1/groups/00g1?expand=stats").json["_embedded"]?["stats"]?["usersCount"]?
                    .integer == 2)
            for _ in 0..<2 { #expect(try await okta.send("DELETE", "/api/v1/groups/00g1/users/00u2").status == 204) }
            #expect(try await okta.get("/api/v1/groups/00g1/users").ids == ["00u1"])
            #expect(try await okta.send("PUT", "/api/v1/groups/00g1/users/00uNone").code == "E0000007")
            #expect(standin.journal.count("PUT /api/v1/groups/*/users/*") == 3)
            let events = try await okta.get("/api/v1/logs?filter=eventType%20sw%20%22group.user_membership%22")
            #expect(
                events.json.elements.compactMap { $0["eventType"]?.string } == [
                    "group.user_membership.add", "group.user_membership.remove",
                ])
        }
    }

    @Test func `of Okta or of an app is not to be changed`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            #expect(try await okta.send("PUT", "/api/v1/groups/00g0/users/00u1").code == "E0000060")
            #expect(try await okta.send("DELETE", "/api/v1/groups/00g0").code == "E0000060")
            #expect(try await okta.send("DELETE", "/api/v1/groups/00g2/users/00u2").code == "E0000006")
            let renamed = try await okta.send("PUT", "/api/v1/groups/00g2", "{\"profile\": {\"name\": \"X\"}}")
            #expect(renamed.status == 403)
        }
    }
}

@Suite struct `an app` {
    @Test func `is assigned to users`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            #expect(try await okta.get("/api/v1/apps/0oa1/users/00u1").json["scope"]?.string == "GROUP")
            #expect(try await okta.get("/api/v1/apps/0oa1/users/00u2").json["scope"]?.string == "USER")
            #expect(try await okta.send("DELETE", "/api/v1/apps/0oa1/users/00u2").status == 204)
            #expect(try await okta.get("/api/v1/apps/0oa1/users/00u2").code == "E0000007")
            let again = try await okta.send(
                "POST", "/api/v1/apps/0oa1/users",
                "{\"id\": \"00u2\", \"scope\": \"USER\", \"credentials\": {\"userName\": \"bob\"}}")
            #expect(again.json["credentials"]?["userName"]?.string == "bob")
            let nobody = try await okta.send("POST", "/api/v1/apps/0oa1/users", "{\"id\": \"00uNone\"}")
            #expect(nobody.code == "E0000007")
        }
    }

    @Test func `can't be taken from a user while a group brings it`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            #expect(try await okta.send("DELETE", "/api/v1/apps/0oa1/users/00u1").code == "E0000046")
            #expect(try await okta.send("DELETE", "/api/v1/groups/00g1/users/00u1").status == 204)
            #expect(try await okta.get("/api/v1/apps/0oa1/users/00u1").status == 404)
        }
    }

    @Test func `is assigned to groups, and so to their members`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            #expect(try await okta.send("DELETE", "/api/v1/apps/0oa1/groups/00g1").status == 204)
            #expect(try await okta.get("/api/v1/apps/0oa1/users").ids == ["00u2"])
            #expect(try await okta.send("PUT", "/api/v1/apps/0oa1/groups/00g0", "{}").status == 200)
            #expect(try await okta.get("/api/v1/apps/0oa1/groups").ids == ["00g0"])
            #expect(Set(try await okta.get("/api/v1/apps/0oa1/users").ids) == ["00u1", "00u2"])
            #expect(try await okta.get("/api/v1/groups/00g0/apps").ids == ["0oa1"])
            #expect(try await okta.send("DELETE", "/api/v1/apps/0oa1/groups/00g1").code == "E0000007")
        }
    }

    @Test func `is listed by its status`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            #expect(try await okta.get("/api/v1/apps?limit=1000").ids.count == 4)
            #expect(try await okta.get("/api/v1/apps?filter=status%20eq%20%22ACTIVE%22").ids.count == 3)
            #expect(try await okta.get("/api/v1/apps?filter=label%20eq%20%22x%22").code == "E0000031")
        }
    }
}
