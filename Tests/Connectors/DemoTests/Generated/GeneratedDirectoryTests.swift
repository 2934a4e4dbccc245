import AccessModel
import BatonWire
import ConnectorKit
import DemoConnector
import Foundation
import SwiftProtobuf
import Testing

@Suite struct `generated data` {
    private func connector(_ scale: String, nested: String = "") async throws -> DemoConnector {
        try await DemoConnector(["scale": .string(scale), "nested": .string(nested)])
    }

    @Test(.enabled(if: GoldenFile.isAvailable, GoldenFile.absence))
    func `is that of the reference's medium file`() async throws {
        let crawl = try await Crawl(connector("5000,200,50000,20"))
        let golden = try GoldenFile("medium-sqlite")
        expectSameBytes(crawl.typeRows, as: try golden.rows(of: "v1_resource_types").pairs, of: "resource type")
        let resources = try golden.rows(of: "v1_resources").map {
            (id: $0.id, data: try Resource(serializedBytes: $0.data).inOrder().serializedInOrder())
        }
        expectSameBytes(crawl.resourceRows, as: resources, of: "resource")
        let entitlements = try golden.rows(of: "v1_entitlements").map { row in
            var entitlement = try Entitlement(serializedBytes: row.data)
            entitlement.resource = try entitlement.resource.inOrder()
            return (id: row.id, data: entitlement.serializedInOrder())
        }
        expectSameBytes(crawl.entitlementRows, as: entitlements, of: "entitlement")
        let grants = try golden.rows(of: "v1_grants").map { row in
            var grant = try Grant(serializedBytes: row.data)
            grant.entitlement.resource = try grant.entitlement.resource.inOrder()
            return (id: row.id, data: grant.serializedInOrder())
        }
        expectSameBytes(crawl.grantRows, as: grants, of: "grant")
    }

    @Test func `comes in pages of a thousand`() async throws {
        let crawl = try await Crawl(connector("2500,2,4999"))
        #expect(crawl.largestPage == 1000)
        #expect(crawl.resources.count == 2502)
        #expect(crawl.grants.count == 4999)
        #expect(Set(crawl.grants.map { ByteKey($0.id) }).count == 4999)
        #expect(crawl.types.map(\.id) == ["user", "group"])
    }

    @Test func `in chains has the measured number of grants`() async throws {
        let crawl = try await Crawl(connector("5000,500,200000", nested: "chain"))
        #expect(crawl.grants.count == 22650)
        #expect(crawl.grantsAfterExpansion == 222_450)
        let first = try #require(crawl.grants.first)
        let expansion = try #require(try first.annotations.first(GrantExpandable.self))
        #expect(first.id == "group:g00000:member:group:g00001")
        #expect(expansion.entitlementIds == ["group:g00001:member"])
        #expect(expansion.resourceTypeIds == ["user"])
        #expect(!expansion.shallow)
    }

    @Test func `in a tree has the measured number of grants`() async throws {
        let crawl = try await Crawl(connector("5000,1023,200000", nested: "tree"))
        #expect(crawl.grants.count == 23038)
        #expect(crawl.grantsAfterExpansion == 172_978)
    }

    @Test(arguments: ["1,1,1", "1,1,1,1", "0,0,0", "0,3,0", "3,0,0,2", "19,1,19,5"])
    func `may be tiny`(scale: String) async throws {
        let numbers = scale.split(separator: ",").compactMap { Int($0) }
        let crawl = try await Crawl(connector(scale))
        let holders = (numbers.count > 3 ? numbers[3] : 0) * min(numbers[0], 20)
        #expect(crawl.grants.count == numbers[2] + holders)
        #expect(Set(crawl.grants.map { ByteKey($0.id) }).count == crawl.grants.count)
    }

