import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import LanternCatalog
import LanternSignIn
import Logging
import Testing

@testable import LanternWeb

@Suite struct `the port of the pages` {
    /// Messages that are bytes already.
    private struct PlainBytes: MessageSerializer, MessageDeserializer {
        func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
        func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
            bytes.withUnsafeBytes { Array($0) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `answers calls of gRPC too, with trailers`() async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "lantern-grpc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        let folder = try DataFolder(url.path)
        let catalog = try SQLiteCatalog(in: folder)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let site = Site(
            catalog: catalog, signIn: try SignIn(at: folder.accounts),
            imports: ImportQueue(ImportRunner(catalog, log: log)),
            settings: .init(isSecure: true), log: log)
        let certificate = try ServerCertificate(madeIn: folder, for: ["localhost"])
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = WebServer(site, at: .init(host: "127.0.0.1", port: 0), certificate: certificate) {
            announce.yield($0)
        }
        let running = Task { try await server.run() }
        defer { running.cancel() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let roots = Array(try Data(contentsOf: URL(filePath: certificate.path)))
        let transport = try HTTP2ClientTransport.Posix(
            target: .dns(host: "localhost", port: port),
            transportSecurity: .tls { $0.trustRoots = .certificates([.bytes(roots, format: .pem)]) })
        try await withGRPCClient(transport: transport) { client in
            func call(_ service: String, _ method: String) async throws -> [UInt8] {
                try await client.unary(
                    request: ClientRequest(message: []),
                    descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
                    serializer: PlainBytes(), deserializer: PlainBytes(), options: .defaults
                ) { try $0.message }
            }
            let health = try await call("grpc.health.v1.Health", "Check")
            #expect(health == [8, 1])
            let refused = await #expect(throws: RPCError.self) {
                _ = try await call("c1.connectorapi.baton.v1.BatonService", "Hello")
            }
            #expect(refused?.code == .unimplemented)
        }
    }
}
