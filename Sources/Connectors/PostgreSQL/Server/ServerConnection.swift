import AccessModel
import CLibpq
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One open connection.
///
/// Its calls wait for the server, so it lives inside an actor with a thread of its own. None waits beyond its deadline, and each lets go
/// when its task is cancelled.
final class ServerConnection {
    private let handle: OpaquePointer
    private let patience: Patience
    private let clock = ContinuousClock()

    /// How long a connection and a statement may take.
    struct Patience: Sendable {
        var connecting: Duration
        var answering: Duration
        /// How much later than the server itself we give a statement up.
        static let grace = Duration.seconds(5)
        /// How long a statement that was cancelled may still take.
        static let ending = Duration.seconds(2)
    }

    /// Connects and prepares the session.
    ///
    /// - Throws: `ServerFailure`, or `CancellationError`.
    init(_ string: ConnectionString, patience: Patience) throws {
        self.patience = patience
        handle = try Self.started(string)
        // The verbose form alone tells the SQLSTATE of a refusal.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        try connect()
        try prepareSession(string)
    }

    deinit {
        PQfinish(handle)
    }

    /// Whether it can still be used.
    var isUsable: Bool { PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// The server's version, such as 150018 for 15.18.
    var version: Int32 { PQserverVersion(handle) }

    /// Runs a statement, its `$n` filled with the parameters, and lets `take` read the rows.
    ///
    /// - Throws: `ServerFailure`, or `CancellationError`.
    @discardableResult
    func run<Value>(
        _ statement: String, _ parameters: [String] = [], _ take: (ServerRows) throws -> Value
    ) throws -> Value {
        try send(statement, parameters)
        let result = try answer()
        defer { PQclear(result) }
        return try take(ServerRows(result))
    }

    /// Runs a statement whose answer doesn't matter.
    func run(_ statement: String, _ parameters: [String] = []) throws {
        try run(statement, parameters) { _ in }
    }

    /// A name as it stands in a statement, quoted by libpq.
    func quoted(name: String) throws -> String {
        try quoted(PQescapeIdentifier(handle, name, name.utf8.count))
    }

    /// A text as it stands in a statement, quoted by libpq.
    func quoted(text: String) throws -> String {
        try quoted(PQescapeLiteral(handle, text, text.utf8.count))
    }

    /// What the server stores of a password, made here so that the password itself doesn't go anywhere.
    func verifier(of password: String, for role: String) throws -> String {
        let method = try run("SHOW password_encryption") { $0.first?.text(0) ?? "" }
        guard let text = PQencryptPasswordConn(handle, password, role, method) else {
            throw ServerFailure(
                .refused("22023"), "the server's password_encryption is \(method), which libpq can't do")
        }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    private func quoted(_ text: UnsafeMutablePointer<CChar>?) throws -> String {
        guard let text else { throw ServerFailure(.refused("22021"), String(cString: PQerrorMessage(handle))) }
        defer { PQfreemem(text) }
        return String(cString: text)
    }
}

// MARK: - Connecting

extension ServerConnection {
    private static func started(_ string: ConnectionString) throws -> OpaquePointer {
        var words = string.parameters.filter { $0.name != "client_encoding" }.map { ($0.name, $0.value) }
        words += [("client_encoding", "UTF8"), ("fallback_application_name", "baton-postgresql")]
        let names = words.map { strdup($0.0) } + [nil]
        let values = words.map { strdup($0.1) } + [nil]
        defer { (names + values).forEach { free($0) } }
        let handle = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                PQconnectStartParams(names.baseAddress, values.baseAddress, 0)
            }
        }
        guard let handle else { throw ServerFailure(.unreachable, "no memory for a connection") }
        return handle
    }

    private func connect() throws {
        let deadline = clock.now + patience.connecting
        guard PQstatus(handle) != CONNECTION_BAD else { throw refusal }
        var wanted = Int16(POLLOUT)
        while true {
            guard try wait(for: wanted, until: deadline) else {
                throw ServerFailure(.late, "no connection within \(patience.connecting.components.seconds) seconds")
            }
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: wanted = Int16(POLLIN)
            case PGRES_POLLING_WRITING: wanted = Int16(POLLOUT)
            default: throw refusal
            }
        }
    }

    private var refusal: ServerFailure { ServerFailure(connecting: String(cString: PQerrorMessage(handle))) }

    /// Names are looked up in pg_catalog only, so that nothing somebody put into another schema is taken for it.
    private func prepareSession(_ string: ConnectionString) throws {
        PQsetnonblocking(handle, 1)
        for setting in string.settings {
            try run("SELECT pg_catalog.set_config($1, $2, false)", [setting.name, setting.value])
        }
        if !string.settings.contains(where: { $0.name == "statement_timeout" }) {
            let limit = patience.answering.components.seconds * 1000
            try run("SELECT pg_catalog.set_config('statement_timeout', $1, false)", [String(limit)])
        }
        // Compiling a statement takes longer than running any of ours.
        try run(
            """
            SELECT pg_catalog.set_config('search_path', 'pg_catalog', false), pg_catalog.set_config('jit', 'off', false)
            """)
    }
}

