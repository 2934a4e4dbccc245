import ConnectorHTTP
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A request as the server of these tests saw it.
struct SeenRequest: Sendable {
    let method: String
    let target: String
    let fields: HeaderFields
    let body: String
    /// Which of the server's connections it came by, counted from 1.
    let connection: Int

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The parameters of the form in its body.
    var form: [String: String] { Self.parameters(body) }
    /// The parameters of its query.
    var query: [String: String] { Self.parameters(String(target.drop { $0 != "?" }.dropFirst())) }

    private static func parameters(_ text: String) -> [String: String] {
        var result: [String: String] = [:]
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            result[pair[0]] = pair.count == 2 ? (pair[1].removingPercentEncoding ?? "") : ""
        }
        return result
    }
}

/// What the server does with a request.
struct Reply: Sendable {
    enum Step: Sendable {
        case send([UInt8])
        case wait(Gate)
        case close
        case reset
    }

    var steps: [Step]

    init(_ steps: Step...) { self.steps = steps }

    /// Nothing: the client waits.
    static let silence = Reply()
    static let close = Reply(.close)
    static let reset = Reply(.reset)

    static func json(_ text: String, status: Int = 200, _ fields: [String: String] = [:]) -> Reply {
        var fields = fields
        fields["Content-Type"] = fields["Content-Type"] ?? "application/json"
        return Reply(.send(head(status, fields, length: text.utf8.count) + Array(text.utf8)))
    }

    /// Only the beginning of an answer that promises `length` bytes.
    static func beginning(_ text: String, promising length: Int, then steps: Step...) -> Reply {
        var reply = Reply(.send(head(200, ["Content-Type": "application/json"], length: length) + Array(text.utf8)))
        reply.steps += steps
        return reply
    }

    private static func head(_ status: Int, _ fields: [String: String], length: Int) -> [UInt8] {
        var text = "HTTP/1.1 \(status) Status\r\n"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        text += status == 304 || status == 204 ? "\r\n" : "Content-Length: \(length)\r\n\r\n"
        return Array(text.utf8)
    }
}

/// An HTTP server on this machine that answers as a test says.
final class LoopbackServer: Sendable {
    private struct Seen {
        var requests: [SeenRequest] = []
        var connections = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let seen = Mutex(Seen())
    private let channel: any Channel
    let port: Int
    let scheme: String

    private init(_ channel: any Channel, scheme: String) {
        self.channel = channel
        self.scheme = scheme
        port = channel.localAddress?.port ?? 0
    }

    /// Runs `body` with a server that answers as `answer` says, and does what `greeting` says with every new connection.
    static func run<Value>(
        tls: NIOSSLContext? = nil, greeting: Reply = .silence, _ answer: @escaping @Sendable (SeenRequest) -> Reply,
        _ body: (LoopbackServer) async throws -> Value
    ) async throws -> Value {
        let box = Mutex<LoopbackServer?>(nil)
        let holder = Holder(box)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(ServerHandler(holder, greeting, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = LoopbackServer(channel, scheme: tls == nil ? "http" : "https")
        holder.server.withLock { $0 = server }
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// Where it listens.
    var address: String { "\(scheme)://127.0.0.1:\(port)" }

    /// The requests so far.
    var requests: [SeenRequest] { seen.withLock { $0.requests } }

    /// How many connections were made to it.
    var connections: Int { seen.withLock { $0.connections } }

    /// Waits until so many requests came.
    func requests(_ count: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReady = seen.withLock { seen in
                if seen.requests.count >= count { return true }
                seen.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    fileprivate func connect() -> Int {
        seen.withLock { seen in
            seen.connections += 1
            return seen.connections
        }
    }

    fileprivate func note(_ request: SeenRequest) {
        let ready = seen.withLock { seen in
            seen.requests.append(request)
            let ready = seen.watchers.filter { $0.count <= seen.requests.count }.map(\.continuation)
            seen.watchers.removeAll { $0.count <= seen.requests.count }
            return ready
        }
        for watcher in ready { watcher.resume() }
    }
}

private final class Holder: Sendable {
    let server: Mutex<LoopbackServer?>

    init(_ server: consuming Mutex<LoopbackServer?>) {
        self.server = server
    }

    var value: LoopbackServer? { server.withLock { $0 } }
}

private final class ServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let holder: Holder
    private let greeting: Reply
    private let answer: @Sendable (SeenRequest) -> Reply
    private var received: [UInt8] = []
    private var connection = 0

    init(_ holder: Holder, _ greeting: Reply, _ answer: @escaping @Sendable (SeenRequest) -> Reply) {
        self.holder = holder
        self.greeting = greeting
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(greeting.steps[...], on: context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if connection == 0 { connection = holder.value?.connect() ?? 0 }
        received += Array(unwrapInboundIn(data).readableBytesView)
        while let request = takeRequest() {
            let reply = answer(request)
            // Before the client can know of the answer, so that a test never counts too few.
            holder.value?.note(request)
            perform(reply.steps[...], on: context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func takeRequest() -> SeenRequest? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var fields = HeaderFields()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields.add(String(parts[0]), parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        let length = Int(fields["Content-Length"] ?? "0") ?? 0
        guard received.count >= end.upperBound + length else { return nil }
        let body = String(decoding: received[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
        received.removeFirst(end.upperBound + length)
        let words = lines[0].split(separator: " ").map(String.init)
        return SeenRequest(method: words[0], target: words[1], fields: fields, body: body, connection: connection)
    }
}

/// Takes the steps of a reply one after the other.
@Sendable private func perform(_ steps: ArraySlice<Reply.Step>, on channel: any Channel) {
    guard let step = steps.first else { return }
    let rest = steps.dropFirst()
    switch step {
    case .send(let bytes):
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        perform(rest, on: channel)
    case .wait(let gate): gate.whenOpen { channel.eventLoop.execute { perform(rest, on: channel) } }
    case .close: channel.close(promise: nil)
    case .reset:
        // Without lingering a close is a reset.
        guard let socket = channel as? any SocketOptionProvider else { return }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }
}

/// Holds replies back until the test opens it.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = true
            return state.waiting
        }
        for go in waiting { go() }
    }

    /// Waits until it is open.
    func opened() async {
        await withCheckedContinuation { continuation in whenOpen { continuation.resume() } }
    }

    fileprivate func whenOpen(_ go: @escaping @Sendable () -> Void) {
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiting.append(go) }
            return state.isOpen
        }
        if isOpen { go() }
    }
}
