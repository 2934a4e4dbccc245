import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The entitlements, grants and resources of a file, as they were last synced.
struct StoredAccess {
    private let reader: any C1ZReader
    private let sync: String?

    /// The latest finished sync of the file.
    ///
    /// - Throws: `C1ZError` when the file can't be read.
    init(_ file: String, environment: [String: String]) throws {
        reader = try C1ZFile.open(file, environment: environment)
        let now = Int64(Date().timeIntervalSince1970)
        sync = try (reader.latestFinishedSync() ?? reader.latestUnfinishedSync(now: now))?.id
    }

    /// The entitlement with this id, with its whole resource.
    func entitlement(_ id: String) throws -> Entitlement {
        guard var entitlement: Entitlement = try find(.entitlement(ByteKey(id))) else {
            throw missing("entitlement \(id)", "`baton entitlements` lists those it has")
        }
        entitlement.resource = try resource(entitlement.resource.identity)
        return entitlement
    }

    /// The grant with this id, with whole entitlement and principal.
    func grant(_ id: String) throws -> Grant {
        guard var grant: Grant = try find(.grant(ByteKey(id))) else {
            throw missing("grant \(id)", "`baton grants -o json` lists those it has")
        }
        grant.entitlement = try entitlement(grant.entitlement.id)
        grant.principal = try resource(grant.holder)
        grant.clearSources()
        return grant
    }

    /// The resource.
    func resource(_ id: ResourceID) throws -> Resource {
        guard let resource: Resource = try find(.resource(id)) else {
            throw missing("resource \(id)", "`baton resources` lists those it has")
        }
        return resource
    }

    private func find<Record: Message>(_ identity: RecordIdentity) throws -> Record? {
        guard let bytes = try reader.find(identity, in: sync) else { return nil }
        return try Record(serializedBytes: bytes)
    }

    private func missing(_ what: String, _ cure: String) -> ServiceError {
        ServiceError(.notFound, "\(reader.file): has no \(what); \(cure). Sync again if it is new.")
    }
}
