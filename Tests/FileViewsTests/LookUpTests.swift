import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import Testing
import WireForm

@testable import FileViews

@Suite struct `records that a file lacks` {
    private let folder: TemporaryFolder
    private let file: String

    /// A grant of an entitlement that isn't there, on a group that is, and one on a group that isn't, of an unknown type.
    init() throws {
        folder = try TemporaryFolder()
        file = folder.path("sync.c1z")
        var content = MadeFile()
        content.types = [MadeFile.user, MadeFile.group]
        content.resources = [MadeFile.person("u1", "Ada"), MadeFile.team("g1", "Team")]
        content.grants = [
            MadeFile.membership(of: "u1", in: "g1"),
            Grant("use", on: ResourceID("thing", "t1"), to: ResourceID("user", "u1")),
        ]
        try content.write(to: file)
    }

    @Test func `are shown as stand-ins among grants`() throws {
        let run = try BatonRun.of(["-f", file, "grants", "-o", "json"])
        #expect(run.status == 0)
        let grants = try JSONValue(parsing: run.output)["grants"]?.elements ?? []
        #expect(grants.count == 2)
        #expect(
            grants.first?["entitlement"]?.text
                == #"{"id":"group:g1:member","displayName":"MISSING ENTITLEMENT (group:g1:member)"}"#)
        #expect(grants.first?["resource"]?["displayName"]?.string == "Team")
        #expect(
            grants.last?["resource"]?.text
                == #"{"id":{"resourceType":"thing","resource":"t1"},"displayName":"MISSING RESOURCE (thing:t1)"}"#)
        #expect(grants.last?["resourceType"]?.text == #"{"id":"thing","displayName":"MISSING RESOURCE TYPE (thing)"}"#)
        #expect(run.error.split(separator: "\n").count == 4)
    }

    @Test func `don't stop access`() throws {
        let run = try BatonRun.of(["-f", file, "access", "-t", "user", "-r", "u1"])
        #expect(run.status == 0)
        #expect(
            run.text == """
                └─┬Effective Access for Ada (user)
                  ├─┬Team (Group)
                  │ └──MISSING ENTITLEMENT (group:g1:member)
                  └─┬MISSING RESOURCE (thing:t1) (MISSING RESOURCE TYPE (thing))
                    └──MISSING ENTITLEMENT (thing:t1:use)


                """)
    }

    @Test func `give an unknown principal an empty tree`() throws {
        let run = try BatonRun.of(["-f", file, "access", "-t", "user", "-r", "nobody"])
        #expect(run.status == 0)
        #expect(run.text == "└──Effective Access for MISSING RESOURCE (user:nobody) (user)\n\n")
        let json = try BatonRun.of(["-f", file, "access", "-t", "user", "-r", "nobody", "-o", "json"])
        #expect(
            json.text
                == #"{"principal":{"id":{"resourceType":"user","resource":"nobody"},"displayName":"MISSING RESOURCE (user:nobody)"}}"#
        )
    }

    @Test func `give the grant's own copy to an export`() throws {
        let out = folder.path("o.csv")
        #expect(try BatonRun.of(["-f", file, "export", "csv", "--out", out]).status == 0)
        let text = try BatonRun.ofShell("cat \(out)").text
        #expect(text.contains("\nGrant,,,,,,,group:g1:member,group,,,\n"))
    }
}

