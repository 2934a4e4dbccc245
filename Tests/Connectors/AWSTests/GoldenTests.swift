import AccessModel
import BatonWire
import BuiltConnectors
import Foundation
import Testing

@Suite(.enabled(if: TestAWS.hasSeed, TestAWS.seedAbsence))
struct `a sync of the account behind the golden files` {
    /// The ids and times that moto makes up, by what they belong to: those of one run are never those of another.
    private static func chance(in content: FileTexts) throws -> [(String, String)] {
        var names: [(String, String)] = []
        for resource in content.messages {
            let name = resource.displayName
            for key in ["aws_user_id", "aws_group_id"] {
                if let id = resource.profile.string(key) { names.append((id, "‹\(key) of \(name)›")) }
            }
            if resource.identity.type == "access-key" {
                let owner = name.prefix { $0 != "|" }
                names.append((resource.identity.value, "‹key of \(owner)›"))
                let json = try FileTexts.json(resource)
                let time = try #require(json.firstMatch(of: /"createdAt":"([^"]+)"/)).1
                names.append((String(time), "‹then›"))
            }
        }
        // The longest first: one id may be a part of another.
        return names.sorted { $0.0.count > $1.0.count }
    }

    /// Where the golden file says less than it could: a key's owner is named by an id that no resource has.
    private static func ownersByARN(_ content: FileTexts) -> [(String, String)] {
        content.messages.filter { $0.identity.type == "iam_user" }.map { user in
            (
                #"{"resourceType":"iam_user","resource":"‹aws_user_id of \#(user.displayName)›"}"#,
                #"{"resourceType":"iam_user","resource":"\#(user.identity.value)"}"#
            )
        }
    }

    @Test(arguments: ["sqlite", "pebble"])
    func `brings the same types, resources, entitlements and grants, but for the owners of keys`(engine: String) throws
    {
        let aws = try TestAWS()
        try aws.seed()
        let program = try BuiltConnector(asking: aws)
        let outcome = try program("--sync-secrets", "--storage-engine", engine)
        #expect(outcome.status == 0, "\(outcome.errors)")
        var ours = try FileTexts(FileContents(of: program.file))
        var golden = try FileTexts(GoldenFiles.contents("aws-\(engine)"))
        (ours, golden) = (
            ours.replacing(try Self.chance(in: ours)), golden.replacing(try Self.chance(in: golden))
        )
        let owners = Self.ownersByARN(golden)
        #expect(owners.count == 12)
        let differing = golden.resources.filter { ours.resources[$0.key] != $0.value }.keys.sorted()
        #expect(differing == golden.resources.keys.filter { $0.hasPrefix("access-key/") }.sorted())
        golden = golden.replacing(owners)
        expectSame(ours.types, golden.types)
        expectSame(ours.resources, golden.resources)
        expectSame(ours.entitlements, golden.entitlements)
        expectSame(ours.grants, golden.grants)
        #expect(ours.grants.count == 34 && ours.resources.count == 30 && ours.entitlements.count == 12)
    }

    private func expectSame(
        _ ours: [String: String], _ golden: [String: String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Set(ours.keys) == Set(golden.keys), sourceLocation: sourceLocation)
        for (id, text) in golden where ours[id] != nil && ours[id] != text {
            Issue.record("\(id) differs:\n\(ours[id] ?? "")\n\(text)", sourceLocation: sourceLocation)
        }
    }
}
