import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import Synchronization

/// The connections of a client: one pool for each way, closed when nobody uses the client any more.
package final class Connections: Sendable {
    private struct Way: Hashable {
        let proxy: ProxySettings.Server?
        /// The client's certificate is shown to the application only, never to where it redirects.
        let showsCertificate: Bool
    }

    private let pools = Mutex<[Way: AsyncHTTPClient.HTTPClient]>([:])
    private let proxies: ProxySettings
    private let plain: TLSConfiguration
    private let identified: TLSConfiguration?
    private let decompresses: Bool
    private let addresses: [String: String]

    /// - Parameters:
    ///   - decompresses: whether bodies that were made smaller for the way come as they are meant.
    ///   - addresses: where hosts are, in place of what their names say by then.
    /// - Throws: `ServiceError` for a variable that can't be gone by.
    package init(
        _ environment: [String: String], certificate: ClientCertificate?, decompresses: Bool = true,
        addresses: [String: String] = [:]
    ) throws {
        self.decompresses = decompresses
        self.addresses = addresses
        proxies = try ProxySettings(environment)
        plain = try TrustRoots.configuration(environment, certificate: nil)
        identified = try certificate.map { try TrustRoots.configuration(environment, certificate: $0) }
    }

    deinit {
        for pool in pools.withLock({ $0.values.map { $0 } }) { pool.shutdown { _ in } }
    }

    func pool(for origin: Origin, showingCertificate: Bool) -> AsyncHTTPClient.HTTPClient {
        let way = Way(proxy: proxies.server(for: origin), showsCertificate: showingCertificate && identified != nil)
        return pools.withLock { pools in
            if let pool = pools[way] { return pool }
            let pool = AsyncHTTPClient.HTTPClient(
                eventLoopGroup: AsyncHTTPClient.HTTPClient.defaultEventLoopGroup, configuration: configuration(way))
            pools[way] = pool
            return pool
        }
    }

    private func configuration(_ way: Way) -> AsyncHTTPClient.HTTPClient.Configuration {
        var configuration = AsyncHTTPClient.HTTPClient.Configuration(
            tlsConfiguration: way.showsCertificate ? identified ?? plain : plain, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(30)), decompression: decompresses ? .enabled(limit: .none) : .disabled)
        configuration.dnsOverride = addresses
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.proxy = way.proxy.map { proxy in
            switch proxy.kind {
            case .socks: .socksServer(host: proxy.host, port: proxy.port)
            case .http:
                .server(
                    host: proxy.host, port: proxy.port,
                    authorization: proxy.user.isEmpty && proxy.password.isEmpty
                        ? nil : .basic(username: proxy.user, password: proxy.password))
            }
        }
        return configuration
    }
}
