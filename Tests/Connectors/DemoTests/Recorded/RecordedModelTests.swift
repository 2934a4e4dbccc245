import AccessModel
import BatonWire
import ConnectorKit
import DemoConnector
import Foundation
import SwiftProtobuf
import Testing

/// A model, the golden file made from it, and which of the syncs in there.
struct Recording: Sendable, CustomTestStringConvertible {
    let model: String
    let file: String
    var sync = 0
    /// Whether the file was written before grants were matched with those of another file.
    var hasGrants = true
    /// Which types of the file come from the model; the rest was copied from elsewhere.
    var condition = "1"

    var testDescription: String { "\(model) and \(file)" }

    static let all = [
        Recording(model: "basic", file: "basic-sqlite"),
        Recording(model: "series1", file: "basic-sqlite"),
        Recording(model: "series2", file: "multi-sqlite", sync: 0),
        Recording(model: "series3", file: "multi-sqlite", sync: 1),
        Recording(model: "nested", file: "nested-sqlite"),
        Recording(model: "nested", file: "unexpanded-sqlite"),
        Recording(model: "hierarchy", file: "hierarchy-sqlite"),
        Recording(model: "kitchen", file: "kitchen-sqlite"),
        Recording(model: "empty", file: "empty-sqlite"),
        Recording(model: "assets", file: "assets-sqlite"),
        Recording(model: "slow", file: "resumed-sqlite"),
        Recording(
            model: "extapp", file: "external-sqlite", hasGrants: false, condition: "resource_type_id = 'app_group'"),
    ]
}

@Suite(.enabled(if: GoldenFile.isAvailable, GoldenFile.absence)) struct `a recorded model` {
    @Test(arguments: Recording.all) func `gives the resources of the reference byte for byte`(
        recording: Recording
    ) async throws {
        let crawl = try await Crawl(DemoConnector(["model": .string(GoldenFile.model(recording.model))]))
        let golden = try GoldenFile(recording.file)
        let sync = try golden.syncs()[recording.sync]
        let ids = Set(crawl.types.map { ByteKey($0.id) })
        let types = try golden.rows(of: "v1_resource_types", sync: sync).filter {
            recording.hasGrants || ids.contains($0.id)
        }
        expectSameBytes(crawl.typeRows, as: types.pairs, of: "resource type")
        let resources = try golden.rows(of: "v1_resources", sync: sync, where: recording.condition)
        expectSameBytes(crawl.resourceRows, as: resources.pairs, of: "resource")
        let entitlements = try golden.rows(of: "v1_entitlements", sync: sync, where: recording.condition)
        expectSameBytes(crawl.entitlementRows, as: entitlements.pairs, of: "entitlement")
    }

    @Test(arguments: Recording.all.filter(\.hasGrants)) func `gives the grants of the reference byte for byte`(
        recording: Recording
    ) async throws {
        let crawl = try await Crawl(DemoConnector(["model": .string(GoldenFile.model(recording.model))]))
        let golden = try GoldenFile(recording.file)
        let sync = try golden.syncs()[recording.sync]
        let rows = try golden.rows(of: "v1_grants", sync: sync, extra: "expansion")
        let ours = Set(crawl.grants.map { ByteKey($0.id) })
        var direct: [(id: ByteKey, data: [UInt8])] = []
        for row in rows {
            var grant = try Grant(serializedBytes: row.data)
            if ours.contains(row.id) {
                // Expansion only adds where a grant comes from.
                grant.clearSources()
                direct.append((row.id, grant.serializedInOrder()))
            } else {
                #expect(grant.hasSources && grant.annotations.contains(GrantImmutable.self), "\(row.id.text)")
            }
        }
        expectSameBytes(crawl.grantRows, as: direct, of: "grant")
        let expansions = rows.filter { !$0.extra.isEmpty }.map { (id: $0.id, data: $0.extra) }
        expectSameBytes(crawl.expansionRows, as: expansions, of: "expansion of grant")
    }

    @Test func `hands out its pictures`() async throws {
        let connector = try await DemoConnector(["model": .string(GoldenFile.model("assets"))])
        let rows = try GoldenFile("assets-sqlite").rows(of: "v1_assets", extra: "content_type")
        #expect(rows.count == 6)
        for row in rows {
            let asset = try #require(try await connector.asset(row.id.text))
            #expect(asset.bytes == row.data)
            #expect(Array(asset.contentType.utf8) == row.extra)
        }
        #expect(try await connector.asset("no such picture") == nil)
    }
}

