import AccessModel
import BatonWire
import BuiltConnectors
import Foundation
import SwiftProtobuf
import Testing

@testable import LDAPConnector

@Suite(.enabled(if: Slapd.isThere, Slapd.absence), .enabled(if: GoldenFiles.areAvailable, GoldenFiles.absence))
struct `a sync of the reference's directory` {
    /// What a server writes by itself when entries are loaded, and which is another each time.
    private static let ofTheLoad = ["createTimestamp", "modifyTimestamp", "entryCSN", "entryUUID"]

    private func comparable(_ resources: [ResourceID: Resource]) throws -> [ResourceID: Resource] {
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

    private func expectSame<Key: Hashable, Record: Equatable>(
        _ ours: [Key: Record], as golden: [Key: Record], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Set(ours.keys) == Set(golden.keys), sourceLocation: sourceLocation)
        for (id, record) in golden { #expect(ours[id] == record, "\(id)", sourceLocation: sourceLocation) }
    }

    @Test(arguments: ["sqlite", "pebble"]) func `holds what the reference's file holds`(engine: String) throws {
        let server = try Slapd(String(contentsOfFile: GoldenFiles.source("ldap.ldif"), encoding: .utf8))
        let ours = try BuiltConnector(asking: server).sync("--storage-engine", engine)
        let golden = try GoldenFiles.contents("ldap-\(engine)")
        expectSame(ours.types, as: golden.types)
        let (resources, wanted) = (try comparable(ours.resources), try comparable(golden.resources))
        expectSame(resources, as: wanted)
        #expect(wanted.count == 26 && golden.grants.count == 39)
        // An entitlement and a grant of a role carry their resource.
        func bare(_ entitlement: Entitlement) throws -> Entitlement {
            var copy = entitlement
            copy.resource = try #require(
                try comparable([entitlement.resource.identity: entitlement.resource]).values.first)
            return copy
        }
        expectSame(try ours.entitlements.mapValues(bare), as: try golden.entitlements.mapValues(bare))
        expectSame(ours.grants, as: golden.grants)
        expectSame(ours.expansions, as: golden.expansions)
        #expect(golden.expansions.count == 2)
    }
}
