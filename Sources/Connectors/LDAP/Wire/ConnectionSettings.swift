import AccessModel
import ConnectorKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How a server is reached, and as whom.
struct ConnectionSettings: Sendable {
    /// Whose certificates are good.
    enum Trust: Sendable {
        /// Anybody's.
        case everybody
        /// Those that the authorities in this PEM file signed, for the server's name.
        case authorities(file: String)
    }

    let address: ServerAddress
    /// Whether TLS is begun on a connection without.
    let startsTLS: Bool
    let trust: Trust
    let bindDN: String
    let password: Secret
    /// How long a request may take.
    let timeout: Duration

    /// How long connecting may take, in seconds.
    var secondsToConnect: Int { min(30, Int(timeout.components.seconds)) }

    var isEncrypted: Bool { address.isSecure || startsTLS }

    /// Where systems keep the authorities they trust.
    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// What `configuration` says.
    ///
    /// - Throws: a `ServiceError` that names the setting which is missing or makes no sense.
    init(_ configuration: LDAPConfiguration, timeout: Duration, environment: [String: String]) throws {
        address =
            try configuration.url.isEmpty
            ? ServerAddress(parsing: "ldap://\(configuration.domain)", in: "domain")
            : ServerAddress(parsing: configuration.url, in: "url")
        startsTLS = configuration.startsTLS
        guard !(startsTLS && address.isSecure) else {
            throw ServiceError(
                .invalidArgument, "start-tls: an ldaps:// connection is encrypted already. Leave it out.")
        }
        trust = try Self.trust(configuration, isEncrypted: startsTLS || address.isSecure, environment)
        bindDN = configuration.bindDN.isEmpty ? configuration.userDN : configuration.bindDN
        guard !bindDN.isEmpty else {
            throw ServiceError(
                .invalidArgument, "missing bind-dn: name the account to sign in as with --bind-dn (BATON_BIND_DN).")
        }
        for (name, value) in [("bind-dn", configuration.bindDN), ("user-dn", configuration.userDN)] {
            guard DistinguishedName(value) != nil else { throw DistinguishedName.wrong(value, in: name) }
        }
        password = configuration.password
        self.timeout = timeout
    }

    private static func trust(
        _ configuration: LDAPConfiguration, isEncrypted: Bool, _ environment: [String: String]
    ) throws -> Trust {
        guard !configuration.skipsVerifying, isEncrypted else { return .everybody }
        let named = [("ca-file", configuration.authorities), ("SSL_CERT_FILE", environment["SSL_CERT_FILE"] ?? "")]
        for (name, path) in named where !path.isEmpty {
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw ServiceError(.invalidArgument, "\(name): \(path) can't be read.")
            }
            return .authorities(file: path)
        }
        guard let bundle = bundles.first(where: FileManager.default.isReadableFile) else {
            throw ServiceError(
                .failedPrecondition,
                "this system has no certificate authorities. Name a PEM file with --ca-file, or install ca-certificates."
            )
        }
        return .authorities(file: bundle)
    }
}

extension DistinguishedName {
    /// The error of a setting or argument that should be a name.
    static func wrong(_ text: String, in place: String) -> ServiceError {
        ServiceError(
            .invalidArgument,
            "error parsing \(place): \"\(text.prefix(200))\" is no distinguished name. Write one such as cn=reader,dc=example,dc=com, of Active Directory too."
        )
    }
}
