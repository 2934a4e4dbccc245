import ConnectorHTTP
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `the kind of a body` {
    @Test func `is that of the body sent last, unless the connector says another`() async throws {
        try await LoopbackServer.run({ _ in .json("{}") }) { server in
            let client = try HTTPClient(server.address, options: options())
            let form = HTTPRequest(.post, "/users").sending(form: [QueryParameter("a", "1 2")])
            let json = try form.sending(json: Row(id: "1"))
            var scim = form
            scim.fields["Content-Type"] = "application/scim+json"
            let requests = [form, json, json.sending(form: []), try scim.sending(json: Row(id: "2"))]
            for request in requests { _ = try await client.send(request) }
            let urlEncoded = "application/x-www-form-urlencoded"
            #expect(
                server.requests.map { $0.fields["Content-Type"] } == [
                    urlEncoded, "application/json", urlEncoded, "application/scim+json",
                ])
            #expect(server.requests.map(\.body) == ["a=1%202", #"{"id":"1"}"#, "", #"{"id":"2"}"#])
        }
    }
}
