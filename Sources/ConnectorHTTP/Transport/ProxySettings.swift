import AccessModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which addresses are reached through which proxy: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`.
struct ProxySettings: Sendable {
    struct Server: Hashable, Sendable {
        enum Kind: Hashable { case http, socks }
        let kind: Kind
        let host: String
        let port: Int
        let user: String
        let password: String
    }

    private let http: Server?
    private let https: Server?
    private let exceptions: [String]

    init(_ environment: [String: String]) throws {
        func variable(_ name: String) -> (name: String, value: String) {
            for name in [name, name.lowercased()] {
                if let value = environment[name], !value.isEmpty { return (name, value) }
            }
            return (name, "")
        }
        http = try Self.server(variable("HTTP_PROXY"))
        https = try Self.server(variable("HTTPS_PROXY"))
        exceptions = variable("NO_PROXY").value.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// The proxy on the way to `origin`; nil for the direct way.
    func server(for origin: Origin) -> Server? {
        guard let server = origin.scheme == "https" ? https : http, !isExcepted(origin) else { return nil }
        return server
    }

    private func isExcepted(_ origin: Origin) -> Bool {
        let host = origin.bareHost
        let address = Network.bytes(of: host)
        if host == "localhost" || address.map(Self.isLoopback) == true { return true }
        return exceptions.contains { exception in
            if exception == "*" { return true }
            if let address, let network = Network(exception) { return network.contains(address) }
            var name = exception[...]
            if let colon = name.lastIndex(of: ":"), let port = Int(name[name.index(after: colon)...]) {
                guard port == origin.port else { return false }
                name = name[..<colon]
            }
            if name.hasPrefix("*.") { name = name.dropFirst() }
            if name.hasPrefix(".") { return host.hasSuffix(name) }
            return host == name || host.hasSuffix(".\(name)")
        }
    }

    private static func isLoopback(_ address: [UInt8]) -> Bool {
        address.count == 4 ? address[0] == 127 : address == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// `host:port`, `http://user:password@host:port` or `socks5://…`.
    private static func server(_ variable: (name: String, value: String)) throws -> Server? {
        guard !variable.value.isEmpty else { return nil }
        var rest = variable.value[...]
        var scheme = "http"
        if let mark = rest.firstRange(of: "://") {
            scheme = rest[..<mark.lowerBound].lowercased()
            rest = rest[mark.upperBound...]
        }
        let kind: Server.Kind? =
            switch scheme {
            case "http": .http
            case "socks5", "socks5h": .socks
            default: nil
            }
        guard let kind else {
            throw ServiceError(
                .invalidArgument, "\(variable.name): a proxy is reached by http:// or socks5://, not by \(scheme)://.")
        }
        if let slash = rest.firstIndex(of: "/") { rest = rest[..<slash] }
        var user = ""
        var password = ""
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = PercentEncoding.decodedUserInfo(parts[0])
            password = parts.count == 2 ? PercentEncoding.decodedUserInfo(parts[1]) : ""
            rest = rest[rest.index(after: at)...]
        }
        let standard = kind == .socks ? 1080 : 80
        guard let origin = Origin(scheme: Array("http".utf8)[...], authority: Array(rest.utf8)[...]) else {
            throw ServiceError(.invalidArgument, "\(variable.name): no address of a proxy. Write http://host:port.")
        }
        guard kind == .http || user.isEmpty else {
            throw ServiceError(
                .invalidArgument, "\(variable.name): a socks5:// proxy with user and password isn't supported.")
        }
        let hasPort = rest.last != "]" && rest.contains(":")
        return Server(
            kind: kind, host: origin.bareHost, port: hasPort ? origin.port : standard, user: user, password: password)
    }
}

/// A range of IP addresses, such as `10.0.0.0/8`, or one.
private struct Network {
    private let prefix: [UInt8]
    private let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let prefix = Self.bytes(of: String(first)) else { return nil }
        self.prefix = prefix
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...prefix.count * 8).contains(bits) else { return nil }
            self.bits = bits
        } else {
            bits = prefix.count * 8
        }
    }

    func contains(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == prefix.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == prefix[bit / 8] & mask
        }
    }

    /// The bytes of an address in figures; nil for a name.
    static func bytes(of text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: v6) { Array($0) } }
        return nil
    }
}
