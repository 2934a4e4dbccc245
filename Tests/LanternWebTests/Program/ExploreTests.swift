import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct `lantern explore` {
    private let folder: ProgramFolder
    private let sheet: String

    init() throws {
        folder = try ProgramFolder()
        sheet = try folder.write("User ID,Email Address,Groups\nu1,ann@example.com,Sales\n", to: "people.csv")
    }

    private func explore(_ more: String..., environment: [String: String] = [:]) throws -> LanternProcess {
        try LanternProcess(["explore", sheet] + more, in: folder, environment: environment)
    }

    /// The port and path of the address that a line tells.
    private func address(in line: String) throws -> (port: Int, path: String) {
        let found = try #require(line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)(\S+)/), "\(line)")
        return (try #require(Int(found.1)), String(found.2))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `shows a file to this machine alone, and keeps nothing`(
        signal: Int32
    ) async throws {
        // What concerns a server doesn't concern it, not even where it is wrong.
        let lantern = try explore("--port", "0", environment: ["LANTERN_CONFIG": "/nowhere/lantern.yaml"])
        let (port, path) = try address(in: lantern.line())
        let client = Client(port: port)
        #expect(try await client.get(path).text.contains("people.csv"))
        #expect(try await client.get(path + "/accounts").text.contains("ann@example.com"))
        for host in ["elsewhere.example", "elsewhere.example:\(port)", "127.0.0.1.elsewhere.example", "", "[::2]"] {
            #expect(try await client.send("GET", path, host: host).status != 200, "\(host)")
        }
        for host in ["localhost", "localhost:\(port)", "127.0.0.1:\(port)", "[::1]:\(port)"] {
            #expect(try await client.send("GET", path, host: host).status == 200, "\(host)")
        }
        lantern.send(signal)
        #expect(try lantern.end().status == 0)
        #expect(try folder.names == ["people.csv"])
    }

    @Test(arguments: [("user", "accounts"), ("group", "groups")]) func `opens the list of a type first`(
        type: String, list: String
    ) async throws {
        let lantern = try explore("-p", "0", "-t", type)
        let (port, path) = try address(in: lantern.line())
        #expect(path.contains("/\(list)?type="))
        #expect(try await Client(port: port).get(path).status == 200)
        lantern.send(SIGTERM)
        _ = try lantern.end()
    }

    @Test func `names the types when there is none of that name`() throws {
        let ended = try explore("-p", "0", "-t", "team").end()
        #expect(ended.status == 2)
        #expect(ended.error.contains("--resource-type: there is no type \"team\" in the file. It has: "))
        #expect(ended.error.contains("user"))
    }

    @Test(arguments: [
        (["--host", "0.0.0.0"], "--host: must be 127.0.0.1, ::1 or localhost"),
        (["--host", "192.0.2.1"], "--host: must be"), (["--port", "65536"], "--port: must be"),
        (["--sync-id", "abc"], "people.csv: is a table, which has no syncs"),
    ]) func `refuses what can't be`(arguments: [String], complaint: String) throws {
        let ended = try LanternProcess(["explore", sheet] + arguments, in: folder).end()
        #expect(ended.status == 2)
        #expect(ended.error.contains(complaint), "\(ended.error)")
        #expect(try folder.names == ["people.csv"])
    }

    @Test func `says in one line that its port is taken`() async throws {
        let server = try await TestServer()
        let ended = try explore("--port", "\(server.port)").end()
        #expect(ended.status == 2)
        #expect(
            ended.error
                == "Error: error running explorer: listen tcp 127.0.0.1:\(server.port): bind: address already in use. Name another --port.\n"
        )
    }

    @Test func `opens a browser where there is a screen, and only says so when that fails`() async throws {
        let told = folder.path + "/told"
        _ = try folder.write("#!/bin/sh\necho \"$1\" >'\(told)'\nexit 3\n", to: "xdg-open", permissions: 0o700)
        let lantern = try explore(
            "-p", "0", environment: ["DISPLAY": ":9", "PATH": "\(folder.path):/usr/bin:/bin"])
        let (port, path) = try address(in: lantern.line())
        #expect(try lantern.complaint().hasPrefix("error opening browser: \(folder.path)/xdg-open failed"))
        #expect(try String(contentsOfFile: told, encoding: .utf8) == "http://127.0.0.1:\(port)\(path)\n")
        #expect(try await Client(port: port).get(path).status == 200)
        lantern.send(SIGINT)
        #expect(try lantern.end().status == 0)
    }
}
