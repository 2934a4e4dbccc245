import AccessModel
import CommandLineKit
import Logging
import SyncEngine

/// Tells over HTTP how a connector is (connector-runtime §11.1).
///
/// It knows three paths and nothing else of HTTP, so that programs without HTTP need no library for it.
struct HealthServer: Sendable {
    /// Where it listens.
    struct Place: Sendable {
        /// An address or a host's name; empty means all addresses of this machine.
        let host: String
        /// The port; 0 lets the system choose one.
        let port: Int
    }

    /// How long a request's head may take to come.
    private static let headLimit = Duration.seconds(10)
    /// How long an answer may take to go out.
    private static let sendLimit = Duration.seconds(10)
    /// How many connections are served at once; others wait.
    private static let connectionLimit = 16

    private let socket: Socket
    private let health: ConnectorHealth
    private let headLimit: Duration
    private let log: Logger

    /// Where it listens indeed.
    let place: Place

    /// Begins to listen.
    ///
    /// - Throws: a `ServiceError` that names the address.
    init(
        at place: Place, health: ConnectorHealth, log: Logger, headLimit: Duration = HealthServer.headLimit
    ) throws(ServiceError) {
        do throws(ServiceError) {
            socket = try Self.listen(at: place)
        } catch {
            let cure = "Give --health-check-port or --health-check-bind-address another value."
            throw ServiceError(.unknown, "failed to start health check server: \(error). \(cure)")
        }
        self.place = Place(host: place.host, port: SocketAddress(of: socket)?.port ?? place.port)
        self.health = health
        self.headLimit = headLimit
        self.log = log
        log.info("health check server started", metadata: ["address": "\(self.place)"])
    }

    /// Answers until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            var open = 0
            while true {
                if open == Self.connectionLimit {
                    await group.next()
                    open -= 1
                }
                // Only cancellation ends the waiting.
                guard let connection = try? await socket.accepted() else { break }
                open += 1
                group.addTask { await serve(connection) }
            }
            group.cancelAll()
        }
        await health.stop()
    }

    private static func listen(at place: Place) throws(ServiceError) -> Socket {
        var problem = "no such address"
        for address in try SocketAddress.resolve(place.host, port: place.port, isPassive: true) {
            switch Result(catching: { () throws(SocketError) in
                try Socket.listening(at: address, backlog: Int32(connectionLimit))
            }) {
            case .success(let socket): return socket
            case .failure(let error): problem = "\(error)"
            }
        }
        throw ServiceError(.unknown, "\(place): \(problem)")
    }

    // MARK: One connection

    private func serve(_ connection: Socket) async {
        do {
            let response = try await response(to: connection)
            try await withTimeLimit(Self.sendLimit, orThrow: ServiceError(.deadlineExceeded, "")) {
                try await connection.send(Array(response.utf8))
                // Closing with something unread would make the system take the answer back.
                connection.endSending()
                var drained = 0
                while drained < 1 << 16 {
                    let rest = try await connection.bytes(atMost: 4096)
                    guard !rest.isEmpty else { break }
                    drained += rest.count
                }
            }
        } catch {
            // A peer that went away, or the end of the run: nobody is there to be told.
            log.debug("health check: a connection broke off", metadata: ["error": "\(error)"])
        }
    }

    private func response(to connection: Socket) async throws -> String {
        do {
            let head = try await withTimeLimit(headLimit, orThrow: HeadTimeout()) {
                try await Self.head(from: connection)
            }
            guard let answer = await health.answer(head.path) else {
                return Self.response(404, "text/plain", "404 page not found\n", isHead: head.method == "HEAD")
            }
            log.debug("health check", metadata: ["path": "\(head.path)", "status": .stringConvertible(answer.status)])
            return Self.response(answer.status, "application/json", answer.body, isHead: head.method == "HEAD")
        } catch RequestHead.Failure.malformed {
            return Self.response(400, "text/plain", "400 bad request\n")
        } catch RequestHead.Failure.tooLarge {
            return Self.response(431, "text/plain", "431 request header fields too large\n")
        } catch is HeadTimeout {
            return Self.response(408, "text/plain", "408 request timeout\n")
        }
    }

    private struct HeadTimeout: Error {}

    private static func head(from connection: Socket) async throws -> RequestHead {
        var bytes: [UInt8] = []
        while true {
            let more = try await connection.bytes(atMost: 4096)
            guard !more.isEmpty else { throw SocketError(number: 0) }
            bytes += more
            if let head = try RequestHead(parsing: bytes) { return head }
        }
    }

    private static let reasons = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 408: "Request Timeout",
        431: "Request Header Fields Too Large", 503: "Service Unavailable",
    ]

    private static func response(_ status: Int, _ type: String, _ body: String, isHead: Bool = false) -> String {
        "HTTP/1.1 \(status) \(reasons[status] ?? "")\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Cache-Control: no-store\r\nConnection: close\r\n\r\n" + (isHead ? "" : body)
    }
}

extension HealthServer {
    /// Runs `work` and, if the flags ask for it, tells of the connector's health as long as that takes.
    static func telling<Value>(
        _ flags: ParsedFlags, of client: @escaping @Sendable () async throws -> any ConnectorClient, log: Logger,
        while work: () async throws -> Value
    ) async throws -> Value {
        guard flags.bool("health-check") else { return try await work() }
        let server = try HealthServer(at: try Place(flags), health: ConnectorHealth(log: log, client: client), log: log)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            defer { group.cancelAll() }
            return try await work()
        }
    }
}

extension HealthServer.Place: CustomStringConvertible {
    /// Where the flags say.
    init(_ flags: ParsedFlags) throws(UsageError) {
        self.init(host: flags.string("health-check-bind-address"), port: flags.int("health-check-port"))
        guard (0...65_535).contains(port) else { throw UsageError("health-check-port: \(port) is not 0 to 65535") }
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
