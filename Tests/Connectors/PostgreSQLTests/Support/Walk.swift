import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import Logging
import SwiftProtobuf
import Testing

@testable import PostgreSQLConnector

/// All that a connector lists, as a sync asks for it: roots, then what lives under each resource, then access.
struct Walk {
    private(set) var resources: [Resource] = []
    private(set) var entitlements: [Entitlement] = []
    private(set) var grants: [Grant] = []

    /// - Parameter types: whose access is asked for; nil for all.
    init(_ connector: PostgreSQLConnector, accessOn types: Set<String>? = nil) async throws {
        let syncers = connector.syncers
        var roots: [Resource] = []
        for syncer in syncers { roots += try await allRows { try await syncer.resources(under: nil, page: $0) } }
        resources = roots
        var parents = roots
        while let parent = parents.popLast() {
            let children = try parent.annotations.all(C1_Connector_V2_ChildResourceType.self).map(\.resourceTypeID)
            for syncer in syncers where children.contains(syncer.type.id) {
                let found = try await allRows { try await syncer.resources(under: parent.identity, page: $0) }
                resources += found
                parents += found
            }
        }
        for resource in resources where types?.contains(resource.identity.type) ?? true {
            let syncer = try #require(syncers.first { $0.type.id == resource.identity.type })
            entitlements += try await allRows { try await syncer.entitlements(of: resource, page: $0) }
            grants += try await allRows { try await syncer.grants(on: resource, page: $0) }
        }
    }

    /// The resource of a type with this name.
    func resource(_ type: String, _ name: String) throws -> Resource {
        try #require(
            resources.first { $0.identity.type == type && $0.displayName.hasSameBytes(as: name) }, "\(type) \(name)")
    }

    func names(_ type: String) -> [String] {
        resources.filter { $0.identity.type == type }.map(\.displayName)
    }

    /// The names of the roles that hold what ends so on a resource.
    func holders(_ suffix: String, on resource: Resource) -> Set<String> {
        let id = Entitlement.catalogID(suffix, on: resource.identity)
        let holders = Set(grants.filter { $0.entitlement.id == id }.map(\.holder))
        return Set(resources.filter { holders.contains($0.identity) }.map(\.displayName))
    }

    func entitlement(_ suffix: String, on resource: Resource) throws -> Entitlement {
        let id = Entitlement.catalogID(suffix, on: resource.identity)
        return try #require(entitlements.first { $0.id == id }, "\(id)")
    }

    /// The grant to a role of what ends so on a resource, with its whole resource, as it comes from a file.
    func grant(_ suffix: String, on resource: Resource, to role: Resource) -> Grant {
        .with {
            $0.entitlement.id = Entitlement.catalogID(suffix, on: resource.identity)
            $0.entitlement.resource = resource
            $0.principal = role
        }
    }
}

extension PostgreSQLConnector {
    /// A connector with these settings.
    static func with(
        _ dsn: String, _ values: [String: GivenValue] = [:], timeout: Duration = .seconds(60),
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> PostgreSQLConnector {
        let configuration = PostgreSQLConfiguration()
        for (name, value) in values.merging(["dsn": .string(dsn)], uniquingKeysWith: { $1 }) {
            let setting = try #require(configuration.settings.first { $0.declaration.name == name })
            setting.take(value)
        }
        return try await PostgreSQLConnector(configuration, context: ConnectorContext(log: log, httpTimeout: timeout))
    }

    /// The syncer of a type, as what it can do.
    func syncer<Capability>(_ type: String, as capability: Capability.Type) throws -> Capability {
        try #require(syncers.first { $0.type.id == type } as? Capability)
    }

    func grant(_ suffix: String, on resource: Resource, to role: Resource) async throws -> Provisioned {
        let entitlement = Entitlement.with {
            $0.id = Entitlement.catalogID(suffix, on: resource.identity)
            $0.resource = resource
        }
        return try await syncer(resource.identity.type, as: (any GrantProvisioner).self).grant(entitlement, to: role)
    }

    func revoke(_ suffix: String, on resource: Resource, from role: Resource) async throws -> Provisioned {
        let grant = Grant.with {
            $0.entitlement.id = Entitlement.catalogID(suffix, on: resource.identity)
            $0.entitlement.resource = resource
            $0.principal = role
        }
        return try await syncer(resource.identity.type, as: (any GrantProvisioner).self).revoke(grant)
    }
}

/// The error that `body` throws, as callers of a connector see it.
func serviceError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> ServiceError {
    do {
        try await body()
    } catch let error as ServiceError {
        return error
    }
    throw TestFailure("nothing was refused at line \(sourceLocation.line)")
}