@Suite struct `a comparison` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `matches principals by id, address or name of the same sort`() throws {
        var content = MadeFile()
        content.resources = [
            MadeFile.person("a", "Ada", email: "ada@corp.example"),
            MadeFile.person("a2", "A.", email: "ada@corp.example"),
            MadeFile.person("b", "Bob", email: "bob@corp.example"), MadeFile.person("b2", "Bob"),
            MadeFile.person("c", "Carol"), MadeFile.team("g", "Carol"), MadeFile.team("x", "X"),
            MadeFile.team("y", "Y"),
        ]
        content.grants =
            ["a", "b", "c"].map { MadeFile.membership(of: $0, in: "x") }
            + ["a2", "b2"].map { MadeFile.membership(of: $0, in: "y") }
            + [Grant("member", on: ResourceID("group", "y"), to: ResourceID("group", "g"))]
        let file = folder.path("sync.c1z")
        try content.write(to: file)
        let run = try BatonRun.of([
            "-f", file, "principals", "compare", "-e", "group:x:member", "--compare-entitlement", "group:y:member",
            "--compare-file", file, "-o", "json",
        ])
        let json = try JSONValue(parsing: run.output)
        func ids(_ list: String) -> [String?] {
            json[list]?.elements.map { $0["resource"]?["id"]?["resource"]?.string } ?? []
        }
        #expect(ids("missing") == ["c"])
        #expect(ids("extra") == ["g"])
        #expect(ids("base") == ["a", "b", "c"])
        #expect(ids("compared") == ["a2", "b2", "g"])
    }

    @Test func `of syncs tells what came, went and changed`() throws {
        let file = folder.path("sync.c1z")
        var content = MadeFile()
        content.resources = ["a", "b", "c"].map { MadeFile.person($0, "Name \($0)", profile: ["k": "1", "l": "2"]) }
        content.grants = ["a", "b"].map { MadeFile.membership(of: $0, in: "x") }
        try content.write(to: file)
        content.resources.removeFirst()
        content.resources[0].displayName = "Renamed"
        content.resources.append(MadeFile.team("x", "X"))
        content.resources[1].annotations.append(Annotation.with { $0.typeURL = "example.com/unknown.Type" })
        content.grants.removeFirst()
        try content.write(to: file)
        let json = try JSONValue(parsing: BatonRun.of(["-f", file, "diff"]).output)
        func ids(_ list: String) -> [String?] {
            json["resources"]?[list]?.elements.map { $0["id"]?["resource"]?.string } ?? []
        }
        #expect(ids("created") == ["x"])
        #expect(ids("deleted") == ["a"])
        #expect(ids("modified") == ["b", "c"])
        #expect(json["entitlements"]?.text == "{}")
        #expect(json["grants"]?["deleted"]?.elements.count == 1)
        #expect(json["grants"]?.members.count == 1)
    }

    @Test func `of syncs sees annotations of unknown types at any depth`() throws {
        let file = folder.path("sync.c1z")
        var content = MadeFile()
        content.grants = ["a", "b"].map { MadeFile.membership(of: $0, in: "x") }
        try content.write(to: file)
        content.grants[0].principal.annotations.append(.with { $0.typeURL = "example.com/unknown.Type" })
        try content.write(to: file)
        let json = try JSONValue(parsing: BatonRun.of(["-f", file, "diff"]).output)
        #expect(json["grants"]?["modified"]?.elements.count == 1)
    }

    @Test func `that finds nothing can't steer the terminal`() throws {
        let file = folder.path("sync.c1z")
        var content = MadeFile()
        content.grants = [MadeFile.membership(of: "a\u{9B}31m\u{202E}", in: "x")]
        try content.write(to: file)
        let run = try BatonRun.of(["-f", file, "grants"])
        #expect(run.error.contains(#"a\\u{9b}31m\\u{202e}"#))
        #expect(run.error.contains("unable to find resource"))
    }
}

@Suite struct `a duration` {
    @Test(
        arguments: [
            (0, 0, "0s"), (65, 0, "1m5s"), (7203, 0, "2h0m3s"), (0, 500_000_000, "1s"), (0, 499_999_999, "0s"),
            (-1, 400_000_000, "-1s"), (3599, 600_000_000, "1h0m0s"),
        ] as [(Int64, Int32, String)]) func `is rounded to seconds`(seconds: Int64, nanos: Int32, text: String)
    {
        let start = StoredTime(seconds: 1_700_000_000, nanos: 0)
        #expect(
            StatsTables.duration(from: start, to: StoredTime(seconds: start.seconds + seconds, nanos: nanos)) == text)
    }

    @Test func `of times far apart is none`() {
        let start = StoredTime(seconds: -60_000_000_000, nanos: 0)
        #expect(StatsTables.duration(from: start, to: StoredTime(seconds: 200_000_000_000, nanos: 0)) == "-")
    }
}
