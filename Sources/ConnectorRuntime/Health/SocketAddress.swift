import AccessModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A place that can be listened at or connected to.
struct SocketAddress: Sendable {
    let family: Int32
    private let bytes: [UInt8]

    private init(family: Int32, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }

    /// Where the socket listens.
    init?(of socket: Socket) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutableBytes(of: &storage) { buffer in
            buffer.withMemoryRebound(to: sockaddr.self) { getsockname(socket.descriptor, $0.baseAddress, &size) }
        }
        guard result == 0 else { return nil }
        family = Int32(storage.ss_family)
        bytes = withUnsafeBytes(of: &storage) { Array($0.prefix(Int(size))) }
    }

    /// The addresses of a host, the one to try first in front; an empty host stands for this machine.
    ///
    /// - Parameter isPassive: whether it is to be listened at, so that an empty host means all of its addresses.
    static func resolve(_ host: String, port: Int, isPassive: Bool) throws(ServiceError) -> [SocketAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        hints.ai_flags = AI_NUMERICSERV | (isPassive ? AI_PASSIVE : 0)
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host.isEmpty ? nil : host, "\(port)", &hints, &found)
        guard result == 0 else {
            throw ServiceError(.unknown, "\(host): \(String(cString: gai_strerror(result)))")
        }
        defer { freeaddrinfo(found) }
        return sequence(first: found, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let entry, let address = entry.pointee.ai_addr else { return nil }
            let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
            return SocketAddress(family: entry.pointee.ai_family, bytes: Array(bytes))
        }
    }

    /// Calls `body` with the address as the system takes it.
    func withPointer<Value>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Value) -> Value {
        bytes.withUnsafeBytes { buffer in
            body(buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
    }

    /// The port.
    var port: Int {
        // Both families have it in bytes 2 and 3, in network order.
        bytes.count > 3 ? Int(bytes[2]) << 8 | Int(bytes[3]) : 0
    }
}
