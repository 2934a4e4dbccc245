import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A data folder, and the commands that work on it.
private struct DataPlace {
    let folder: ProgramFolder
    let data: String

    /// A server on the folder.
    struct Server {
        let process: LanternProcess
        let port: Int
    }

    init() throws {
        folder = try ProgramFolder()
        data = folder.path + "/data"
    }

    func run(_ words: String..., on data: String? = nil) throws -> (status: Int32, output: String, error: String) {
        try LanternProcess(words + ["--data-dir", data ?? self.data], in: folder).end()
    }

    /// Starts a server; it listens once this is back.
    func serve(within seconds: Int = 50) throws -> Server {
        let process = try LanternProcess(
            ["serve", "--no-tls", "--listen", "127.0.0.1:0", "--data-dir", data], in: folder, within: seconds)
        let line = try process.line()
        let found = try #require(line.firstMatch(of: /^Lantern is at http:\/\/localhost:(\d+)$/), "\(line)")
        return Server(process: process, port: try #require(Int(found.1)))
    }

    /// Writes a sheet by which so many accounts may read a database.
    func sheet(_ accounts: Int) throws -> String {
        let rows = (1...accounts).map { "u\($0),u\($0)@example.com,Database,Main,read\n" }.joined()
        return try folder.write(
            "User ID,Email Address,Resource Type,Resource Name,Entitlement\n" + rows, to: "grants.csv")
    }

    /// Adds an administrator, and makes a token of theirs.
    func token() throws -> String {
        try #require(try run("user", "add", "ann@example.com", "--role", "administrator").status == 0)
        let made = try run("user", "token", "ann@example.com", "--scope", "full")
        try #require(made.status == 0, "\(made.error)")
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The names in a folder below the data folder; none when it isn't there.
    func names(in name: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(data)/\(name)").sorted()) ?? []
    }
}

@Suite struct `a data folder` {
    private let place: DataPlace

    init() throws { place = try DataPlace() }

    @Test(arguments: [SIGTERM, SIGKILL]) func `has one server, until that one has ended`(signal: Int32) async throws {
        let first = try place.serve()
        let refused = try place.run("serve", "--no-tls", "--listen", "127.0.0.1:0")
        #expect(refused.status == 2)
        #expect(refused.output.isEmpty)
        let complaint = "\(place.data): another lantern works on it. Stop that first, or name another --data-dir."
        #expect(refused.error == "Error: \(complaint)\n")
        #expect(try await Client(port: first.port).get("/healthz").text == "ok\n")
        first.process.send(signal)
        #expect(try first.process.end().status == (signal == SIGTERM ? 0 : 128 + signal))
        let second = try place.serve()
        #expect(try await Client(port: second.port).get("/healthz").text == "ok\n")
        second.process.send(SIGTERM)
        #expect(try second.process.end().status == 0)
    }

    @Test(arguments: [true, false]) func `takes imports of the command line, whether a server runs or not`(
        isServed: Bool
    ) async throws {
        let sheet = try place.sheet(2)
        let token = try place.token()
        let server: DataPlace.Server? = try isServed ? place.serve() : nil
        let imported = try place.run("import", sheet, "--app", "Warehouse")
        #expect(imported.status == 0, "\(imported.error)")
        let lines = imported.output.split(separator: "\n")
        #expect(lines.first == "Warehouse: grants.csv imported.")
        #expect(lines.contains("  2 accounts (User)  +2 ~0 -0"), "\(imported.output)")
        #expect(lines.contains("  2 grants  +2 ~0 -0"), "\(imported.output)")
        if let server {
            let known = try await Client(port: server.port, token: token).get("/api/v1/apps")
            #expect(known.status == 200 && known.text.contains("\"displayName\":\"Warehouse\""), "\(known.text)")
        }
        // The same file once more changes nothing, and says so.
        let again = try place.run("import", sheet, "--app", "Warehouse")
        #expect(again.status == 0 && again.output.hasPrefix("Warehouse: grants.csv imported, no changes.\n"))
        if let server {
            server.process.send(SIGTERM)
            let ended = try server.process.end()
            #expect(ended.status == 0)
            #expect(ended.error.contains("\"message\":\"import applied\""), "the server performed it: \(ended.error)")
        }
        let exported = try place.run("export", "accounts", "--app", "Warehouse")
        #expect(exported.output.contains("u1@example.com") && exported.output.contains("u2@example.com"))
        #expect(exported.output.split(separator: "\r\n").count == 3)
    }

    @Test func `is backed up and restored into files for its owner alone, in folders that are there`() throws {
        #expect(try place.run("import", try place.sheet(2), "--app", "Warehouse").status == 0)
        let (copy, other) = (place.folder.path + "/copy", place.folder.path + "/other")
        for folder in [copy, other] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        }
        let saved = try place.run("backup", copy)
        #expect(saved.status == 0, "\(saved.error)")
        let restored = try place.run("restore", copy, on: other)
        #expect(restored.status == 0, "\(restored.error)")
        for folder in [copy, other] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.contains("catalog.sqlite") && names.contains("lantern.sqlite"))
            for name in names where name.contains(".sqlite") {
                let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                #expect(facts[.posixPermissions] as? Int == 0o600, "\(folder)/\(name)")
            }
            let examined = try place.run("doctor", on: folder)
            #expect(examined.status == 0, "\(examined.error)")
            #expect(examined.output.contains("1 applications, 1 uploaded files\n"))
        }
        // What holds data already is left alone.
        #expect(try place.run("backup", copy).status == 2)
    }

    @Test func `is sound without the old files that it needs no more, and not without the others`() throws {
        for accounts in 1...8 {
            for name in place.names(in: "uploads") {
                // Only what is older than a day is removed.
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -2 * 86_400)],
                    ofItemAtPath: "\(place.data)/uploads/\(name)")
            }
            let imported = try place.run("import", try place.sheet(accounts), "--app", "Warehouse")
            #expect(imported.status == 0, "\(imported.error)")
        }
        let kept = place.names(in: "uploads")
        #expect(kept.count == 5)
        let sound = try place.run("doctor")
        #expect(sound.status == 0, "\(sound.error)")
        #expect(sound.output.hasSuffix("1 applications, 5 uploaded files\nEverything is sound.\n"), "\(sound.output)")
        let lost = try #require(kept.first)
        try FileManager.default.removeItem(atPath: "\(place.data)/uploads/\(lost)")
        let broken = try place.run("doctor")
        #expect(broken.status == 2)
        #expect(broken.error.hasPrefix("Error: \(place.data)/uploads/\(lost): an uploaded file is gone.\n"))
        #expect(!broken.output.contains("Everything is sound."))
    }

    @Test(arguments: ["99999999999", "3651", "0", "-1"]) func `gives no tokens for as long as nobody can have meant`(
        days: String
    ) throws {
        _ = try place.token()
        let refused = try place.run("user", "token", "ann@example.com", "--days", days)
        #expect(refused.status == 2)
        #expect(refused.output.isEmpty)
        #expect(refused.error.hasPrefix("Error: days: must be 1 to 3650"), "\(refused.error)")
        #expect(refused.error.split(separator: "\n").count == 1)
    }
}

