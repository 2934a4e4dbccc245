import AsyncHTTPClient
import ExternalSources
import Foundation
import LanternCatalog
import LanternSignIn
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

@testable import LanternWeb

/// A server in this process, on a free port of the loopback address, with a folder of its own.
final class TestServer: Sendable {
    let url: URL
    let catalog: SQLiteCatalog
    let signIn: SignIn
    let site: Site
    /// It looks when a test tells it to.
    let poller: SourcePoller
    private let runner: ImportQueue
    private let running: Task<Void, any Error>
    let port: Int

    init(explorer: Bool = false) async throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lantern-web-\(UUID().uuidString)")
        let folder = try DataFolder(url.path)
        catalog = try SQLiteCatalog(in: folder)
        signIn = try SignIn(at: folder.accounts)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let queue = ImportQueue(ImportRunner(catalog, log: log))
        runner = queue
        var settings = Site.Settings(isSecure: false, uploadLimit: 1 << 20)
        settings.isExplorer = explorer
        try FileManager.default.createDirectory(
            at: url.appending(path: "shared"), withIntermediateDirectories: true)
        let stores = ExternalStores(
            folder, environment: ["AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nowhere"],
            allowsPrivateEndpoints: false, sourceFolder: url.appending(path: "shared").path, log: log)
        let poller = SourcePoller(
            catalog, stores, SourceHealth(catalog, log: log), limit: 1 << 20, log: log
        ) { queue.wake() }
        self.poller = poller
        site = Site(
            catalog: catalog, signIn: signIn, imports: queue, poller: explorer ? nil : poller, settings: settings,
            log: log)
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = WebServer(site, at: .init(host: "127.0.0.1", port: 0), certificate: nil) { announce.yield($0) }
        running = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { await queue.run() }
                try await group.next()
                group.cancelAll()
            }
        }
        var iterator = ports.makeAsyncIterator()
        port = await iterator.next() ?? 0
    }

    deinit {
        running.cancel()
        try? FileManager.default.removeItem(at: url)
    }

    /// Somebody with a role, signed in with a browser.
    func browser(_ role: User.Role?) async throws -> Client {
        guard let role else { return Client(port: port) }
        let address = "\(role.rawValue)@example.com"
        let user: User
        do { user = try await signIn.user(email: address) } catch {
            user = try await signIn.addUser(email: address, name: role.rawValue, role: role)
        }
        let secret = try await signIn.signIn(try await signIn.link(for: user, to: .signIn), address: "test")
        let session = try await signIn.session(secret)
        return Client(port: port, cookie: "lantern=\(secret)", formToken: session?.formToken ?? "")
    }

    /// A program that acts for somebody with a role.
    func program(_ role: User.Role, scope: Credential.Scope = .full) async throws -> Client {
        _ = try await browser(role)
        let user = try await signIn.user(email: "\(role.rawValue)@example.com")
        let made = try await signIn.makeCredential(for: user, named: "test", scope: scope, days: 1)
        return Client(port: port, token: made.secret)
    }
}

/// Who asks the server.
struct Client: Sendable {
    let port: Int
    var cookie = ""
    var formToken = ""
    var token = ""

    struct Answer: Sendable {
        let status: UInt
        let text: String
        let headers: HTTPHeaders

        /// What the text is, as the server says.
        var type: String { headers.first(name: "Content-Type") ?? "" }

        func json() throws -> NSDictionary {
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary ?? [:]
        }
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", path) }

    /// Sends a form as our own page would.
    func post(_ path: String, _ fields: [String: String] = [:], withToken: Bool = true) async throws -> Answer {
        var fields = fields
        if withToken { fields[Form.tokenName] = formToken }
        let body = fields.map { "\($0.key.urlEncoded)=\($0.value.urlEncoded)" }.joined(separator: "&")
        return try await send("POST", path, body, "application/x-www-form-urlencoded")
    }

    func send(
        _ method: String, _ path: String, _ body: String = "", _ type: String = "application/json", host: String? = nil
    ) async throws -> Answer {
        try await send(method, path, bytes: Array(body.utf8), type, host: host)
    }

    /// Sends a form with a file.
    func upload(
        _ path: String, _ file: [UInt8], named name: String, withToken: Bool = true, _ fields: [String: String] = [:]
    )
        async throws -> Answer
    {
        let others = fields.map {
            "--frontier\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
        }
        let token = withToken ? formToken : "no"
        let head = """
            --frontier\r
            Content-Disposition: form-data; name="\(Form.tokenName)"\r
            \r
            \(token)\r
            --frontier\r
            Content-Disposition: form-data; name="file"; filename="\(name)"\r
            \r

            """
        return try await send(
            "POST", path, bytes: Array((others.joined() + head).utf8) + file + Array("\r\n--frontier--\r\n".utf8),
            "multipart/form-data; boundary=frontier")
    }

    private func send(
        _ method: String, _ path: String, bytes body: [UInt8], _ type: String, host: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        if !cookie.isEmpty { request.headers.add(name: "Cookie", value: cookie) }
        if let host { request.headers.replaceOrAdd(name: "Host", value: host) }
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if !body.isEmpty {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = try await answer.body.collect(upTo: 16 << 20)
        return Answer(status: answer.status.code, text: String(buffer: bytes), headers: answer.headers)
    }
}
