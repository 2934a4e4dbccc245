import AccessModel
import BatonWire
import C1Z
import Foundation
import SwiftProtobuf
import Testing

@testable import LDAPConnector

/// The files of the ecosystem's connector, and what it read.
enum Golden {
    static let folder = URL(
        filePath: ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] ?? "../shared/fixtures",
        relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/")
    ).standardizedFileURL

    static let isThere = FileManager.default.fileExists(atPath: folder.appending(path: "sources/ldap.ldif").path)
    static let absence: Comment = "NOT COMPARED with the reference: its files are missing, set LANTERN_FIXTURES"

    static func ldif() throws -> String {
        try String(contentsOf: folder.appending(path: "sources/ldap.ldif"), encoding: .utf8)
    }
}

/// What a file holds, by id.
struct FileContents {
    private(set) var types: [String: ResourceType] = [:]
    private(set) var resources: [String: Resource] = [:]
    private(set) var entitlements: [String: Entitlement] = [:]
    private(set) var grants: [String: Grant] = [:]
    /// What grants say of those who hold something of their principals.
    private(set) var expansions: [String: GrantExpandable] = [:]

    init(of path: String) throws {
        let reader = try C1ZFile.open(path)
        let sync = try #require(try reader.latestFinishedSync()).id
        func each<Record: Message>(
            _ kind: RecordKind, _ type: Record.Type, _ body: (Record, StoredRecord) throws -> Void
        ) throws {
            try reader.read(kind, of: sync, where: .all) { try body(try Record(serializedBytes: Array($0.data)), $0) }
        }
        try each(.resourceType, ResourceType.self) { record, _ in types[record.id] = record }
        try each(.resource, Resource.self) { record, _ in resources[record.identity.description] = record }
        try each(.entitlement, Entitlement.self) { record, _ in entitlements[record.id] = record }
        try each(.grant, Grant.self) { record, stored in
            grants[record.id] = record
            expansions[record.id] = try stored.expansion.map { try GrantExpandable(serializedBytes: Array($0)) }
        }
    }
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence), .enabled(if: Golden.isThere, Golden.absence))
struct `a sync of the reference's directory` {
    /// What a server writes by itself when entries are loaded, and which is another each time.
    private static let ofTheLoad = ["createTimestamp", "modifyTimestamp", "entryCSN", "entryUUID"]

    private func comparable(_ resources: [String: Resource]) throws -> [String: Resource] {
        try resources.mapValues { resource in
            var copy = resource
            for name in Self.ofTheLoad where copy.profile.fields[name] != nil { copy.profile.fields[name] = .text("–") }
            if copy.hasCreatedAt { copy.createdAt = Google_Protobuf_Timestamp(seconds: 1) }
            // The order of the fields of a trait is not the order of its bytes.
            copy.annotations = try copy.annotations.map { annotation in
                annotation.carries(C1_Connector_V2_UserTrait.self)
                    ? Annotation(carrying: try C1_Connector_V2_UserTrait(serializedBytes: annotation.value))
                    : annotation
            }
            return copy
        }
    }

    private func expectSame<Record: Equatable>(
        _ ours: [String: Record], as golden: [String: Record], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Set(ours.keys) == Set(golden.keys), sourceLocation: sourceLocation)
        for (id, record) in golden { #expect(ours[id] == record, "\(id)", sourceLocation: sourceLocation) }
    }

    @Test(arguments: ["sqlite", "pebble"]) func `holds what the reference's file holds`(engine: String) throws {
        let server = try Slapd(Golden.ldif())
        let run = try BuiltProgram(server).sync("--storage-engine", engine)
        let ours = try FileContents(of: run)
        let golden = try FileContents(of: Golden.folder.appending(path: "c1z/ldap-\(engine)/sync.c1z").path)
        expectSame(ours.types, as: golden.types)
        let (resources, wanted) = (try comparable(ours.resources), try comparable(golden.resources))
        expectSame(resources, as: wanted)
        #expect(wanted.count == 26 && golden.grants.count == 39)
        // An entitlement and a grant of a role carry their resource.
        func bare(_ entitlement: Entitlement) throws -> Entitlement {
            var copy = entitlement
            copy.resource = try #require(try comparable(["": entitlement.resource])[""])
            return copy
        }
        expectSame(try ours.entitlements.mapValues(bare), as: try golden.entitlements.mapValues(bare))
        expectSame(ours.grants, as: golden.grants)
        expectSame(ours.expansions, as: golden.expansions)
        #expect(golden.expansions.count == 2)
    }
}
