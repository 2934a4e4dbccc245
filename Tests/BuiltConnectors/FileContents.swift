package import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf

/// Everything in the newest finished sync of a file, by id.
package struct FileContents: Sendable {
    package private(set) var types: [String: ResourceType] = [:]
    package private(set) var resources: [ResourceID: Resource] = [:]
    package private(set) var entitlements: [String: Entitlement] = [:]
    package private(set) var grants: [String: Grant] = [:]
    /// What grants say of those who hold something of their principals.
    package private(set) var expansions: [String: GrantExpandable] = [:]

    /// Reads a c1z file of any version.
    ///
    /// - Throws: ``Unfinished`` when no sync in it has come to its end.
    package init(of path: String) throws {
        let reader = try C1ZFile.open(path)
        guard let sync = try reader.latestFinishedSync()?.id else { throw Unfinished(file: path) }
        try reader.read(.resourceType, of: sync, where: .all) {
            let type = try ResourceType(serializedBytes: Array($0.data))
            types[type.id] = type
        }
        try reader.read(.resource, of: sync, where: .all) {
            let resource = try Resource(serializedBytes: Array($0.data))
            resources[resource.identity] = resource
        }
        try reader.read(.entitlement, of: sync, where: .all) {
            let entitlement = try Entitlement(serializedBytes: Array($0.data))
            entitlements[entitlement.id] = entitlement
        }
        try reader.read(.grant, of: sync, where: .all) {
            let grant = try Grant(serializedBytes: Array($0.data))
            grants[grant.id] = grant
            expansions[grant.id] = try $0.expansion.map { try GrantExpandable(serializedBytes: Array($0)) }
        }
    }

    /// A file holds no sync that came to its end.
    struct Unfinished: Error {
        let file: String
    }

    /// Everything, a line each, in byte order: two syncs of the same source are the same lines.
    package var lines: [String] {
        var lines: [String] = []
        lines += types.values.map { "type \($0.id) \($0.displayName) \($0.traits)" }
        lines += resources.values.map { "resource \($0.identity) \($0.displayName) \($0.parent?.description ?? "")" }
        lines += entitlements.values.map { "entitlement \($0.id) \($0.displayName) \($0.slug)" }
        lines += grants.values.map { grant in
            let sources = grant.sources.sources.keys.map { ByteKey($0) }.sorted().map(\.text)
            return "grant \(grant.id) \(grant.entitlement.id) \(grant.holder) \(sources)"
        }
        return lines.map { ByteKey($0) }.sorted().map(\.text)
    }

    /// The ids of the resources of a type, sorted.
    package func ids(_ type: String) -> [String] { resources.keys.filter { $0.type == type }.map(\.value).sorted() }
}
