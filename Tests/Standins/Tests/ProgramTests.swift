import Foundation
import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a made directory` {
    @Test func `is the same each time`() async throws {
        func everything() async throws -> String {
            try await OktaClient.asking(OktaStandin(try OktaDirectory(generating: "users=50,groups=6,apps=7"))) {
                okta async throws in
                var text = ""
                for path in ["/api/v1/users?search=status%20pr", "/api/v1/groups?expand=stats", "/api/v1/apps"] {
                    text += try await okta.get(path).text.replacing(okta.running.url, with: "")
                }
                return text
            }
        }
        let first = try await everything()
        #expect(try await everything() == first)
        #expect(first.utf8.count > 30_000)
    }

    @Test(arguments: [
        "{\"userz\": []}", "{\"users\": [{\"id\": \"00u1\"}]}", "{\"users\": [{\"profile\": {\"login\": \"a@b.c\"}}]}",
        "{\"groups\": [{\"id\": \"00g1\", \"members\": [\"00uNone\"]}]}",
        "{\"roles\": [{\"id\": \"ra1\", \"type\": \"KING\", \"user\": \"x\"}]}",
        "{\"users\": [{\"id\": \"00u1\", \"status\": \"ASLEEP\", \"profile\": {\"login\": \"a@b.c\"}}]}",
    ])
    func `is refused when it is described wrongly`(json: String) throws {
        #expect(throws: WrongDirectory.self) { try TestDirectory.made(json) }
    }
}

@Suite struct `the command line` {
    @Test func `names directory, faults and certificate`() throws {
        let options = try StandinOptions([
            "--listen", "127.0.0.1:4711", "--data", "d.json", "--ca-file", "ca.pem", "--http",
            "--faults", "[{\"on\": \"GET /x\", \"effect\": \"cutBody\"}]",
        ])
        #expect(options.port == 4711)
        #expect(options.data == "d.json")
        #expect(options.certificateFile == "ca.pem")
        #expect(!options.overTLS)
        #expect(options.faults.map(\.effect) == [.cutBody])
    }

    @Test(arguments: [
        ["--listen", "0.0.0.0:1"], ["--colour", "red"], ["--data"], ["--faults", "{\"effect\": \"x\"}"],
    ])
    func `is refused`(words: [String]) {
        #expect(throws: (any Error).self) { try StandinOptions(words) }
    }
}

@Suite struct `a pattern of requests` {
    @Test(arguments: [
        ("GET /api/v1/users", "GET", "/api/v1/users", true), ("GET /api/v1/users", "GET", "/api/v1/users/1", false),
        ("GET /api/v1/users*", "GET", "/api/v1/users/1", true), ("/api/*/users", "PUT", "/api/v1/groups/1/users", true),
        ("* /x", "DELETE", "/x", true), ("POST /x", "GET", "/x", false),
    ])
    func `means`(pattern: String, method: String, path: String, isMeant: Bool) {
        #expect(RequestPattern(pattern).matches(method, path) == isMeant)
    }
}