/// Takes half a minute: so long the server waits for whoever is still sending.
@Suite struct `a server that is told to stop` {
    @Test(.timeLimit(.minutes(2))) func `does so in time, though an upload doesn't go on`() async throws {
        let place = try DataPlace()
        let token = try place.token()
        let server = try place.serve(within: 90)
        let program = Client(port: server.port, token: token)
        let made = try await program.send("POST", "/api/v1/apps", #"{"displayName":"Warehouse"}"#).json()
        let application = try #require((made["app"] as? NSDictionary)?["id"] as? String)

        // A few of very many bytes, and then nothing.
        let (pieces, sending) = AsyncStream.makeStream(of: ByteBuffer.self)
        sending.yield(ByteBuffer(string: "User ID,Email Address\nu1,u1@example.com\n"))
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/api/v1/apps/\(application)/imports")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Disposition", value: "attachment; filename=\"people.csv\"")
        request.body = .stream(pieces, length: .known(Int64(1_000_000)))
        let upload = Task { [request] in
            try await HTTPClient.shared.execute(request, timeout: .seconds(100)).status.code
        }
        defer { upload.cancel() }
        for _ in 0..<500 where place.names(in: "incoming").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        try #require(!place.names(in: "incoming").isEmpty, "the upload has begun")

        server.process.send(SIGTERM)
        // One that waits for ever is killed in the end, which its status tells.
        let ended = try await server.process.slowEnd()
        #expect(ended.status == 0, "\(ended.error)")
        // What had arrived was no import.
        sending.finish()
        let code = try? await upload.value
        #expect(code != 202)
        #expect(place.names(in: "incoming").isEmpty && place.names(in: "uploads").isEmpty)
        let again = try place.serve()
        again.process.send(SIGTERM)
        #expect(try again.process.end().status == 0)
    }
}
