import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a list` {
    private static let directory = OktaDirectory(users: 1234, groups: 45, apps: 31)

    @Test(arguments: [
        ("/api/v1/users?search=status%20pr&limit=100", 1234),
        ("/api/v1/users?filter=id%20eq%20%2200u00000000000000007%22", 1),
        ("/api/v1/groups?limit=7", 45), ("/api/v1/apps", 31),
        ("/api/v1/groups/00g00000000000000000/users?limit=200", 1234),
        ("/api/v1/users?search=status%20pr&sortBy=profile.lastName&sortOrder=desc&limit=90", 1234),
    ])
    func `shows each row once`(path: String, count: Int) async throws {
        try await OktaClient.asking(OktaStandin(Self.directory)) { okta async throws in
            let ids = try await okta.walk(path)
            #expect(ids.count == count)
            #expect(Set(ids).count == count)
        }
    }

    @Test func `of users has at most 200 rows a page, and leaves out those that are deprovisioned`() async throws {
        let standin = OktaStandin(Self.directory)
        try await OktaClient.asking(standin) { okta async throws in
            #expect(try await okta.get("/api/v1/users?limit=1000").ids.count == 200)
            let all = try await okta.walk("/api/v1/users?search=status%20pr")
            let gone = try await okta.walk("/api/v1/users?filter=status%20eq%20%22DEPROVISIONED%22")
            #expect(!gone.isEmpty)
            #expect(try await okta.walk("/api/v1/users").count == all.count - gone.count)
            #expect(standin.journal.count("GET /api/v1/users") == 1 + 7 + 1 + 7)
        }
    }

    @Test func `links to itself and to the page behind it`() async throws {
        try await OktaClient.asking(OktaStandin(Self.directory)) { okta async throws in
            let answer = try await okta.get("/api/v1/groups?limit=40")
            #expect(answer.links.first == "<\(okta.running.url)/api/v1/groups?limit=40>; rel=\"self\"")
            let next = try #require(answer.next)
            #expect(next.hasPrefix("\(okta.running.url)/api/v1/groups?limit=40&after="))
            #expect(try await okta.get(next).next == nil)
        }
    }

    @Test func `takes no cursor of another list, and none that is made up`() async throws {
        try await OktaClient.asking(OktaStandin(Self.directory)) { okta async throws in
            let next = try #require(try await okta.get("/api/v1/users?limit=5").next)
            let cursor = try #require(next.split(separator: "=").last)
            for path in [
                "/api/v1/groups?after=\(cursor)", "/api/v1/users?after=\(cursor)&search=status%20pr",
                "/api/v1/users?after=x",
            ] {
                let answer = try await okta.get(path)
                #expect(answer.status == 400)
                #expect(answer.code == "E0000029")
            }
            #expect(try await okta.get("/api/v1/users?limit=7&after=\(cursor)").ids.count == 7)
        }
    }

    @Test func `of administrators and of roles has its next page in its links too`() async throws {
        try await OktaClient.asking(OktaStandin(Self.directory)) { okta async throws in
            var next: String? = "/api/v1/iam/assignees/users?limit=5"
            var ids: [String] = []
            while let page = next {
                let answer = try await okta.get(page)
                ids += answer.json["value"]?.elements.compactMap { $0["id"]?.string } ?? []
                #expect(answer.next == answer.json["_links"]?["next"]?["href"]?.string)
                next = answer.next
            }
            let members = try await okta.walk("/api/v1/groups/00g00000000000000001/users")
            let direct = (0..<4).map { "00u0000000000000000\($0)" }
            #expect(Set(ids) == Set(direct + members))
            #expect(Set(ids).count == ids.count)
        }
    }
}
