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

    /// Reads a c1z file of any version.
    package init(of path: String) throws {
        let reader = try C1ZFile.open(path)
        let sync = try reader.latestFinishedSync()?.id
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
        }
    }

    /// The ids of the resources of a type, sorted.
    package func ids(_ type: String) -> [String] { resources.keys.filter { $0.type == type }.map(\.value).sorted() }
}
