import Foundation
import Testing

@Suite(.enabled(if: CollectorProcess.isThere, CollectorProcess.absence))
struct `a connector's program with a collector` {
    /// Beside the test bundle, or where debug builds are.
    private static let demo: String = {
        let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let folders = [
            Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
            root.appending(path: ".build/debug"),
        ]
        let places = folders.map { $0.appending(path: "baton-demo").path }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "baton-demo"
    }()

    /// Runs baton-demo in a folder of its own; its exit status and what it wrote on standard error.
    private func run(_ arguments: [String], in folder: URL) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: Self.demo)
        process.arguments = ["--scale", "20,4,60"] + arguments
        process.currentDirectoryURL = folder
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    private func withFolder(_ work: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "telemetry-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try work(folder)
    }

    @Test func `reports each call of a sync under one trace, and its log`() throws {
        try withFolder { folder in
            let collector = try CollectorProcess()
            let ending = try run(
                [
                    "--otel-collector-endpoint", "127.0.0.1:\(collector.port)",
                    "--otel-collector-endpoint-tls-insecure",
                ], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("telemetry is sent unencrypted"))
            let told = try collector.end()
            #expect(told.services == ["baton-demo-server"])
            #expect(Set(told.spans.map(\.trace)).count == 1)
            let sync = try #require(told.spans.first { $0.name == "sync" })
            #expect(sync.parent == nil)
            #expect(told.spans.allSatisfy { $0.name == "sync" || $0.parent == sync.id })
            let grants = told.spans.filter { $0.name == "c1.connector.v2.GrantsService/ListGrants" }
            #expect(!grants.isEmpty)
            #expect(Set(grants.compactMap { $0.attributes["baton.resource_type"] }).contains("group"))
            #expect(told.lines.contains { $0.trace == sync.trace && $0.severity == "SEVERITY_NUMBER_INFO" })
        }
    }

    @Test func `tells why it failed to one that takes only the log`() throws {
        try withFolder { folder in
            let collector = try CollectorProcess()
            let ending = try run(
                [
                    "--otel-collector-endpoint", "127.0.0.1:\(collector.port)",
                    "--otel-collector-endpoint-tls-insecure", "--otel-tracing-disabled", "--log-level", "debug",
                    "--delete-resource", "nobody", "--delete-resource-type", "nothing",
                ], in: folder)
            #expect(ending.status != 0)
            let told = try collector.end()
            #expect(told.spans.isEmpty)
            #expect(told.lines.filter { $0.text == "the run failed" }.count == 1)
        }
    }

    @Test func `trusts the certificate it is given, and no other`() throws {
        try withFolder { folder in
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/env")
            openssl.arguments = [
                "openssl", "req", "-x509", "-days", "2", "-subj", "/CN=collector", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
            ]
            openssl.currentDirectoryURL = folder
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            let certificate = folder.appending(path: "cert.pem")
            let collector = try CollectorProcess("--tls", certificate.path, folder.appending(path: "key.pem").path)
            let endpoint = ["--otel-collector-endpoint", "localhost:\(collector.port)"]
            let encoded = try Data(contentsOf: certificate).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            let distrusting = try run(endpoint + ["--otel-logging-disabled"], in: folder)
            #expect(distrusting.status == 0)
            #expect(distrusting.errors.contains("telemetry: localhost:\(collector.port) takes no spans"))
            let byPath = try run(
                endpoint + ["--otel-logging-disabled", "--otel-collector-endpoint-tls-cert-path", "cert.pem"],
                in: folder)
            #expect(byPath.status == 0 && !byPath.errors.contains("telemetry:"), "\(byPath.errors)")
            // By its address, which no certificate's name is asked for.
            let byAddress = try run(
                [
                    "--otel-collector-endpoint", "127.0.0.1:\(collector.port)", "--otel-tracing-disabled",
                    "--otel-collector-endpoint-tls-cert-path", "cert.pem",
                ], in: folder)
            #expect(byAddress.status == 0 && !byAddress.errors.contains("telemetry:"), "\(byAddress.errors)")
            let inline = try run(
                endpoint + ["--otel-tracing-disabled", "--otel-collector-endpoint-tls-cert", encoded], in: folder)
            #expect(inline.status == 0 && !inline.errors.contains("telemetry:"), "\(inline.errors)")
            let told = try collector.end()
            #expect(Set(told.spans.map(\.trace)).count == 1, "only one of the three runs may send spans")
            #expect(!told.lines.isEmpty && told.lines.allSatisfy { $0.trace == nil })
        }
    }

    @Test(arguments: [
        (["--otel-collector-endpoint", "nowhere:x"], "--otel-collector-endpoint: \"nowhere:x\" is not the address"),
        (
            [
                "--otel-collector-endpoint", "c:1", "--otel-collector-endpoint-tls-cert", "AAAA",
                "--otel-collector-endpoint-tls-insecure",
            ],
            "--otel-collector-endpoint-tls-cert and --otel-collector-endpoint-tls-insecure: only one of them"
        ),
        (
            ["--otel-collector-endpoint", "c:1", "--otel-collector-endpoint-tls-cert", "AAAA"],
            "--otel-collector-endpoint-tls-cert: holds no certificate in PEM"
        ),
        (
            ["--otel-collector-endpoint", "c:1", "--otel-collector-endpoint-tls-cert-path", "none.pem"],
            "--otel-collector-endpoint-tls-cert-path: none.pem can't be read"
        ),
    ])
    func `says which flag is wrong before it does anything`(_ arguments: [String], _ complaint: String) throws {
        try withFolder { folder in
            let ending = try run(arguments, in: folder)
            #expect(ending.status == 2)
            #expect(ending.errors.contains(complaint), "\(ending.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        }
    }
}
