import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import Foundation
import Logging
import SwiftProtobuf
import Synchronization
import Testing

@testable import LDAPConnector

/// All that a connector lists, gathered in the way a sync does it.
struct Collection {
    private(set) var resources: [ResourceID: Resource] = [:]
    private(set) var entitlements: [String: Entitlement] = [:]
    private(set) var grants: [String: Grant] = [:]
    /// How many pages there were.
    private(set) var pages = 0

    /// - Parameter between: called before each page but the first of a list.
    init(of connector: LDAPConnector, between: () async throws -> Void = {}) async throws {
        try await connector.validate()
        for syncer in connector.syncers {
            for resource in try await all({ try await syncer.resources(under: nil, page: $0) }, between) {
                resources[resource.identity] = resource
            }
        }
        for syncer in connector.syncers where !syncer.type.annotations.contains(SkipEntitlementsAndGrants.self) {
            for resource in resources.values where resource.id.resourceType == syncer.type.id {
                for one in try await all({ try await syncer.entitlements(of: resource, page: $0) }, between) {
                    entitlements[one.id] = one
                }
                for one in try await all({ try await syncer.grants(on: resource, page: $0) }, between) {
                    grants[one.id] = one
                }
            }
        }
    }

    private mutating func all<Row>(
        _ list: (PageRequest) async throws -> Page<Row>, _ between: () async throws -> Void
    ) async throws -> [Row] {
        try await allRows { page in
            if !page.token.isEmpty { try await between() }
            pages += 1
            return try await list(page)
        }
    }

    func ids(_ type: String) -> Set<String> { Set(resources.keys.filter { $0.type == type }.map(\.value)) }

    func resource(_ type: String, _ id: String) throws -> Resource {
        try #require(resources[ResourceID(type, id)], "no \(type) \(id) among \(ids(type).sorted())")
    }

    func user(_ id: String) throws -> Resource { try resource("user", id) }

    /// Who is a member, each as `type/id`.
    func members(of group: String, type: String = "group") -> Set<String> {
        Set(
            grants.values.filter { ResourceID($0.entitlement.resource.id) == ResourceID(type, group) }.map(
                \.holder.description))
    }

    func members(named group: String) -> Set<String> { members(of: "cn=\(group),ou=groups,dc=corp,dc=example") }
}

extension LDAPConnector {
    /// A connector with these settings and the others at their defaults.
    init(
        _ values: [String: GivenValue], log: Logger = .silent, timeout: Duration = .seconds(60),
        environment: [String: String] = [:], sizes: ListSizes = ListSizes()
    ) throws {
        let configuration = LDAPConfiguration()
        for (name, value) in values {
            try #require(configuration.settings.first { $0.declaration.name == name }).take(value)
        }
        try self.init(
            configuration, context: ConnectorContext(log: log, httpTimeout: timeout), environment: environment,
            sizes: sizes)
    }

    /// A connector that reads a server as its admin.
    static func over(
        _ server: Slapd, _ values: [String: GivenValue] = [:], log: Logger = .silent, sizes: ListSizes = ListSizes(),
        timeout: Duration = .seconds(60), environment: [String: String] = [:]
    ) throws -> LDAPConnector {
        let usual: [String: GivenValue] = [
            "url": .string(server.url), "base-dn": .string(Slapd.suffix), "bind-dn": .string(Slapd.admin),
            "password": .string(Slapd.password),
        ]
        return try LDAPConnector(
            usual.merging(values) { $1 }, log: log, timeout: timeout, environment: environment, sizes: sizes)
    }

    var users: UserSyncer { get throws { try #require(syncers[0] as? UserSyncer) } }
    var groups: GroupSyncer { get throws { try #require(syncers[1] as? GroupSyncer) } }
    var roles: RoleSyncer { get throws { try #require(syncers[2] as? RoleSyncer) } }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension Resource {
    func trait() throws -> C1_Connector_V2_UserTrait {
        try #require(try annotations.first(C1_Connector_V2_UserTrait.self))
    }
}

/// Log lines that a test looks at.
final class LogLines: Sendable {
    private let state = Mutex<[(level: Logger.Level, text: String)]>([])

    var texts: [String] { state.withLock { $0.map(\.text) } }
    var warnings: [String] { state.withLock { $0.filter { $0.level >= .warning }.map(\.text) } }

    var log: Logger {
        var log = Logger(label: "test") { _ in Handler(lines: self) }
        log.logLevel = .trace
        return log
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.state.withLock { $0.append((event.level, "\(event.message)")) }
        }
    }
}
