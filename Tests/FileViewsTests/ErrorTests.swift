import AccessModel
import Foundation
import Testing

@Suite struct `a call that can't be answered` {
    @Test func `names a missing file in one line`() throws {
        try expectFailure(["-f", "/nowhere/sync.c1z", "grants"], 2, "/nowhere/sync.c1z: ")
    }

    @Test func `refuses a folder`() throws {
        try expectFailure(["-f", "/usr", "resources"], 2, "/usr: is a directory")
    }

    @Test func `refuses what is no c1z file`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.c1z", Array("PK\u{3}\u{4} something".utf8))
        try expectFailure(["-f", file, "stats"], 2, file)
    }

    @Test func `refuses an empty file`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.c1z", [])
        try expectFailure(["-f", file, "syncs"], 2, file)
    }

    @Test func `ends with 2 for an unknown flag`() throws {
        let run = try BatonRun.of(["grants", "--nope"])
        #expect(run.status == 2)
        #expect(run.error.hasPrefix("Error: unknown flag: --nope\n"))
    }

    @Test func `ends with 2 when access has no principal`() throws {
        try expectFailure(["access", "-t", "user"], 2, "--resource-type and --resource are required")
    }

    @Test func `ends with 2 when grants of a resource lack its type`() throws {
        try expectFailure(["grants", "-r", "x"], 2, "--resource")
    }

    @Test func `refuses a resource together with an entitlement`() throws {
        try expectFailure(["grants", "-t", "a", "-r", "b", "-e", "c"], 2, "[entitlement resource] were all set")
    }

    @Test func `refuses half a resource for principals`() throws {
        try expectFailure(["principals", "-t", "a"], 2, "missing [resource]")
    }

    @Test func `refuses an empty name`() throws {
        try expectFailure(["-f", "", "grants"], 2, "its name is empty")
    }

    @Test func `is told when help can't be printed`() throws {
        let run = try BatonRun.ofShell("$BATON --help >/dev/full")
        #expect(run.status == 2)
        #expect(run.error == "standard output: No space left on device\n")
    }

    private func expectFailure(_ arguments: [String], _ status: Int32, _ text: String) throws {
        let run = try BatonRun.of(arguments)
        #expect(run.status == status)
        #expect(run.output.isEmpty)
        #expect(run.error.hasPrefix("Error: "))
        #expect(run.error.contains(text), "\(run.error)")
        #expect(run.error.split(separator: "\n").count <= 2, "\(run.error)")
    }
}

@Suite(.enabled(if: Fixture.areThere, "the fixtures are not there: set LANTERN_FIXTURES"))
struct `a call on a real file` {
    private let basic = Fixture(name: "basic-sqlite")

    @Test func `ends with 5 when the sync isn't there`() throws {
        let run = try BatonRun.of(["-f", basic.file, "grants", "--sync-id", "bogus"])
        #expect(run.status == 5)
        #expect(run.error.contains("has no sync bogus"))
    }

    @Test func `ends with 5 when there is no finished sync to export`() throws {
        let folder = try TemporaryFolder()
        let file = Fixture(name: "unfinished-sqlite").file
        let run = try BatonRun.of(["-f", file, "export", "c1z", "--out", folder.path("o.c1z")])
        #expect(run.status == 5)
        #expect(try folder.names.isEmpty)
    }

    @Test func `says that a cut file is cut`() throws {
        let folder = try TemporaryFolder()
        let whole = try basic.bytes("sync.c1z")
        let file = try folder.write("cut.c1z", Array(whole.prefix(whole.count / 2)))
        let run = try BatonRun.of(["-f", file, "grants"])
        #expect(run.status == 2)
        #expect(run.error == "Error: \(file): is cut off. Fetch it again, or sync again.\n")
    }

    @Test func `finds the file in the environment`() throws {
        let run = try BatonRun.of(["syncs"], environment: ["BATON_FILE": basic.file])
        #expect(run.status == 0)
        #expect(try run.output.elementsEqual(BatonRun.of(["-f", basic.file, "syncs"]).output))
    }

    @Test func `warns of an unknown format and shows the tables`() throws {
        let run = try BatonRun.of(["-f", basic.file, "grants", "-o", "xml"])
        #expect(run.status == 0)
        #expect(run.error == "Warning: -o xml is neither console nor json. Showing the console form.\n")
        #expect(try run.output == BatonRun.of(["-f", basic.file, "grants"]).output)
    }

    @Test func `ends quietly when the reader goes away`() throws {
        let file = Fixture(name: "medium-sqlite").file
        for command in ["grants", "grants -o json", "resources -o json"] {
            let run = try BatonRun.ofShell(
                "\"$BATON\" -f \(file) \(command) | head -c 100 >/dev/null; exit ${PIPESTATUS[0]}")
            #expect(run.status == 0 || run.status == 141)
            #expect(run.error.isEmpty, "\(run.error)")
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
    func `says when the output has no room`() throws {
        let run = try BatonRun.ofShell("\"$BATON\" -f \(basic.file) grants -o json >/dev/full")
        #expect(run.status == 2)
        #expect(run.error.hasPrefix("Error: standard output: no space left"))
    }

    @Test func `prints a missing resource as a stand-in and says so once`() throws {
        let run = try BatonRun.of(["-f", Fixture(name: "demo-old").file, "grants"])
        let lines = run.error.split(separator: "\n")
        #expect(run.status == 0)
        #expect(lines.count == 1)
        let fields = lines.first?.split(separator: "\t") ?? []
        #expect(fields.count == 5)
        #expect(fields.dropFirst(1).first == "ERROR")
        #expect(
            fields.dropFirst(3) == ["unable to find resource", #"{"resource_type_id": "user", "resource_id": ""}"#])
    }

    @Test func `exports a sync into a file of its own, once`() throws {
        let folder = try TemporaryFolder()
        let out = folder.path("latest.c1z")
        let multi = Fixture(name: "multi-sqlite").file
        #expect(try BatonRun.of(["-f", multi, "export", "c1z", "--out", out]).status == 0)
        #expect(try BatonRun.of(["-f", out, "grants"]).output == BatonRun.of(["-f", multi, "grants"]).output)
        let again = try BatonRun.of(["-f", multi, "export", "c1z", "--out", out])
        #expect(again.status == 2)
        #expect(again.error.contains("exists already"))
    }

    @Test func `shows help and version without a file`() throws {
        let help = try BatonRun.of([])
        #expect(help.status == 0)
        #expect(help.text.contains("Available Commands:"))
        #expect(try BatonRun.of(["--version"]).text == "baton version dev\n")
        #expect(try BatonRun.of(["completion", "bash"]).status == 0)
        #expect(try BatonRun.of(["foo"]).error.hasPrefix("Error: unknown command \"foo\" for \"baton\"\n"))
    }
}
