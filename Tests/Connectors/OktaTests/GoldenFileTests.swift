import AccessModel
import BuiltConnectors
import Testing

@Suite(.enabled(if: GoldenFiles.areAvailable, GoldenFiles.absence))
struct `the reference's file of an Okta organisation` {
    @Test(arguments: ["okta-sqlite", "okta-pebble"]) func `holds what ours does`(name: String) async throws {
        try await Trial.run { trial in
            let types = "--sync-resource-types=role,user,group,device,app"
            let ours = try await trial.sync(types, "--storage-engine=\(name.hasSuffix("pebble") ? "pebble" : "sqlite")")
            let golden = try GoldenFiles.contents(name)
            #expect(golden.grants.count == 49)
            let difference = try FileDifference(ours, from: golden) { try $0.withoutRepeatedAttributes() }
            #expect(difference.lines == [])
        }
    }
}
