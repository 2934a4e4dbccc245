import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import Foundation
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `the client in docs/http-client.md` {
    @Test func `lists, adds and removes`() async throws {
        try await LoopbackServer.run({ request in
            switch (request.method, request.target) {
            case (_, "/oauth/token"): .json(#"{"access_token":"t","expires_in":3600}"#)
            case ("GET", "/api/users?limit=200"):
                .json(
                    #"[{"id":"1","name":"Ada"}]"#,
                    ["Link": "</api/users?after=1>; rel=\"next\"", "X-RateLimit-Remaining": "7"])
            case ("GET", "/api/users?after=1"): .json(#"[{"id":"2","name":"Grace"}]"#)
            case ("PUT", "/api/teams/a%2Fb/members/1"): .json("{}", status: 201)
            case ("PUT", _): .json("", status: 403, ["X-RateLimit-Remaining": "0"])
            default: .json("", status: 404)
            }
        }) { server in
            let acme = try AcmeClient(
                url: server.address, clientID: "c", secret: Secret("s"),
                context: ConnectorContext(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
            let first = try await acme.users(PageRequest())
            #expect(first.rows.map(\.name) == ["Ada"])
            #expect(try first.annotations.first(C1_Connector_V2_RateLimitDescription.self)?.remaining == 7)
            let second = try await acme.users(PageRequest(after: first.next ?? ""))
            #expect(second.rows.map(\.name) == ["Grace"])
            #expect(second.next == nil)
            try await acme.addMember("1", toTeam: "a/b")
            #expect(try await acme.removeMember("1", fromTeam: "a/b") == false)
            let error = try await serviceError { try await acme.addMember("2", toTeam: "a/b") }
            #expect(error.code == .unavailable)
            #expect(server.requests.allSatisfy { $0.path == "/oauth/token" || $0.fields["X-Acme-Version"] == "2" })
            #expect(
                server.requests.allSatisfy { $0.path == "/oauth/token" || $0.fields["Authorization"] == "Bearer t" })
        }
    }
}
