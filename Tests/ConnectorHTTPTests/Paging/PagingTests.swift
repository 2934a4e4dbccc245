import AccessModel
import ConnectorKit
import Foundation
import Testing

@testable import ConnectorHTTP

@Suite(.timeLimit(.minutes(1)))
struct `a list in pages` {
    struct Listing: Decodable, Sendable {
        var rows: [Row] = []
        var next: String?
        var total: Int?
    }

    /// Walks as the sync engine does: each page's token asks for the next one.
    private func walk(
        _ page: (PageRequest) async throws -> Page<Row>
    ) async throws -> [String] {
        var ids: [String] = []
        var token = ""
        repeat {
            let answer = try await page(PageRequest(after: token))
            ids += answer.rows.map(\.id)
            token = answer.next ?? ""
        } while !token.isEmpty
        return ids
    }

    private func rows(_ ids: ClosedRange<Int>) -> String {
        ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    }

    @Test func `by cursor`() async throws {
        let pages = ["": (1...2, "\"c=1\""), "c=1": (3...4, "\"\"")]
        try await LoopbackServer.run({ request in
            let (ids, next) = pages[request.query["cursor"] ?? ""] ?? (9...9, "null")
            return .json("{\"rows\":[\(rows(ids))],\"next\":\(next)}")
        }) { server in
            let client = try HTTPClient(server.address, options: options())
            let ids = try await walk { page in
                let query = page.token.isEmpty ? [] : [QueryParameter("cursor", page.token)]
                let answer = try await client.get("/users", query: query, as: Listing.self)
                return Page(answer.body.rows, next: try page.next(cursor: answer.body.next))
            }
            #expect(ids == ["1", "2", "3", "4"])
        }
    }

