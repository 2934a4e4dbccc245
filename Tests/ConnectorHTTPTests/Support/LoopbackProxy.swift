import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A proxy on this machine that leads every CONNECT to one port, whatever host was asked for.
final class LoopbackProxy: Sendable {
    private let lines = Mutex<[String]>([])
    let port: Int

    private init(port: Int) {
        self.port = port
    }

    /// The request heads that came.
    var heads: [String] { lines.withLock { $0 } }

    /// Runs `body` with a proxy that leads to `target`, for those who say `credentials`, or for all.
    static func run<Value>(
        to target: Int, credentials: String? = nil, _ body: (LoopbackProxy) async throws -> Value
    ) async throws -> Value {
        let journal = Journal()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectHandler(journal, target: target, credentials: credentials))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = LoopbackProxy(port: channel.localAddress?.port ?? 0)
        journal.proxy.withLock { $0 = proxy }
        do {
            let value = try await body(proxy)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }

    fileprivate func note(_ head: String) {
        lines.withLock { $0.append(head) }
    }
}

private final class Journal: Sendable {
    let proxy = Mutex<LoopbackProxy?>(nil)

    func note(_ head: String) {
        proxy.withLock { $0 }?.note(head)
    }
}

private final class ConnectHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let journal: Journal
    private let target: Int
    private let credentials: String?
    private var received: [UInt8] = []
    private var peer: (any Channel)?

    init(_ journal: Journal, target: Int, credentials: String?) {
        self.journal = journal
        self.target = target
        self.credentials = credentials
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let peer { return peer.writeAndFlush(buffer, promise: nil) }
        received += Array(buffer.readableBytesView)
        guard received.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) else { return }
        let head = String(decoding: received, as: UTF8.self)
        journal.note(head)
        if let credentials, !head.lowercased().contains("proxy-authorization: basic \(credentials)".lowercased()) {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: refusal)), promise: nil)
            return
        }
        let channel = context.channel
        let holder = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { peer in
                peer.eventLoop.makeCompletedFuture {
                    try peer.pipeline.syncOperations.addHandler(BackHandler(to: channel))
                }
            }
            .connect(host: "127.0.0.1", port: target)
            .whenSuccess { peer in
                holder.value.peer = peer
                channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"), promise: nil)
            }
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer?.close(promise: nil)
    }
}

private final class BackHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel

    init(to channel: any Channel) {
        self.channel = channel
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        channel.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        channel.close(promise: nil)
    }
}