    @Test(arguments: [
        ("5", "", "--scale"), ("a,b,c", "", "--scale"), ("1,2,3,4,5", "", "--scale"), ("1,2,", "", "--scale"),
        ("-1,2,3", "", "--scale"), ("99999999999999999999,1,1", "", "--scale"), ("999999999,1,1", "", "--scale"),
        ("10,1,11", "", "--scale"), ("10,0,1", "", "--scale"), ("10,15,20", "chain", "--scale"),
        ("10,2,3", "tree", "--scale"), ("10,10,1", "star", "--nested"), ("10,10,99", "chain", "--scale"),
        ("9223372036854775807,1,1", "", "--scale"),
    ]) func `of an impossible size is refused with the flag to correct`(
        scale: String, nested: String, flag: String
    ) async throws {
        let error = await #expect(throws: ServiceError.self) { try await connector(scale, nested: nested) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(flag) == true, "\(error?.message ?? "")")
    }

    @Test func `of the largest size is still counted, not held`() async throws {
        let syncers = try await connector("100000000,10000000,1000000000,1000000").syncers
        let users = try await syncers[0].resources(under: nil, page: PageRequest(after: "99999999"))
        #expect(users.rows.map(\.id.resource) == ["u99999999"])
        #expect(users.next == nil)
        let groups = try await syncers[1].resources(under: nil, page: PageRequest(after: "9999999", size: 1))
        let group = try #require(groups.rows.first)
        #expect(try await syncers[1].grants(on: group, page: PageRequest()).rows.count == 100)
    }

    @Test func `differs by seed`() async throws {
        let one = try await Crawl(connector("50,5,100"))
        let other = try await Crawl(DemoConnector(["scale": .string("50,5,100"), "seed": .int(2)]))
        #expect(one.grantRows.map(\.id) != other.grantRows.map(\.id))
        #expect(one.resourceRows.map(\.data) != other.resourceRows.map(\.data))
    }

    @Test(arguments: ["g00005", "g5", "g+0001", "", "é", "g-0001", "u00001"])
    func `doesn't know resources beyond its size`(id: String) async throws {
        let syncer = try #require(try await connector("50,5,100").syncers.last as? any TargetedSyncer)
        #expect(try await syncer.resource(ResourceID("group", id), under: nil, session: NoSession()) == nil)
        let error = await #expect(throws: ServiceError.self) {
            try await syncer.grants(on: Resource(ResourceID("group", id), name: ""), page: PageRequest())
        }
        #expect(error?.code == .notFound)
    }

    @Test(arguments: ["x", "-1", "1.5", "9999999999999999999999"])
    func `refuses a page token of somebody else`(token: String) async throws {
        let syncer = try #require(try await connector("50,5,100").syncers.first)
        let error = await #expect(throws: ServiceError.self) {
            try await syncer.resources(under: nil, page: PageRequest(after: token))
        }
        #expect(error?.code == .invalidArgument)
    }
}

extension Crawl {
    /// How many grants there are when users inherit what their groups are members of.
    fileprivate var grantsAfterExpansion: Int {
        var users: [String: Set<String>] = [:]
        var subgroups: [String: [String]] = [:]
        for grant in grants where grant.holder.type == "user" {
            users[grant.entitlement.resource.id.resource, default: []].insert(grant.holder.value)
        }
        for grant in grants where grant.holder.type == "group" {
            subgroups[grant.entitlement.resource.id.resource, default: []].append(grant.holder.value)
        }
        // Groups only hold groups of higher numbers.
        for group in subgroups.keys.sorted().reversed() {
            for subgroup in subgroups[group] ?? [] { users[group, default: []].formUnion(users[subgroup] ?? []) }
        }
        return users.values.reduce(0) { $0 + $1.count } + subgroups.values.reduce(0) { $0 + $1.count }
    }
}

extension Resource {
    /// The resource with the maps in its traits in order, which the reference wrote as they came.
    fileprivate func inOrder() throws -> Resource {
        var copy = self
        copy.annotations = try annotations.map { annotation in
            if annotation.carries(C1_Connector_V2_UserTrait.self) {
                return Annotation(carrying: try C1_Connector_V2_UserTrait(serializedBytes: annotation.value))
            }
            if annotation.carries(C1_Connector_V2_GroupTrait.self) {
                return Annotation(carrying: try C1_Connector_V2_GroupTrait(serializedBytes: annotation.value))
            }
            return annotation
        }
        return copy
    }
}
