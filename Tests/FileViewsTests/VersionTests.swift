import C1Z
import Foundation
import Testing
import WireForm

@Suite(.enabled(if: Fixture.areThere, Fixture.absence)) struct `a file of another version` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let empty = #"{"resources":{},"entitlements":{},"grants":{}}"#
    /// Those with a finished full sync.
    private static let fixtures = ["basic", "hierarchy", "medium", "nested"]

    @Test func `lacks one of two grants of one entitlement to one principal`() throws {
        let (one, other) = (Fixture(name: "kitchen-sqlite").file, Fixture(name: "kitchen-pebble").file)
        let run = try BatonRun.of(["-f", other, "diff", "--base-file", one])
        let grants = try #require(try JSONValue(parsing: run.output)["grants"])
        #expect(grants.members.map(\.name) == ["deleted"])
        #expect(grants["deleted"]?.elements.count == 1)
    }

    @Test(arguments: fixtures) func `differs in nothing from the one it was made from`(name: String) throws {
        let source = Fixture(name: "\(name)-sqlite").file
        let made = folder.path("made.c1z")
        let conversion = try BatonRun.of(["-f", source, "convert", "--engine", "pebble", "--out", made])
        #expect(conversion.status == 0, "\(conversion.error)")
        for (one, other) in [(source, made), (made, source)] {
            let run = try BatonRun.of(["-f", one, "diff", "--base-file", other])
            #expect(run.status == 0, "\(run.error)")
            #expect(run.text == Self.empty)
        }
    }

    @Test(arguments: fixtures) func `differs in nothing from what the reference made of the same`(name: String) throws {
        let (one, other) = (Fixture(name: "\(name)-sqlite").file, Fixture(name: "\(name)-pebble").file)
        let run = try BatonRun.of(["-f", one, "diff", "--base-file", other])
        #expect(run.text == Self.empty, "\(run.error)")
    }

    @Test func `is told to be so when it changed`() throws {
        let (one, other) = (Fixture(name: "basic-sqlite").file, Fixture(name: "multi-pebble").file)
        let run = try BatonRun.of(["-f", one, "diff", "--base-file", other])
        let difference = try JSONValue(parsing: run.output)
        #expect(difference["grants"]?.members.isEmpty == false)
    }

    @Test func `is made of the sync and in the place that are asked for, and never over another file`() throws {
        let source = Fixture(name: "multi-sqlite").file
        let runs = try C1ZFile.open(source).syncRuns()
        let oldest = try #require(runs.first)
        let made = folder.path("made.c1z")
        let run = try BatonRun.of([
            "-f", source, "convert", "--engine", "pebble", "--out", made, "--sync-id", oldest.id,
        ])
        #expect(run.status == 0 && run.error.contains("only \(oldest.id)"))
        #expect(try C1ZFile.open(made).syncRuns().map(\.id) == [oldest.id])
        let again = try BatonRun.of(["-f", source, "convert", "--engine", "pebble", "--out", made])
        #expect(again.status != 0 && again.error.contains("exists already"))
        let unknown = try BatonRun.of(["-f", source, "convert", "--engine", "rocksdb", "--out", folder.path("x")])
        #expect(unknown.status == 2 && unknown.error.contains("--engine must be"))
        #expect(try folder.names == ["made.c1z"])
    }

    @Test func `is what to-pebble makes, with the lines of the reference`() throws {
        let source = Fixture(name: "nested-sqlite").file
        let made = folder.path("made.c1z")
        let run = try BatonRun.of(["-f", source, "to-pebble", "--out", made])
        let names = run.text.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "Converted C1Z to Pebble successfully.", "Output", "Source sync ID", "Destination sync ID",
                "Resource types", "Resources", "Entitlements", "Grants", "Assets", "Total",
            ])
        let second = try BatonRun.of(["-f", made, "to-pebble", "--out", folder.path("x.c1z")])
        #expect(second.status == 12 && second.error.contains("already"))
        let batch = try BatonRun.of(["-f", source, "to-pebble", "--batch-size", "0"])
        #expect(batch.status == 2 && batch.error.contains("batch-size must be greater than zero"))
    }

    @Test func `is kept by what writes a file of the same kind`() throws {
        let source = Fixture(name: "nested-pebble").file
        let places = ["exported.c1z", "clean.c1z", "rolled.c1z"].map { folder.path($0) }
        let calls = [
            ["export", "c1z", "--out", places[0]], ["sanitize", "--out", places[1]],
            ["rollback-expansion", "--out", places[2], "--replay", "--validate"],
        ]
        for (place, call) in zip(places, calls) {
            let run = try BatonRun.of(["-f", source] + call)
            #expect(run.status == 0, "\(call): \(run.error)")
            #expect(try C1ZFile.open(place).engine == .pebble)
        }
        let older = try BatonRun.of([
            "-f", source, "sanitize", "--out", folder.path("v1.c1z"), "--out-engine", "sqlite",
        ])
        #expect(older.status == 0)
        #expect(try C1ZFile.open(folder.path("v1.c1z")).engine == .sqlite)
        let dump = try BatonRun.of(["-f", source, "dump-db", "--out", folder.path("db")])
        #expect(dump.text.hasPrefix("Extracted Pebble payload directory to "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("db")).contains("MANIFEST-000001"))
    }
}
