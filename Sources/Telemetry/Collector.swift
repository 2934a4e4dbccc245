/// An OpenTelemetry collector: where it is, and how it is spoken to (connector-runtime §11.2).
public struct Collector: Sendable, Equatable {
    /// How the connection is secured.
    public enum Security: Sendable, Equatable {
        /// TLS, trusting what the system trusts.
        case system
        /// TLS, trusting only these certificates, in PEM.
        case authority([UInt8])
        /// None: everything is readable on the way.
        case plaintext
    }

    /// Its host name or address.
    public let host: String
    /// Its port.
    public let port: Int
    /// How the connection is secured.
    public let security: Security
    /// Whether it gets spans.
    public let takesTraces: Bool
    /// Whether it gets log lines.
    public let takesLogs: Bool

    /// A collector at `endpoint`.
    ///
    /// - Parameter endpoint: `host:port`, where an IPv6 address stands in brackets; also as a URL or with `dns:///` before it.
    ///   Without a port it is 4317, which is OTLP's (OTLP specification, "OTLP/gRPC Default Port").
    /// - Throws: ``EndpointError`` when it is none of these.
    public init(at endpoint: String, security: Security, takesTraces: Bool = true, takesLogs: Bool = true)
        throws(EndpointError)
    {
        var rest = Substring(endpoint)
        for prefix in ["dns:///", "https://", "http://"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            if rest.hasSuffix("/") { rest = rest.dropLast() }
            break
        }
        guard let (host, port) = Self.parts(of: rest) else { throw EndpointError(endpoint: endpoint) }
        self.host = host
        self.port = port
        self.security = security
        self.takesTraces = takesTraces
        self.takesLogs = takesLogs
    }

    private static func parts(of address: Substring) -> (host: String, port: Int)? {
        var host = address
        var port: Int? = 4317
        if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
            host = address[address.index(after: address.startIndex)..<end]
            let rest = address[address.index(after: end)...]
            if !rest.isEmpty { port = rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil }
        } else if let colon = address.firstIndex(of: ":") {
            host = address[..<colon]
            port = Int(address[address.index(after: colon)...])
        }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        guard let port, (1...65535).contains(port), !host.isEmpty, isPlain else { return nil }
        return (String(host), port)
    }
}

/// An address that names no collector.
public struct EndpointError: Error, Sendable, CustomStringConvertible {
    /// What was given.
    public let endpoint: String

    /// One line for a person.
    public var description: String {
        "\"\(endpoint)\" is not the address of a collector. Write host:port, such as localhost:4317"
    }
}
