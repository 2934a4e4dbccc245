import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import SwiftProtobuf
import Synchronization
import Testing

@testable import AWSConnector

extension AWSConnector {
    /// The syncer of a type.
    func syncer<Syncer>(_ type: String, as kind: Syncer.Type = (any ResourceSyncer).self) throws -> Syncer {
        try #require(syncers.first { $0.type.id == type } as? Syncer, "\(type)")
    }

    /// All resources of a type under a parent.
    func resources(_ type: String, under parent: ResourceID? = nil, _ session: Session = Session()) async throws
        -> [Resource]
    {
        let syncer = try syncer(type)
        return try await allRows { try await syncer.resources(under: parent, page: $0.with(session)) }
    }

    /// The resource of a type with that name.
    func resource(_ type: String, named name: String, under parent: ResourceID? = nil) async throws -> Resource {
        try #require(try await resources(type, under: parent).first { $0.displayName == name }, "\(type) \(name)")
    }

    func entitlements(on resource: Resource, _ session: Session = Session()) async throws -> [Entitlement] {
        let syncer = try syncer(resource.identity.type)
        return try await allRows { try await syncer.entitlements(of: resource, page: $0.with(session)) }
    }

    func grants(on resource: Resource, _ session: Session = Session()) async throws -> [Grant] {
        let syncer = try syncer(resource.identity.type)
        return try await allRows { try await syncer.grants(on: resource, page: $0.with(session)) }
    }

    /// The only entitlement on a resource.
    func entitlement(on resource: Resource) async throws -> Entitlement {
        try #require(try await entitlements(on: resource).first)
    }

    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        try await syncer(entitlement.resource.identity.type, as: (any GrantProvisioner).self)
            .grant(entitlement, to: principal)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try await syncer(grant.entitlement.resource.identity.type, as: (any GrantProvisioner).self).revoke(grant)
    }
}

/// What a connector keeps during a sync, in memory.
final class Session: SessionStore {
    private let entries = Mutex<[String: [UInt8]]>([:])

    func bytes(_ key: String) async throws -> [UInt8]? { entries.withLock { $0[key] } }

    func put(_ new: [SessionEntry]) async throws {
        entries.withLock { entries in for entry in new { entries[entry.key] = entry.bytes } }
    }

    func remove(_ key: String) async throws { entries.withLock { $0[key] = nil } }

    func removeAll(under prefix: String) async throws {
        entries.withLock { entries in entries = entries.filter { !$0.key.hasPrefix(prefix) } }
    }

    func entries(under prefix: String, page next: String) async throws -> SessionPage {
        let found = entries.withLock { $0.filter { $0.key.hasPrefix(prefix) } }
        return SessionPage(found.sorted { $0.key < $1.key }.map { SessionEntry($0.key, $0.value) }, next: nil)
    }
}

/// The error that `act` ends with.
func complaint(_ act: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async -> String {
    do {
        try await act()
        Issue.record("nothing was wrong", sourceLocation: sourceLocation)
        return ""
    } catch {
        return "\(error)"
    }
}
