import AccessModel
import ConnectorKit
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Connects to a server over TCP, within a time.
enum ServerSocket {
    /// A connected socket, on which no call waits longer than a second.
    ///
    /// - Throws: an ``LDAPFailure`` when the server isn't there, and `CancellationError`.
    static func connected(_ settings: ConnectionSettings) throws -> Int32 {
        // The library writes to sockets that the server may have closed; that is an error to tell, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        var wish = addrinfo()
        wish.ai_family = AF_UNSPEC
        wish.ai_socktype = stream
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(settings.address.host, "\(settings.address.port)", &wish, &found)
        guard status == 0 else { throw failure(settings, String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(found) }
        let deadline = ContinuousClock.now + .seconds(settings.secondsToConnect)
        var problem: Int32 = 0
        var next = found
        while let place = next?.pointee {
            if let socket = try connect(to: place, until: deadline, &problem) { return socket }
            next = place.ai_next
        }
        throw failure(settings, String(cString: strerror(problem)))
    }

    #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    private static let stream = SOCK_STREAM
    #endif

    private static func failure(_ settings: ConnectionSettings, _ remark: String) -> LDAPFailure {
        LDAPFailure(result: .serverDown, work: "\(settings.address.url): connecting", remark: remark)
    }

    /// Nil when it can't be reached there.
    private static func connect(
        to place: addrinfo, until deadline: ContinuousClock.Instant, _ problem: inout Int32
    ) throws -> Int32? {
        let socket = socket(place.ai_family, place.ai_socktype, place.ai_protocol)
        guard socket >= 0 else {
            problem = errno
            return nil
        }
        do {
            problem = try reach(place, from: socket, until: deadline)
        } catch {
            close(socket)
            throw error
        }
        guard problem == 0 else {
            close(socket)
            return nil
        }
        prepare(socket)
        return socket
    }

    /// The number of what went wrong; zero for nothing.
    private static func reach(
        _ place: addrinfo, from socket: Int32, until deadline: ContinuousClock.Instant
    ) throws -> Int32 {
        let flags = fcntl(socket, F_GETFL)
        _ = fcntl(socket, F_SETFL, flags | O_NONBLOCK)
        defer { _ = fcntl(socket, F_SETFL, flags) }
        #if canImport(Glibc)
        let status = Glibc.connect(socket, place.ai_addr, place.ai_addrlen)
        #else
        let status = Darwin.connect(socket, place.ai_addr, place.ai_addrlen)
        #endif
        guard status != 0 else { return 0 }
        guard errno == EINPROGRESS else { return errno }
        var wait = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        while poll(&wait, 1, 200) <= 0 {
            try Task.checkCancellation()
            guard ContinuousClock.now < deadline else { return ETIMEDOUT }
        }
        var problem: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length) == 0 ? problem : errno
    }

    /// A peer that stops in the middle of a message must not hold a thread for ever: the library asks again after each second.
    private static func prepare(_ socket: Int32) {
        var second = timeval(tv_sec: 1, tv_usec: 0)
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &second, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &second, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
    }
}

/// Ends a connection on which somebody waits for too long.
final class SocketWatch: Sendable {
    private enum State {
        case watching(Int32)
        case ended
        case late
    }

    private let state: Mutex<State>

    /// Watches `socket` until ``end()``, for so many seconds.
    init(over socket: Int32, seconds: Int) {
        state = Mutex(.watching(socket))
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [weak self] in self?.endConnection() }
    }

    /// Stops watching; true when it was too late.
    func end() -> Bool {
        state.withLock { state in
            if case .late = state { return true }
            state = .ended
            return false
        }
    }

    private func endConnection() {
        state.withLock { state in
            guard case .watching(let socket) = state else { return }
            shutdown(socket, Int32(SHUT_RDWR))
            state = .late
        }
    }
}
