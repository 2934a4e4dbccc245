import AccessModel
import BatonWire
import ConnectorKit
import DemoConnector
import Logging
import SwiftProtobuf

/// Everything a connector lists, gathered in the way a sync does it.
struct Crawl {
    private(set) var types: [ResourceType] = []
    private(set) var resources: [Resource] = []
    private(set) var entitlements: [Entitlement] = []
    private(set) var grants: [Grant] = []
    private(set) var largestPage = 0

    init(_ connector: DemoConnector) async throws {
        try await connector.validate()
        let syncers = connector.syncers
        types = syncers.map(\.type)
        for syncer in syncers { try await list(syncer, under: nil, in: syncers) }
        for syncer in syncers where !syncer.type.annotations.contains(SkipEntitlementsAndGrants.self) {
            for resource in resources where resource.id.resourceType.hasSameBytes(as: syncer.type.id) {
                try await access(to: resource, with: syncer)
            }
        }
    }

    private mutating func list(
        _ syncer: any ResourceSyncer, under parent: ResourceID?, in syncers: [any ResourceSyncer]
    ) async throws {
        let found = try await pages { try await syncer.resources(under: parent, page: $0) }
        resources += found
        for resource in found {
            for child in try resource.annotations.all(C1_Connector_V2_ChildResourceType.self) {
                for syncer in syncers where syncer.type.id.hasSameBytes(as: child.resourceTypeID) {
                    try await list(syncer, under: resource.identity, in: syncers)
                }
            }
        }
    }

    private mutating func access(to resource: Resource, with syncer: any ResourceSyncer) async throws {
        guard !resource.annotations.contains(SkipEntitlementsAndGrants.self) else { return }
        entitlements += try await pages { try await syncer.entitlements(of: resource, page: $0) }
        guard !resource.annotations.contains(SkipGrants.self) else { return }
        grants += try await pages { try await syncer.grants(on: resource, page: $0) }
    }

    private mutating func pages<Row>(_ list: (PageRequest) async throws -> Page<Row>) async throws -> [Row] {
        var rows: [Row] = []
        var token: String? = ""
        while let place = token {
            let page = try await list(PageRequest(after: place))
            largestPage = max(largestPage, page.rows.count)
            rows += page.rows
            token = page.next
        }
        return rows
    }
}

extension DemoConnector {
    /// A connector with these settings and the others at their defaults.
    init(_ values: [String: GivenValue]) async throws {
        let configuration = DemoConfiguration()
        for setting in configuration.settings {
            if let value = values[setting.declaration.name] { setting.take(value) }
        }
        try await self.init(configuration, context: ConnectorContext(log: Logger(label: "test")))
    }
}
