import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import LanternCatalog
import LanternSignIn
import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The server: pages, API and, later, connectors, all behind one address.
///
/// Over TLS it speaks HTTP/2 and HTTP/1.1 on the same port, as the client asks for (ALPN).
public struct WebServer: Service {
    /// Where it listens.
    public struct Address: Sendable, CustomStringConvertible {
        /// The host to listen on.
        public let host: String
        /// The port; 0 takes a free one.
        public let port: Int

        /// An address to listen on.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `host:port`, `:port` or `[::1]:port`.
        public init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65535).contains(port)
            else { return nil }
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = String(host.dropFirst().dropLast())
            } else {
                // An address with colons needs brackets, or its last part would be taken for the port.
                guard !host.contains(":") else { return nil }
            }
            guard !host.contains("["), !host.contains("]") else { return nil }
            self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
        }

        /// The address as it stands in a URL.
        public var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    private let site: Site
    private let address: Address
    private let certificate: ServerCertificate?
    private let started: @Sendable (Int) -> Void

    /// A server for a site.
    ///
    /// - Parameters:
    ///   - certificate: what it shows for itself; without one it speaks HTTP, for a loopback address or a proxy before it.
    ///   - started: called with the port once it listens.
    public init(
        _ site: Site, at address: Address, certificate: ServerCertificate?, started: @escaping @Sendable (Int) -> Void
    ) {
        self.site = site
        self.address = address
        self.certificate = certificate
        self.started = started
    }

    /// Serves until it is asked to stop; requests that are being answered are finished first.
    ///
    /// - Throws: ``ListeningError`` when it can't have its address.
    public func run() async throws {
        var log = site.log
        log.logLevel = .warning
        let application = Hummingbird.Application(
            router: site.router, server: try builder,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { channel in started(channel.localAddress?.port ?? 0) }, logger: log)
        do {
            try await application.run()
        } catch let error as IOError {
            // What goes wrong with a single connection stays with that connection.
            throw ListeningError(address: address, reason: String(cString: strerror(error.errnoCode)).lowercased())
        } catch is SocketAddressError.UnknownHost {
            throw ListeningError(address: address, reason: "there is no such host")
        }
    }

    private var builder: HTTPServerBuilder {
        get throws {
            guard let certificate else { return .http1() }
            var configuration = try certificate.configuration
            configuration.minimumTLSVersion = .tlsv12
            return try .http2Upgrade(tlsConfiguration: configuration)
        }
    }
}

/// An address that a server can't have.
public struct ListeningError: Error, CustomStringConvertible {
    /// The address.
    public let address: WebServer.Address
    /// What the system says, such as `address already in use`.
    public let reason: String

    /// What is wrong, and what to do.
    public var description: String {
        "\(address): can't be listened on: \(reason). Name another address with --listen, or end what listens there."
    }
}