// MARK: - Asking

extension ServerConnection {
    private func send(_ statement: String, _ parameters: [String]) throws {
        guard !parameters.contains(where: { $0.utf8.contains(0) }) else {
            throw ServerFailure(.refused("22021"), "a name can't hold a NUL character")
        }
        let values = parameters.map { strdup($0) }
        defer { values.forEach { free($0) } }
        let isSent = values.map { UnsafePointer($0) }.withUnsafeBufferPointer {
            PQsendQueryParams(handle, statement, Int32(parameters.count), nil, $0.baseAddress, nil, nil, 0) == 1
        }
        guard isSent else { throw ServerFailure(.lost, String(cString: PQerrorMessage(handle))) }
    }

    /// The result of what was sent; whoever gets it clears it.
    private func answer() throws -> OpaquePointer {
        let deadline = clock.now + patience.answering + Patience.grace
        var last: OpaquePointer?
        do {
            try finishSending(until: deadline)
            while let next = try nextResult(until: deadline) {
                // Only the first failure tells the cause.
                if let kept = last, PQresultStatus(kept) == PGRES_FATAL_ERROR {
                    PQclear(next)
                } else {
                    PQclear(last)
                    last = next
                }
            }
        } catch {
            PQclear(last)
            throw error
        }
        guard let last else { throw ServerFailure(.lost, "the server gave no answer") }
        switch PQresultStatus(last) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return last
        default:
            defer { PQclear(last) }
            throw failure(last)
        }
    }

    private func failure(_ result: OpaquePointer) -> ServerFailure {
        let failure = ServerFailure(result)
        // A server that ends a connection says why, or nothing at all.
        guard PQstatus(handle) == CONNECTION_BAD else { return failure }
        return ServerFailure(.lost, failure.remark)
    }

    private func finishSending(until deadline: ContinuousClock.Instant) throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1: break
            default: throw ServerFailure(.lost, String(cString: PQerrorMessage(handle)))
            }
            // A server that sends while we do would wait for us to read.
            guard try waitForServer(Int16(POLLOUT | POLLIN), until: deadline) else { throw try tooLate() }
            guard PQconsumeInput(handle) == 1 else {
                throw ServerFailure(.lost, String(cString: PQerrorMessage(handle)))
            }
        }
    }

    private func nextResult(until deadline: ContinuousClock.Instant) throws -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            guard try waitForServer(Int16(POLLIN), until: deadline) else { throw try tooLate() }
            // A lost connection becomes a result, which tells more.
            PQconsumeInput(handle)
        }
        return PQgetResult(handle)
    }

    /// Waits as ``wait(for:until:)``; a cancelled task cancels the statement first.
    private func waitForServer(_ events: Int16, until deadline: ContinuousClock.Instant) throws -> Bool {
        do {
            return try wait(for: events, until: deadline)
        } catch let error as CancellationError {
            abandon()
            throw error
        }
    }

    private func tooLate() throws -> ServerFailure {
        abandon()
        return ServerFailure(.late, "no answer within \(patience.answering.components.seconds) seconds")
    }

    /// Tells the server to stop, and gives it a moment to do so; a connection that isn't idle then is not used again.
    ///
    /// The request goes over a connection of its own, for which libpq knows no deadline, so nobody waits for it.
    private func abandon() {
        guard let request = PQgetCancel(handle) else { return }
        // It is only used in that block, and libpq made it for use in other threads.
        nonisolated(unsafe) let sendable = request
        DispatchQueue.global().async {
            var remark = [CChar](repeating: 0, count: 256)
            PQcancel(sendable, &remark, Int32(remark.count))
            PQfreeCancel(sendable)
        }
        let deadline = clock.now + Patience.ending
        while clock.now < deadline, PQstatus(handle) == CONNECTION_OK {
            guard PQisBusy(handle) == 1 else {
                guard let result = PQgetResult(handle) else { return }
                PQclear(result)
                continue
            }
            var waiting = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, Self.slice) > 0 { PQconsumeInput(handle) }
        }
    }

    /// Waits until the socket is ready; false when the deadline comes first.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    private func wait(for events: Int16, until deadline: ContinuousClock.Instant) throws -> Bool {
        while true {
            try Task.checkCancellation()
            guard clock.now < deadline else { return false }
            var waiting = pollfd(fd: PQsocket(handle), events: events, revents: 0)
            let count = poll(&waiting, 1, Self.slice)
            if count > 0 { return true }
            if count < 0, errno != EINTR {
                throw ServerFailure(.lost, "the socket can't be waited for: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// How many milliseconds may pass before a cancelled task is noticed.
    private static let slice: Int32 = 100
}
