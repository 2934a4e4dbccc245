import HTTPTypes
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The HTTP server below every stand-in: HTTP/1.1 with keep-alive on a loopback address, over TLS or not.
package struct StandinServer: Sendable {
    /// What answers.
    package typealias Answering = @Sendable (StandinRequest) async -> StandinAnswer

    private let host: String
    private let port: Int
    private let certificate: LoopbackCertificate?
    private let answer: Answering
    private static let bodyLimit = 16 << 20

    /// A server that is not listening yet.
    ///
    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - certificate: without one it speaks plain HTTP.
    package init(
        host: String = "127.0.0.1", port: Int = 0, certificate: LoopbackCertificate?, answer: @escaping Answering
    ) {
        self.host = host
        self.port = port
        self.certificate = certificate
        self.answer = answer
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter started: called with the port once it listens.
    package func run(started: @escaping @Sendable (Int) -> Void) async throws {
        let log = Logger(label: "standin") { _ in SwiftLogNoOpLogHandler() }
        let service = try builder.buildServer(
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: log,
            responder: { request, writer, channel in try await respond(to: request, with: writer, on: channel) },
            onServerRunning: { channel in started(channel.localAddress?.port ?? 0) })
        try await service.run()
    }

    private var builder: HTTPServerBuilder {
        get throws {
            guard let certificate else { return .http1() }
            return try .tls(.http1(), tlsConfiguration: certificate.configuration)
        }
    }

    @concurrent private func respond(
        to request: Request, with writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        var request = request
        let body = try await request.collectBody(upTo: Self.bodyLimit)
        let answer = await answer(to: request, body: Array(body.readableBytesView), on: channel)
        if answer.delayMilliseconds > 0 { try await Task.sleep(for: .milliseconds(answer.delayMilliseconds)) }
        switch answer.delivery {
        case .whole:
            try await writer.write(
                response: answer.head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        case .dropped:
            throw DroppedConnection()
        case .cut:
            let body = try await writer.writeHead(answer.head)
            var bodyWriter = body
            try await bodyWriter.write(ByteBuffer(bytes: answer.body.prefix(answer.body.count / 2)))
            throw DroppedConnection()
        }
    }

    private func answer(to request: Request, body: [UInt8], on channel: any Channel) async -> StandinAnswer {
        let scheme = certificate == nil ? "http" : "https"
        let authority = request.head.authority ?? "\(host):\(channel.localAddress?.port ?? port)"
        guard let target = RequestTarget(request.head.path ?? "/") else { return StandinAnswer(400) }
        return await answer(
            StandinRequest(
                request.head.method.rawValue, target, headers: request.head.headerFields, body: body,
                origin: "\(scheme)://\(authority)"))
    }
}

extension StandinAnswer {
    fileprivate var head: HTTPResponse {
        var head = HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: headers)
        if status != 204 { head.headerFields[.contentLength] = String(body.count) }
        return head
    }
}

/// Ends a connection: the server closes it when its handler throws.
private struct DroppedConnection: Error {}
