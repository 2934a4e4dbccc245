import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import Testing

@Suite struct `baton-demo for single resources` {
    private let demo: DemoRun

    init() async throws {
        demo = try await DemoRun()
    }

    /// The identities of the resources and the ids of the grants of a sync.
    private func contents(of sync: String) throws -> (resources: Set<String>, grants: Set<String>) {
        let reader = try C1ZFile.open(demo.file)
        var (resources, grants) = (Set<String>(), Set<String>())
        try reader.read(.resource, of: sync, where: .all) {
            resources.insert(try Resource(serializedBytes: Array($0.data)).identity.description)
        }
        try reader.read(.grant, of: sync, where: .all) {
            grants.insert(try Grant(serializedBytes: Array($0.data)).id)
        }
        return (resources, grants)
    }

    @Test func `adds a sync of them and what is held on them to the file`() async throws {
        let (group, user) = (ResourceID("group", Example.engineers), ResourceID("user", Example.alice))
        let ending = await demo(
            "--sync-resources", "bid:r:group/\(group.value)", "--sync-resources", "bid:r:user/\(user.value)")
        #expect(ending.status == 0, "\(ending.log)")
        let runs = try C1ZFile.open(demo.file).syncRuns()
        #expect(runs.count == 2)
        let (full, partial) = (runs[0], try #require(runs.last))
        #expect(partial.type == .partial && partial.isFinished && partial.parentID == full.id)
        let (all, some) = (try contents(of: full.id), try contents(of: partial.id))
        #expect(some.resources == [group.description, user.description])
        #expect(some.grants.count > 2)
        #expect(some.grants == all.grants.filter { $0.hasPrefix("group:\(group.value):") })
    }

    @Test func `leaves out what isn't there`() async throws {
        let ending = await demo("--sync-resources", "bid:r:role/nobody", "--sync-resources", "bid:r:planet/mars")
        #expect(ending.status == 0, "\(ending.log)")
        #expect(ending.log.contains("skipping resource due to not found"))
        let partial = try #require(try C1ZFile.open(demo.file).syncRuns().last)
        #expect(partial.type == .partial && partial.isFinished)
        #expect(try contents(of: partial.id).resources.isEmpty)
    }
}
