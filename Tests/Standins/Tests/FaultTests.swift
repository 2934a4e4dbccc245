import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a fault` {
    private static let users = "GET /api/v1/users"

    @Test func `limits the rate`() async throws {
        let standin = OktaStandin(
            try TestDirectory.golden, faults: [Fault(.rateLimit(seconds: 7), on: Self.users, skip: 1)])
        try await OktaClient.asking(standin) { okta async throws in
            #expect(try await okta.get("/api/v1/users").status == 200)
            let limited = try await okta.get("/api/v1/users")
            #expect(limited.status == 429)
            #expect(limited.code == "E0000047")
            #expect(limited.header("X-Rate-Limit-Remaining") == "0")
            let reset = try #require(limited.header("X-Rate-Limit-Reset").flatMap { Int64($0) })
            #expect((6...7).contains(reset - standin.clock.now.seconds))
            #expect(limited.header("Date")?.hasSuffix("GMT") == true)
            #expect(try await okta.get("/api/v1/users").status == 200)
        }
    }

    @Test(arguments: [500, 502, 503])
    func `is a server that fails each third time`(status: Int) async throws {
        let fault = Fault(.status(status), on: "/api/v1/*", every: 3, times: nil)
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden, faults: [fault])) { okta async throws in
            var seen: [Int] = []
            for _ in 0..<6 { seen.append(try await okta.get("/api/v1/groups").status) }
            #expect(seen == [200, 200, status, 200, 200, status])
        }
    }

    @Test(arguments: [Fault.Effect.dropRequest, .dropAnswer, .cutBody])
    func `ends the connection`(effect: Fault.Effect) async throws {
        let standin = OktaStandin(try TestDirectory.made(TestDirectory.small))
        try await OktaClient.asking(standin) { okta async throws in
            standin.faults.add(Fault(effect, on: "PUT /api/v1/groups/*"), Fault(effect, on: "GET /api/v1/apps"))
            await #expect(throws: (any Error).self) { try await okta.get("/api/v1/apps") }
            if effect != .cutBody {
                await #expect(throws: (any Error).self) { try await okta.send("PUT", "/api/v1/groups/00g1/users/00u2") }
                let members = try await okta.get("/api/v1/groups/00g1/users").ids
                #expect(members == (effect == .dropRequest ? ["00u1"] : ["00u1", "00u2"]))
            }
            #expect(try await okta.get("/api/v1/apps").status == 200)
        }
    }

    @Test func `is an answer that comes late, or is no JSON`() async throws {
        let standin = OktaStandin(
            try TestDirectory.golden,
            faults: [Fault(.malformedJSON, on: Self.users), Fault(.delay(milliseconds: 30), on: Self.users)])
        try await OktaClient.asking(standin) { okta async throws in
            let broken = try await okta.get("/api/v1/users")
            #expect(broken.status == 200)
            #expect(broken.json.isNull)
            #expect(standin.journal.all.first?.faults == ["malformedJSON", "delay(milliseconds: 30)"])
        }
    }

    @Test func `refuses one endpoint, or a token`() async throws {
        let standin = OktaStandin(
            try TestDirectory.made(TestDirectory.small),
            faults: [Fault(.forbid, on: "GET /api/v1/groups/*/roles", times: nil), Fault(.refuseToken, on: Self.users)])
        try await OktaClient.asking(standin) { okta async throws in
            #expect(try await okta.get("/api/v1/groups/00g1/roles").code == "E0000006")
            #expect(try await okta.get("/api/v1/groups/00g1").status == 200)
            #expect(try await okta.get("/api/v1/users").code == "E0000011")
            #expect(try await okta.get("/api/v1/users").status == 200)
        }
    }

    @Test func `ends the cursors that were given out`() async throws {
        let standin = OktaStandin(
            try TestDirectory.golden, faults: [Fault(.expireCursors, on: Self.users, query: "after=")])
        try await OktaClient.asking(standin) { okta async throws in
            let next = try #require(try await okta.get("/api/v1/users?limit=5").next)
            #expect(try await okta.get(next).code == "E0000029")
            #expect(try await okta.walk("/api/v1/users?limit=5").count == 14)
        }
    }

    @Test func `repeats a row at the border of pages`() async throws {
        let standin = OktaStandin(
            try TestDirectory.golden, faults: [Fault(.repeatRow, on: Self.users, query: "after=")])
        try await OktaClient.asking(standin) { okta async throws in
            let ids = try await okta.walk("/api/v1/users?limit=5&search=status%20pr")
            #expect(ids.count == 16)
            #expect(Set(ids).count == 15)
        }
    }

    @Test func `is an empty page that says there is more`() async throws {
        let standin = OktaStandin(try TestDirectory.golden, faults: [Fault(.emptyPage, on: Self.users, skip: 1)])
        try await OktaClient.asking(standin) { okta async throws in
            let first = try await okta.get("/api/v1/users?limit=5&search=status%20pr")
            let empty = try await okta.get(try #require(first.next))
            #expect(empty.ids.isEmpty)
            let rest = try await okta.walk(try #require(empty.next))
            #expect(first.ids + rest == (0..<15).map { "00u000000000000000\($0 < 10 ? "0" : "")\($0)" })
        }
    }

    @Test func `changes the list between pages`() async throws {
        let standin = OktaStandin(
            try TestDirectory.golden,
            faults: [
                Fault(.insertRow, on: Self.users), Fault(.removeRow, on: Self.users), Fault(.renameRow, on: Self.users),
            ])
        try await OktaClient.asking(standin) { okta async throws in
            let ids = try await okta.walk("/api/v1/users?limit=5&search=status%20pr")
            #expect(Set(ids).count == ids.count)
            #expect(!ids.contains("00u00000000000000005"))
            // Of two new users one came before the first page; it is in no later one.
            #expect(ids.count == 15)
            #expect(try await okta.walk("/api/v1/users?limit=5&search=status%20pr").count == 16)
        }
    }

    @Test func `shows an old state for some reads`() async throws {
        let standin = OktaStandin(try TestDirectory.made(TestDirectory.small))
        standin.setStaleReads(2)
        try await OktaClient.asking(standin) { okta async throws in
            _ = try await okta.send("POST", "/api/v1/users/00u2/lifecycle/deactivate")
            var states: [String?] = []
            for _ in 0..<3 { states.append(try await okta.get("/api/v1/users/00u2").json["status"]?.string) }
            #expect(states == ["ACTIVE", "ACTIVE", "DEPROVISIONED"])
            #expect(try await okta.send("DELETE", "/api/v1/users/00u2").status == 204)
            var codes: [Int] = []
            for _ in 0..<3 { codes.append(try await okta.get("/api/v1/users/00u2").status) }
            #expect(codes == [200, 200, 404])
        }
    }

    @Test func `is set and seen over HTTP`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let faults = "[{\"on\": \"GET /api/v1/apps\", \"effect\": \"status\", \"status\": 503, \"times\": null}]"
            #expect(try await okta.send("POST", "/standin/faults", faults).status == 204)
            #expect(try await okta.get("/api/v1/apps").status == 503)
            #expect(try await okta.get("/standin/faults").json.elements.count == 1)
            #expect(try await okta.send("DELETE", "/standin/faults").status == 204)
            #expect(try await okta.get("/api/v1/apps").status == 200)
            let entries = try await okta.get("/standin/journal").json.elements
            #expect(entries.map { $0["status"]?.integer } == [503, 200])
            let wrong = try await okta.send("POST", "/standin/faults", "{\"effect\": \"earthquake\"}")
            #expect(wrong.status == 400)
        }
    }
}

@Suite struct `a rate limit` {
    @Test func `counts down, refuses, and is full again when its window ends`() async throws {
        let standin = OktaStandin(
            try TestDirectory.golden,
            limits: [RateLimit("GET /api/v1/users", requests: 2), RateLimit("/api/v1/*", requests: 50)])
        try await OktaClient.asking(standin) { okta async throws in
            var remaining: [String?] = []
            for _ in 0..<2 { remaining.append(try await okta.get("/api/v1/users").header("X-Rate-Limit-Remaining")) }
            #expect(remaining == ["1", "0"])
            let refused = try await okta.get("/api/v1/users")
            #expect(refused.status == 429)
            #expect(refused.header("X-Rate-Limit-Limit") == "2")
            #expect(try await okta.get("/api/v1/groups").header("X-Rate-Limit-Limit") == "50")
            standin.clock.advance(seconds: 61)
            #expect(try await okta.get("/api/v1/users").status == 200)
        }
    }
}

@Suite struct `the journal` {
    @Test func `has what was asked, without secrets`() async throws {
        let standin = OktaStandin(try TestDirectory.made(TestDirectory.small))
        try await OktaClient.asking(standin) { okta async throws in
            let body = """
                {"profile": {"login": "n@x.example", "email": "n@x.example", "firstName": "N", "lastName": "U"},
                 "credentials": {"password": {"value": "Correct1Horse"}}}
                """
            _ = try await okta.send("POST", "/api/v1/users?activate=true", body)
            let entry = try #require(standin.journal.all.first)
            #expect(entry.method == "POST")
            #expect(entry.query == [.init("activate", "true")])
            #expect(entry.status == 200)
            #expect(entry.body.contains("n@x.example"))
            #expect(!entry.body.contains("Correct1Horse"))
        }
    }
}