    @Test func `by a link to follow, absolute or not`() async throws {
        try await LoopbackServer.run({ request in
            switch request.target {
            case "/users?limit=2":
                .json(
                    "[\(rows(1...2))]",
                    ["Link": #"<\#(request.fields["X-Base"] ?? "")/users?limit=2&after=b>; rel="next""#])
            case "/users?limit=2&after=b": .json("[\(rows(3...3))]", ["Link": "</users?x=%20>; rel=next"])
            default: .json("[\(rows(4...4))]")
            }
        }) { server in
            var settings = options()
            settings.fields = ["X-Base": server.address]
            let client = try HTTPClient(server.address, options: settings)
            let ids = try await walk { page in
                let first = HTTPRequest(.get, "/users", query: [QueryParameter("limit", 2)])
                let answer = try await client.send(first.following(page.token), as: [Row].self)
                return Page(answer.body, next: try page.next(linkIn: answer))
            }
            #expect(ids == ["1", "2", "3", "4"])
        }
    }

    @Test func `is asked for as its first page was`() async throws {
        try await LoopbackServer.run({ _ in .json("[]", ["Link": "</v2/rows?after=b>; rel=next"]) }) { server in
            let client = try HTTPClient(server.address, options: options())
            var first = HTTPRequest(.get, "/users", query: [QueryParameter("limit", 2)])
            first.fields["Accept"] = "application/scim+json"
            let answer = try await client.send(first)
            let next = try PageRequest().next(linkIn: answer)
            _ = try await client.send(first.following(next ?? ""))
            #expect(server.requests.map(\.target) == ["/users?limit=2", "/v2/rows?after=b"])
            #expect(server.requests.map { $0.fields["Accept"] } == ["application/scim+json", "application/scim+json"])
        }
    }

    @Test func `by a parameter of the link, a field, or an address in the body`() async throws {
        try await LoopbackServer.run({ request in
            request.query["page"] == nil
                ? .json(
                    #"{"rows":[],"next":"/users?page=2"}"#,
                    ["Link": "</users?page=2&x=y>; rel=next", "X-Next-Page": "2"])
                : .json(#"{"rows":[]}"#, ["X-Next-Page": ""])
        }) { server in
            let client = try HTTPClient(server.address, options: options())
            let first = try await client.get("/users", as: Listing.self)
            let page = PageRequest()
            #expect(try page.next(parameter: "page", ofLinkIn: first) == "2")
            #expect(throws: ServiceError.self) { try page.next(parameter: "after", ofLinkIn: first) }
            #expect(try page.next(field: "x-next-page", in: first) == "2")
            #expect(try page.next(address: first.body.next, in: first) == "\(server.address)/users?page=2")
            let last = try await client.get("/users", query: [QueryParameter("page", 2)], as: Listing.self)
            #expect(try page.next(parameter: "page", ofLinkIn: last) == nil)
            #expect(try page.next(field: "X-Next-Page", in: last) == nil)
            #expect(try page.next(address: last.body.next, in: last) == nil)
            #expect(try page.next(linkIn: last) == nil)
        }
    }

    @Test func `by offset, index or number`() throws {
        #expect(try PageRequest().next(offsetAfter: 50) == "50")
        #expect(try PageRequest(after: "50").next(offsetAfter: 7) == "57")
        #expect(try PageRequest(after: "57").next(offsetAfter: 0) == nil)
        #expect(try PageRequest(after: "50").next(offsetAfter: 7, of: 57) == nil)
        #expect(try PageRequest().next(indexAfter: 100, of: 101) == "101")
        #expect(try PageRequest(after: "101").next(indexAfter: 1, of: 101) == nil)
        #expect(try PageRequest(after: "101").next(indexAfter: 0, of: 400) == nil)
        #expect(try PageRequest().next(pageAfter: 3) == "2")
        #expect(try PageRequest().next(pageAfter: 3, first: 0) == "1")
        #expect(try PageRequest(after: "2").next(pageAfter: 0) == nil)
        for token in ["x", "-1", "0", "99999999999999999999"] {
            #expect(throws: ServiceError.self) { try PageRequest(after: token).next(indexAfter: 1) }
        }
        #expect(throws: ServiceError.self) { try PageRequest(after: "\(Int.max)").next(offsetAfter: 1) }
        #expect(throws: ServiceError.self) { try PageRequest(after: "\(Int.max)").next(pageAfter: 1) }
    }

    @Test func `that doesn't go on is an error`() async throws {
        #expect(throws: ServiceError.self) { try PageRequest(after: "c").next(cursor: "c") }
        try await LoopbackServer.run({ request in
            .json("[]", ["Link": "<\(request.target)>; rel=next", "X-Next-Page": "2"])
        }) { server in
            let client = try HTTPClient(server.address, options: options())
            let answer = try await client.send(HTTPRequest(.get, "/users").following("/users?after=c"), as: [Row].self)
            for token in ["", "\(server.address)/users?after=c"] {
                let error = #expect(throws: ServiceError.self) { try PageRequest(after: token).next(linkIn: answer) }
                #expect(error?.code == .internal)
                #expect(error?.message.contains("pagination does not advance") == true)
            }
            #expect(throws: ServiceError.self) {
                try PageRequest(after: "c").next(parameter: "after", ofLinkIn: answer)
            }
            #expect(throws: ServiceError.self) { try PageRequest(after: "2").next(field: "X-Next-Page", in: answer) }
        }
    }

    @Test func `never goes on at another origin`() async throws {
        try await LoopbackServer.run({ _ in .json("[]", ["Link": "<https://evil.example.com/>; rel=next"]) }) {
            server in
            let client = try HTTPClient(server.address, options: options())
            let answer = try await client.get("/users", as: [Row].self)
            #expect(throws: ServiceError.self) { try PageRequest().next(linkIn: answer) }
            let port = server.port
            for token in [
                "http://127.0.0.1:\(port + 1)/", "https://127.0.0.1:\(port)/", "//evil.example.com/",
                "http://127.0.0.1@evil/",
                "javascript:x",
            ] {
                let error = try await serviceError {
                    try await client.send(HTTPRequest(.get, "/users").following(token))
                }
                #expect(error.code == .invalidArgument)
            }
            #expect(server.requests.count == 1)
        }
    }
}
