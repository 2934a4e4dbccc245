import ConnectorHTTP
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What settings and credentials are looked up in: variables, the shared files, and the network.
struct AWSEnvironment: Sendable {
    let variables: [String: String]
    let files: SharedConfiguration
    let wire: Wire
    /// Reaches what is on this machine or beside it, which no proxy is between.
    let nearWire: Wire
    let clock: any ClientClock
    let log: Logger

    /// - Throws: ``StorageError`` for a variable or file that can't be gone by.
    init(
        _ variables: [String: String], addresses: [String: String] = [:], clock: any ClientClock, log: Logger
    ) throws {
        self.variables = variables
        self.clock = clock
        self.log = log
        files = try SharedConfiguration(variables)
        var network = variables
        // The name that AWS programs have for it; it counts instead of the system's authorities.
        if let bundle = variables["AWS_CA_BUNDLE"], !bundle.isEmpty {
            network["SSL_CERT_FILE"] = bundle
            network["SSL_CERT_DIR"] = nil
        }
        wire = Wire(
            connections: try Connections(network, certificate: nil, decompresses: false, addresses: addresses),
            headerTimeout: .seconds(60))
        nearWire = Wire(connections: try Connections([:], certificate: nil), headerTimeout: .seconds(5))
    }

    /// The value of a variable; nil when it isn't set or empty.
    subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The region that is set, if any: variables first, then the profile.
    var region: String? {
        self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] ?? files.profile(files.profileName)?["region"]
    }

    /// The address that is set for a service, if any.
    ///
    /// - Parameter service: such as `S3`, as it stands in the variable.
    func endpoint(of service: String) -> String? {
        guard self["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() != "true" else { return nil }
        return self["AWS_ENDPOINT_URL_\(service)"] ?? self["AWS_ENDPOINT_URL"]
            ?? files.profile(files.profileName)?["endpoint_url"]
    }
}
