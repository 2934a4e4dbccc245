import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import OktaStandin
import StandinKit
import WireForm

/// Somebody who asks the stand-in over TLS, and trusts it by its file alone.
struct OktaClient: Sendable {
    let running: RunningStandin
    private let client: HTTPClient
    var authorization = "SSWS \(OktaDirectory.standardToken)"

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }

        /// Okta's code of what is wrong.
        var code: String? { json["errorCode"]?.string }

        var cause: String? { json["errorCauses"]?.elements.first?["errorSummary"]?.string }

        func header(_ name: String) -> String? { headers.first(name: name) }

        /// What the list says of itself and of its next page.
        var links: [String] { headers["Link"] }

        /// The address of the next page.
        var next: String? {
            links.first { $0.hasSuffix("rel=\"next\"") }
                .map { String($0.dropFirst().prefix { $0 != ">" }) }
        }

        /// The ids of a list.
        var ids: [String] { json.elements.compactMap { $0["id"]?.string } }
    }

    /// Lets `body` ask a stand-in.
    static func asking<Result: Sendable>(
        _ standin: OktaStandin, _ body: (OktaClient) async throws -> Result
    ) async throws -> Result {
        try await standin.withServer { running in
            var configuration = HTTPClient.Configuration()
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.trustRoots = .file(running.certificateFile ?? "")
            configuration.timeout = .init(connect: .seconds(20), read: .seconds(60))
            let client = HTTPClient(configuration: configuration)
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(OktaClient(running: running, client: client)))
            } catch {
                result = .failure(error)
            }
            try await client.shutdown()
            return try result.get()
        }
    }

    private init(running: RunningStandin, client: HTTPClient) {
        self.running = running
        self.client = client
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send("GET", path, headers: headers)
    }

    /// Sends JSON.
    func send(
        _ method: String, _ path: String, _ json: String? = nil, type: String = "application/json",
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : running.url + path)
        request.method = HTTPMethod(rawValue: method)
        if !authorization.isEmpty { request.headers.add(name: "Authorization", value: authorization) }
        request.headers.add(name: "Accept", value: "application/json")
        if let json {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(string: json))
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await client.execute(request, timeout: .seconds(120))
        let body = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, text: String(buffer: body))
    }

    /// All ids of a list, page for page.
    func walk(_ path: String) async throws -> [String] {
        var ids: [String] = []
        var next: String? = path
        while let page = next {
            let answer = try await get(page)
            guard answer.status == 200 else { throw WalkEnded(status: answer.status, code: answer.code) }
            ids += answer.ids
            next = answer.next
        }
        return ids
    }
}

/// A list that could not be walked to its end.
struct WalkEnded: Error {
    let status: Int
    let code: String?
}

/// Directories that tests begin with.
enum TestDirectory {
    /// The directory behind the golden file.
    static var golden: OktaDirectory {
        get throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Okta/golden.json")
            return try OktaDirectory(contentsOf: file.path)
        }
    }

    static func made(_ json: String) throws -> OktaDirectory {
        try OktaDirectory(JSONValue(parsing: Array(json.utf8)))
    }

    /// Two users, two groups, an app that one of them brings, and a custom role.
    static let small = """
        {"users": [
           {"id": "00u1", "profile": {"login": "ann@x.example", "email": "ann@x.example", "firstName": "Ann", "lastName": "A"}},
           {"id": "00u2", "profile": {"login": "bob@x.example", "email": "bob@x.example", "firstName": "Bob", "lastName": "B"}}],
         "groups": [{"id": "00g0", "type": "BUILT_IN", "name": "Everyone", "members": "*"},
           {"id": "00g1", "name": "Engineering", "members": ["00u1"]},
           {"id": "00g2", "type": "APP_GROUP", "name": "From AD", "members": ["00u2"]}],
         "apps": [{"id": "0oa1", "label": "Wiki", "users": ["00u2"], "groups": ["00g1"]}],
         "roles": [{"id": "ra1", "type": "USER_ADMIN", "group": "00g1"}],
         "customRoles": [{"id": "cr1", "label": "Creator", "description": "Creates"}],
         "resourceSets": [{"id": "iam1", "label": "All", "bindings": [{"role": "cr1", "members": ["users/00u2"]}]}]}
        """
}
