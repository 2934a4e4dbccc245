import AccessModel
import BatonWire
import C1Z
import Foundation
import Testing

@Suite struct `baton rollback-expansion` {
    private let folder: TemporaryFolder
    private let nested = Fixture(name: "nested-sqlite").file

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The sync of the reference's file.
    private var sync: String {
        get throws { try #require(try C1ZFile.open(nested).latestFinishedSync()).id }
    }

    /// The grants of a file in an order of their own: what was stored, and of what they are expandable.
    private func grants(_ file: String) throws -> [[UInt8]] {
        var grants: [[UInt8]] = []
        try C1ZFile.open(file).read(.grant, of: nil, where: .all) { record in
            grants.append(Array(record.data) + Array(record.expansion ?? .init(start: nil, count: 0)))
            #expect(record.needsExpansion == (record.expansion != nil))
        }
        return grants.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func baton(_ words: String...) throws -> BatonRun {
        try BatonRun.of(["-f", nested, "rollback-expansion"] + words)
    }

    @Test(.enabled(if: Fixture.areThere, Fixture.absence)) func `says what it would do`() throws {
        let (run, sync) = (try baton("--dry-run"), try self.sync)
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(
            run.text == "dry-run: sync \(sync) — would delete 51 expansion-derived grant(s) and clear sources on 3 "
                + "direct grant(s)\n")
        #expect(try baton("--dry-run", "--replay").text == run.text.dropLast() + "; replayed expansion\n")
        #expect(try folder.names.isEmpty)
    }

    @Test(.enabled(if: Fixture.areThere, Fixture.absence)) func `writes what the reference writes`() throws {
        let (out, sync) = (folder.path("out.c1z"), try self.sync)
        let run = try baton("--out", out)
        #expect(run.status == 0)
        #expect(
            run.text == "sync \(sync) rolled back: deleted 51 expansion-derived grant(s), cleared sources on 3 direct "
                + "grant(s); wrote \(out)\n")
        #expect(run.error.hasPrefix("warning: --replay not set; the output c1z has its expansion rolled back"))
        let golden = Fixture(name: "unexpanded-sqlite").file
        #expect(try grants(out) == grants(golden))
        let (ours, theirs) = try (C1ZFile.open(out).syncRuns(), C1ZFile.open(golden).syncRuns())
        #expect(ours.map(\.token) == theirs.map(\.token))
        #expect(ours.map(\.storedStats) == [nil] && ours.map(\.verification) == theirs.map(\.verification))
        #expect(ours[0].id == sync && ours[0].supportsDiff)
        #expect(try folder.names == ["out.c1z"])
    }

    @Test(.enabled(if: Fixture.areThere, Fixture.absence)) func `replays it to the byte`() throws {
        let (out, sync) = (folder.path("out.c1z"), try self.sync)
        let run = try baton("--out", out, "--replay", "--validate")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.text.hasSuffix("; wrote \(out); replayed expansion\n"))
        #expect(run.error.hasSuffix("validation: 83 grant source set(s) identical before and after replay\n"))
        #expect(try grants(out) == grants(nested))
        let (before, after) = try (C1ZFile.open(nested).sync(sync), C1ZFile.open(out).sync(sync))
        #expect(after.storedStats == before.storedStats && after.endedAt == before.endedAt)
        // What was rolled back can be expanded by any sync engine; so can its result.
        let again = try BatonRun.of(["-f", out, "rollback-expansion", "--dry-run"])
        #expect(again.text == (try baton("--dry-run").text))
    }

    @Test func `refuses what can't work, and leaves nothing`() throws {
        let (there, expanded) = (try folder.write("there.c1z", [1]), folder.path("expanded.c1z"))
        try MadeFile().write(to: expanded) { try $0.markDiffable() }
        let cases: [(words: [String], status: Int32, line: String)] = [
            (["--validate", "--dry-run"], 2, "--validate requires --replay (without re-deriving"),
            ([], 2, "--out is required to write a rolled-back c1z; the input is never modified — pass --dry-run"),
            (["--dry-run", "--sync-id", "nope"], 5, "\(expanded): has no sync nope"),
            (["--out", there], 2, "\(there): exists already"),
        ]
        for (words, status, line) in cases {
            let run = try BatonRun.of(["-f", expanded, "rollback-expansion"] + words)
            #expect(run.status == status && run.text.isEmpty)
            #expect(run.error.hasPrefix("Error: \(line)"), "\(run.error)")
        }
        let unfinished = try C1ZFile.write(folder.path("unfinished.c1z"))
        _ = try unfinished.startSync(.full, parent: "")
        try unfinished.commit(reaching: "")
        _ = try unfinished.save()
        try MadeFile().write(to: folder.path("unexpanded.c1z"))
        for (name, line) in [
            ("unfinished.c1z", "no finished sync found in it"), ("unexpanded.c1z", "did not run grant expansion"),
        ] {
            let run = try BatonRun.of(["-f", folder.path(name), "rollback-expansion", "--dry-run"])
            #expect(run.status == 2 && run.error.contains(line), "\(run.error)")
        }
        #expect(try folder.names == ["expanded.c1z", "there.c1z", "unexpanded.c1z", "unfinished.c1z"])
    }

    @Test func `asks about grants that only look derived`() throws {
        let file = folder.path("suspect.c1z")
        var content = MadeFile()
        content.resources = [MadeFile.team("x", "X"), MadeFile.person("ada", "Ada")]
        var grant = MadeFile.membership(of: "ada", in: "x")
        grant.sources.sources["somewhere:else"] = .init()
        content.grants = [grant]
        try content.write(to: file) { try $0.markDiffable() }
        let deleted = try BatonRun.of(["-f", file, "rollback-expansion", "--dry-run"]).text
        #expect(deleted.contains("would delete 1 expansion-derived grant(s) and clear sources on 0"))
        #expect(deleted.contains("[1 deleted grant(s) carried Sources but no self-source and no expander marker"))
        let out = folder.path("out.c1z")
        let run = try BatonRun.of([
            "-f", file, "rollback-expansion", "--preserve-suspect-grants", "--replay", "--validate", "--out", out,
        ])
        #expect(
            run.text.contains("deleted 0 expansion-derived grant(s), cleared sources on 0 direct grant(s) [1 grant(s) ")
        )
        #expect(run.text.contains("PRESERVED (not deleted)"))
        #expect(try grants(out) == grants(file))
        // Without it, the replay has nothing to derive the grant from.
        let lost = try BatonRun.of([
            "-f", file, "rollback-expansion", "--replay", "--validate", "--out", folder.path("lost.c1z"),
        ])
        #expect(
            lost.status == 2 && lost.error.contains("1 divergence(s)") && lost.error.contains("absent after replay"))
        #expect(try folder.names == ["out.c1z", "suspect.c1z"])
    }
}
