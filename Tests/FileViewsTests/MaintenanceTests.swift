import AccessModel
import C1Z
import Foundation
import Testing

@Suite struct `maintenance of a file` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.path("sync.c1z")
        var content = MadeFile()
        content.resources = ["a", "b"].map { MadeFile.person($0, $0) }
        content.grants = [MadeFile.membership(of: "a", in: "x")]
        try content.write(to: file)
        try content.write(to: file)
    }

    private func sql(_ statement: String) throws -> String {
        let line =
            "$BATON -f \(file) dump-db --out \(folder.path("s.db")) && sqlite3 \(folder.path("s.db")) \"\(statement)\""
        let run = try BatonRun.ofShell(line)
        #expect(run.status == 0, "\(run.error)")
        return run.text.trimmingCharacters(in: .newlines)
    }

    @Test func `takes the database out`() throws {
        #expect(try sql("SELECT count(*) FROM v1_resources") == "4")
        let run = try BatonRun.of(["-f", file, "dump-db", "--out", ""])
        #expect(run.status == 2)
        #expect(run.error.hasPrefix("Error: an output path is required\n"))
    }

    @Test func `counts anew`() throws {
        let runs = try C1ZFile.open(file).syncRuns()
        let truth = runs.map(\.storedStats)
        // A database whose counts are wrong, packed as a file.
        let made = try BatonRun.ofShell(
            """
            cd \(folder.path(""))
            $BATON -f sync.c1z dump-db --out s.db
            sqlite3 s.db "UPDATE v1_sync_runs SET stats = replace(stats, '\\"resources\\":2', '\\"resources\\":7')"
            (printf 'C1ZF\\0'; zstd -q -c s.db) > sync.c1z
            """)
        #expect(made.status == 0, "\(made.error)")
        #expect(try C1ZFile.open(file).syncRuns().map(\.storedStats) != truth)
        let one = try BatonRun.of(["-f", file, "recalculate-stats", "--sync-id", runs[1].id])
        #expect(one.text.hasPrefix(" SUCCESS  Recalculated stats for sync \(runs[1].id) duration: "))
        #expect(one.text.hasSuffix("\n INFO  Recalculated stats for 1 sync(s)\n"))
        #expect(try C1ZFile.open(file).syncRuns()[1].storedStats == truth[1])
        #expect(try C1ZFile.open(file).syncRuns()[0].storedStats != truth[0])
        #expect(try BatonRun.of(["-f", file, "recalculate-stats"]).text.hasSuffix("for 2 sync(s)\n"))
        #expect(try C1ZFile.open(file).syncRuns().map(\.storedStats) == truth)
    }

    @Test func `ends with 5 for a sync that isn't there, and leaves the file`() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        let run = try BatonRun.of(["-f", file, "recalculate-stats", "--sync-id", "nope"])
        #expect(run.status == 5)
        #expect(run.error.contains("has no sync nope"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
        #expect(try folder.names == ["sync.c1z"])
    }

    @Test(arguments: ["recalculate-stats", "optimize"]) func `makes no file`(command: String) throws {
        #expect(try BatonRun.of(["-f", folder.path("no.c1z"), command]).status == 2)
        #expect(try folder.names == ["sync.c1z"])
    }

    @Test func `writes the file anew with all that is in it`() throws {
        let runs = try C1ZFile.open(file).syncRuns()
        let run = try BatonRun.of(["-f", file, "optimize"])
        #expect(run.text == "Optimized C1Z successfully.")
        #expect(try C1ZFile.open(file).syncRuns() == runs)
        #expect(try sql("SELECT count(*) FROM v1_grants") == "2")
    }
}
