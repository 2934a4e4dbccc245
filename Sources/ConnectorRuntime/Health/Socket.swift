import Dispatch

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A TCP socket that never blocks a thread; it is closed when nobody holds it any more.
final class Socket: Sendable {
    /// What a socket is waited for.
    enum Readiness {
        case reading, writing
    }

    let descriptor: Int32

    private init(adopting descriptor: Int32) throws(SocketError) {
        self.descriptor = descriptor
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw .last }
    }

    deinit { close(descriptor) }

    private convenience init(for address: SocketAddress) throws(SocketError) {
        #if canImport(Glibc)
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
        let descriptor = socket(address.family, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw .last }
        try self.init(adopting: descriptor)
    }

    // MARK: Both ends

    /// A socket that listens at `address`.
    static func listening(at address: SocketAddress, backlog: Int32) throws(SocketError) -> Socket {
        let socket = try Socket(for: address)
        var yes: Int32 = 1
        setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = address.withPointer { bind(socket.descriptor, $0, $1) } == 0
        guard isBound, listen(socket.descriptor, backlog) == 0 else { throw .last }
        return socket
    }

    /// The next connection that comes in.
    ///
    /// - Throws: `CancellationError` and nothing else: what is wrong with one connection, or for a while, doesn't end the service.
    func accepted() async throws -> Socket {
        while true {
            try Task.checkCancellation()
            let descriptor = accept(descriptor, nil, nil)
            if descriptor >= 0 {
                // The peer may be gone already; then there is nobody to tell.
                if let socket = try? Socket(adopting: descriptor) { return socket }
                continue
            }
            switch errno {
            case EAGAIN, EWOULDBLOCK: await wait(for: .reading)
            case EINTR, ECONNABORTED: continue
            default: try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// A connection to `address`.
    static func connected(to address: SocketAddress) async throws -> Socket {
        let socket = try Socket(for: address)
        let result = address.withPointer { connect(socket.descriptor, $0, $1) }
        if result != 0 {
            guard errno == EINPROGRESS || errno == EINTR else { throw SocketError.last }
            await socket.wait(for: .writing)
            try Task.checkCancellation()
            var number: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(socket.descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else {
                throw SocketError.last
            }
            guard number == 0 else { throw SocketError(number: number) }
        }
        return socket
    }

    // MARK: Bytes

    /// Some bytes, as soon as there are any; none at the end.
    func bytes(atMost count: Int) async throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let read = try await repeating(.reading) { recv(descriptor, &buffer, count, 0) }
        return Array(buffer.prefix(read))
    }

    /// Sends all of `bytes`.
    func send(_ bytes: [UInt8]) async throws {
        #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
        #else
        let flags: Int32 = 0
        #endif
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = try await repeating(.writing) {
                rest.withUnsafeBytes { platformSend(descriptor, $0.baseAddress, $0.count, flags) }
            }
            rest = rest.dropFirst(sent)
        }
    }

    /// Tells the peer that nothing more comes.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Calls until the system has something to say.
    private func repeating(_ readiness: Readiness, _ call: () -> Int) async throws -> Int {
        while true {
            try Task.checkCancellation()
            let result = call()
            if result >= 0 { return result }
            switch errno {
            case EAGAIN, EWOULDBLOCK: await wait(for: readiness)
            case EINTR: continue
            default: throw SocketError.last
            }
        }
    }

    /// Waits until the socket is ready or the task is cancelled.
    private func wait(for readiness: Readiness) async {
        // Dispatch sources may be used from any thread; only their Swift declaration doesn't say so.
        nonisolated(unsafe) let source: any DispatchSourceProtocol =
            switch readiness {
            case .reading: DispatchSource.makeReadSource(fileDescriptor: descriptor)
            case .writing: DispatchSource.makeWriteSource(fileDescriptor: descriptor)
            }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                source.setEventHandler { source.cancel() }
                // Runs once, when the system has let go of the descriptor.
                source.setCancelHandler { continuation.resume() }
                source.activate()
            }
        } onCancel: {
            source.cancel()
        }
    }
}

/// The system's `send`, which has the name of our method.
private func platformSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}

/// What the system says against a socket.
struct SocketError: Error, CustomStringConvertible {
    /// The system's number for it.
    let number: Int32

    static var last: SocketError { SocketError(number: errno) }

    var description: String { String(cString: strerror(number)) }
}
