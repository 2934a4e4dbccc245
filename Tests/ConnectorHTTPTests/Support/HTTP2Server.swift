import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization

/// A server on this machine that speaks HTTP/2 over TLS and nothing else.
final class HTTP2Server: Sendable {
    /// What it does with a request.
    enum Reply: Sendable {
        case json(String)
        /// Begins a body and resets the stream.
        case reset(after: String)
        /// Begins a body and closes the connection.
        case hangUp(after: String)
    }

    private struct Seen {
        var connections = 0
        var paths: [String] = []
    }

    private let seen = Mutex(Seen())
    private let channel = Mutex<(any Channel)?>(nil)

    /// How many connections were made to it.
    var connections: Int { seen.withLock { $0.connections } }
    /// The paths asked for.
    var paths: [String] { seen.withLock { $0.paths } }
    /// Where it listens.
    var address: String { "https://127.0.0.1:\(channel.withLock { $0 }?.localAddress?.port ?? 0)" }

    /// Runs `body` with a server that answers each path as `answer` says.
    static func run<Value>(
        _ tls: NIOSSLContext, _ answer: @escaping @Sendable (String) -> Reply,
        _ body: (HTTP2Server) async throws -> Value
    ) async throws -> Value {
        let server = HTTP2Server()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { connection in
                server.seen.withLock { $0.connections += 1 }
                return connection.eventLoop.makeCompletedFuture {
                    try connection.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    _ = try connection.pipeline.syncOperations.configureHTTP2Pipeline(
                        mode: .server, connectionConfiguration: .init(), streamConfiguration: .init()
                    ) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                            try stream.pipeline.syncOperations.addHandler(
                                StreamHandler(connection) { path in
                                    server.seen.withLock { $0.paths.append(path) }
                                    return answer(path)
                                })
                        }
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let connection: any Channel
    private let answer: @Sendable (String) -> HTTP2Server.Reply
    private var path = ""

    init(_ connection: any Channel, _ answer: @escaping @Sendable (String) -> HTTP2Server.Reply) {
        self.connection = connection
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): path = head.uri
        case .body: break
        case .end: reply(answer(path), context)
        }
    }

    private func reply(_ reply: HTTP2Server.Reply, _ context: ChannelHandlerContext) {
        let text =
            switch reply {
            case .json(let text), .reset(let text), .hangUp(let text): text
            }
        var head = HTTPResponseHead(version: .http2, status: .ok)
        head.headers.add(name: "Content-Type", value: "application/json")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        switch reply {
        case .json: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .reset: context.close(promise: nil)
        case .hangUp: connection.close(promise: nil)
        }
    }
}
