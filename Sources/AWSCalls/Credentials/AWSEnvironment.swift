package import ConnectorHTTP
package import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What settings and credentials are looked up in: variables, the shared files, and the network.
package struct AWSEnvironment: Sendable {
    package let variables: [String: String]
    package let files: SharedConfiguration
    package let wire: Wire
    private let chosenRegion: String?
    /// Reaches what is on this machine or beside it, which no proxy is between.
    let nearWire: Wire
    package let clock: any ClientClock
    package let log: Logger

    /// An environment.
    ///
    /// - Parameter region: the region to ask in, in place of what the environment says.
    /// - Throws: ``AWSError`` for a variable or file that can't be gone by.
    package init(
        _ variables: [String: String], region: String? = nil, addresses: [String: String] = [:],
        clock: any ClientClock, log: Logger
    ) throws {
        chosenRegion = region
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
    package subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The region that is set, if any: what the caller chose, then variables, then the profile.
    package var region: String? {
        chosenRegion ?? self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] ?? files.profile(files.profileName)?["region"]
    }

    /// Whether a switch is on, in a variable or the profile.
    package func isOn(_ variable: String, orInProfile setting: String) -> Bool {
        (self[variable] ?? files.profile(files.profileName)?[setting])?.lowercased() == "true"
    }

    /// How often a call is tried; nil for what is usual.
    package var attempts: Int? {
        (self["AWS_MAX_ATTEMPTS"] ?? files.profile(files.profileName)?["max_attempts"]).flatMap { Int($0) }
            .flatMap { $0 > 0 ? $0 : nil }
    }

    /// The address that is set for a service, if any.
    ///
    /// - Parameter service: such as `S3`, as it stands in the variable.
    package func endpoint(of service: String) -> String? {
        guard self["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() != "true" else { return nil }
        return self["AWS_ENDPOINT_URL_\(service)"] ?? self["AWS_ENDPOINT_URL"]
            ?? files.profile(files.profileName)?["endpoint_url"]
    }
}