@Suite struct `a model file` {
    private func connector(_ json: String) async throws -> DemoConnector {
        let file = try Temporary.file(named: "model.json")
        try Data(json.utf8).write(to: file)
        return try await DemoConnector(["model": .string(file.path)])
    }

    @Test(arguments: [
        (#"not JSON"#, "not a JSON object"),
        (#"[1, 2]"#, "not a JSON object"),
        (#"{"resources": []}"#, "resourceTypes: missing"),
        (#"{"resourceTypes": {"id": "u"}}"#, "resourceTypes: not a list"),
        (#"{"resourceTypes": [{"id": 3}]}"#, "resourceTypes[0]: not a c1.connector.v2.ResourceType"),
        (#"{"resourceTypes": [{"id": "u", "colour": "red"}]}"#, "resourceTypes[0]"),
        (
            #"{"resourceTypes": [{"id": "u", "annotations": [{"@type": "x/none.Such"}]}]}"#,
            "unknown annotation type x/none.Such"
        ),
        (
            #"{"resourceTypes": [{"id": "u"}], "resources": [{"id": {"resourceType": "v"}}]}"#,
            "resources[0]: its type v"
        ),
        (#"{"resourceTypes": [{"id": "u"}], "assets": [{"id": "a"}]}"#, "assets[0]: not an asset"),
        (
            #"{"resourceTypes": [{"id": "u"}], "assets": [{"id": "a", "contentType": "t", "data": "?"}]}"#,
            "assets[0]: not an asset"
        ),
    ]) func `that is wrong is refused with the place`(json: String, problem: String) async throws {
        let error = await #expect(throws: ServiceError.self) { try await connector(json) }
        let text = try #require(error?.message)
        #expect(text.contains("model.json: "))
        #expect(text.contains(problem), "\(text)")
    }

    @Test func `without end is refused at its limit`() async throws {
        let error = await #expect(throws: ServiceError.self) {
            try await DemoConnector(["model": .string("/dev/zero")])
        }
        #expect(error?.message.contains("larger than") == true)
    }

    @Test func `that is missing is refused with its name`() async throws {
        let error = await #expect(throws: ServiceError.self) {
            try await DemoConnector(["model": .string("/nowhere/model.json")])
        }
        #expect(error?.message.contains("/nowhere/model.json") == true)
        #expect(error?.message.contains("--model") == true)
    }

    @Test func `nested a thousand deep is refused, not followed`() async throws {
        let deep = String(repeating: #"{"a":"#, count: 1000) + "1" + String(repeating: "}", count: 1000)
        await #expect(throws: ServiceError.self) { try await connector(#"{"resourceTypes": [\#(deep)]}"#) }
    }

    @Test func `keeps ids apart that look the same`() async throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        let resources = [composed, decomposed].map { #"{"id": {"resourceType": "u", "resource": "\#($0)"}}"# }
        let entitlements = [composed, decomposed].map {
            #"{"id": "u:\#($0):x", "slug": "x", "resource": {"id": {"resourceType": "u", "resource": "\#($0)"}}}"#
        }
        let crawl = try await Crawl(
            connector(
                #"{"resourceTypes": [{"id": "u"}], "resources": [\#(resources.joined(separator: ","))], "#
                    + #""entitlements": [\#(entitlements.joined(separator: ","))]}"#))
        #expect(Set(crawl.resources.map { ByteKey($0.id.resource) }) == [ByteKey(composed), ByteKey(decomposed)])
        #expect(crawl.entitlements.count == 2)
        for entitlement in crawl.entitlements {
            #expect(entitlement.id.hasSameBytes(as: Entitlement.id("x", on: entitlement.resource.identity)))
        }
    }

    @Test func `pages long lists and lists children under their parent only`() async throws {
        let children = (0..<2500).map {
            #"{"id": {"resourceType": "u", "resource": "\#($0)"}, "parentResourceId": {"resourceType": "o", "resource": "1"}}"#
        }
        let connector = try await connector(
            #"{"resourceTypes": [{"id": "o"}, {"id": "u"}], "resources": [\#(children.joined(separator: ","))]}"#)
        let syncer = try #require(connector.syncers.last)
        #expect(try await syncer.resources(under: nil, page: PageRequest()).rows.isEmpty)
        let parent = ResourceID("o", "1")
        let last = try await syncer.resources(under: parent, page: PageRequest(after: "2000"))
        #expect(last.rows.map(\.id.resource) == (2000..<2500).map(String.init))
        #expect(last.next == nil)
        let first = try await syncer.resources(under: parent, page: PageRequest())
        #expect(first.rows.count == 1000 && first.next == "1000")
    }
}
