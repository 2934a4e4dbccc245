import AccessModel
import BatonWire
import Foundation
import SwiftProtobuf
import Testing
import WireForm

@testable import C1Z

@Suite struct `an exported sync` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: Fixture.all) func `reads as it did where it came from`(fixture: Fixture) throws {
        let source = try C1ZFile.open(fixture.path)
        for (place, run) in try source.finishedSyncs().enumerated() {
            let path = folder.file("out\(place).c1z")
            try SyncExport.write(run, from: source, to: path)
            let copy = try C1ZFile.open(path)
            var expected = run
            expected.areGrantsBackfilled = true
            #expect(try copy.syncRuns() == [expected])
            #expect(try Contents(of: run.id, in: copy) == Contents(of: run.id, in: source))
            #expect(try Contents(of: nil, in: copy) == Contents(of: run.id, in: source))
            #expect(try copy.stats(of: expected).stored == source.stats(of: run).stored)
        }
        #expect(folder.names.allSatisfy { $0.hasSuffix(".c1z") && !$0.hasPrefix(".") })
    }

    @Test func `has nothing to do with what a killed writer of that name left`() async throws {
        let (source, out) = (folder.file("a.c1z"), folder.file("out.c1z"))
        for (file, dies) in [(source, false), (out, true)] {
            let writer = try C1ZFile.write(file, options: options())
            _ = try writer.startSync(.full, parent: "")
            try writer.put(Sample.resource("u"))
            try writer.commit(reaching: "1")
            guard !dies else { break }
            try writer.endSync()
            _ = try writer.save()
        }
        let reader = try C1ZFile.open(source)
        try SyncExport.write(try #require(try reader.latestFinishedSync()), from: reader, to: out)
        #expect(folder.names == [".out.c1z.work", "a.c1z", "out.c1z"])
        #expect(FileManager.default.fileExists(atPath: folder.file(".out.c1z.work/db")))
    }

    @Test func `leaves nothing when it is killed`() async throws {
        let source = folder.file("a.c1z")
        let writer = try C1ZFile.write(source, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.put(Sample.resource("u"))
        try writer.endSync()
        _ = try writer.save()
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder.file("") as String] in
            let copy = try SQLiteWriter(folder + "out.c1z", options: options(), isResumable: false)
            _ = try copy.startSync(.full, parent: "")
            try copy.put(Sample.resource("u"))
            try copy.commit(reaching: "1")
            kill(getpid(), SIGKILL)
        }
        #expect(folder.names == ["a.c1z"])
    }

    @Test func `keeps what nobody knows`() throws {
        let file = folder.file("made.c1z")
        let writer = try C1ZFile.write(file, options: options())
        let run = try writer.startSync(.full, parent: "")
        var strange = WireWriter()
        strange.append(Sample.resource("u1"))
        strange.field(31_337, "a field of the future")
        strange.append(
            Resource.with {
                $0.annotations = [
                    .with {
                        $0.typeURL = "type.googleapis.com/future.Thing"; $0.value = Data([1, 2])
                    }
                ]
            })
        var resources = RecordBatch(.resource)
        try strange.bytes.withUnsafeBytes { try resources.append($0) }
        try writer.put(resources)
        var grant = WireWriter()
        grant.append(Sample.membership("g"))
        grant.field(31_337, "another")
        var grants = RecordBatch(.grant)
        try grant.bytes.withUnsafeBytes { try grants.append($0) }
        try writer.put(grants)
        try writer.endSync()
        _ = try writer.save()

        let source = try C1ZFile.open(file)
        try SyncExport.write(try source.sync(run.id), from: source, to: folder.file("out.c1z"))
        let contents = try Contents(of: run.id, in: C1ZFile.open(folder.file("out.c1z")))
        #expect(contents.records[.resource]?.map(\.data) == [strange.bytes])
        #expect(contents.records[.grant]?.map(\.data) == [grant.bytes])
    }

    @Test func `keeps ids apart that differ in Unicode form only`() throws {
        let forms = ["\u{E9}", "e\u{301}"]
        let file = folder.file("made.c1z")
        let writer = try C1ZFile.write(file, options: options())
        let run = try writer.startSync(.full, parent: "")
        for form in forms {
            let team = Sample.resource(form, type: form)
            try writer.put(ResourceType.with { $0.id = form })
            try writer.put(team)
            try writer.put(Sample.entitlement(form, on: team))
            try writer.put(Sample.grant(form, of: Sample.entitlement(form, on: team), to: team, expanding: [form]))
            try writer.putAsset(form, contentType: "x", data: Array(form.utf8))
        }
        try writer.endSync()
        _ = try writer.save()
        let source = try C1ZFile.open(file)
        let out = folder.file("out.c1z")
        try SyncExport.write(try source.sync(run.id), from: source, to: out)
        let copy = try C1ZFile.open(out)
        #expect(try Contents(of: run.id, in: copy) == Contents(of: run.id, in: source))
        let stats = try copy.stats(of: copy.sync(run.id))
        for form in forms {
            #expect(stats.resourcesByType[ByteKey(form)] == 1 && stats.grantsByType[ByteKey(form)] == 1)
            let found = try #require(try copy.find(.grant(ByteKey(form)), in: run.id))
            #expect(try Grant(serializedBytes: found).id.hasSameBytes(as: form))
            var count = 0
            try copy.read(.grant, of: run.id, where: .heldBy(ResourceID(form, form))) { _ in count += 1 }
            #expect(count == 1)
        }
        let contents = try Contents(of: run.id, in: copy)
        #expect(contents.assets.map { $0[0] } == forms.map { Array($0.utf8) })
        #expect(contents.count(.resourceType) == 2 && contents.count(.grant) == 2)
    }

    @Test func `keeps sessions, marks and grants that were expanded`() throws {
        let made = try HandMadeDatabase(folder.file("made.db"), TableDefinitions.tables)
        try made.run(
            """
            INSERT INTO v1_sync_runs (sync_id, started_at, ended_at, sync_token, sync_type, parent_sync_id, linked_sync_id,
                supports_diff, grants_backfilled, stats, ingest_invariant_generation, ingest_invariant_coverage,
                ingest_invariant_mode)
            VALUES ('s', '2026-01-01 00:00:00.5', '2026-01-02 00:00:00', 'token', 'partial', 'p', 'l', 1, 1, '{}', '1',
                '["I5"]', 'connector');
            INSERT INTO v1_connector_sessions (sync_id, key, value) VALUES ('s', 'k', X'00FF'), ('t', 'k', X'01');
            """
                + OldFile.row(
                    Sample.membership("done"), in: "s", extra: ", expansion, needs_expansion", values: ", X'0A0178', 0")
                + OldFile.row(
                    Sample.membership("due"), in: "s", extra: ", expansion, needs_expansion", values: ", X'0A0179', 1"))
        let source = try C1ZFile.open(try made.packed(in: folder))
        let run = try source.sync("s")
        let out = folder.file("out.c1z")
        try SyncExport.write(run, from: source, to: out)
        let copy = try C1ZFile.open(out)
        #expect(try copy.syncRuns() == [run])
        let contents = try Contents(of: "s", in: copy)
        #expect(contents == (try Contents(of: "s", in: source)))
        #expect(contents.records[.grant]?.map(\.needsExpansion) == [false, true])
        #expect(contents.sessions == [[[0x6B], [0, 0xFF]]])
        #expect(try Contents(of: "t", in: copy).sessions.isEmpty)
    }

    @Test func `keeps bytes that are no text`() throws {
        let made = try HandMadeDatabase(
            folder.file("made.db"),
            TableDefinitions.tables + OldFile.run("s") + """
                INSERT INTO v1_assets (external_id, content_type, data, sync_id, discovered_at)
                VALUES (CAST(X'61FF62' AS TEXT), CAST(X'FE' AS TEXT), X'00', 's', '');
                INSERT INTO v1_connector_sessions (sync_id, key, value) VALUES ('s', CAST(X'61FF' AS TEXT), X'');
                """)
        let source = try C1ZFile.open(try made.packed(in: folder))
        try SyncExport.write(try source.sync("s"), from: source, to: folder.file("out.c1z"))
        let contents = try Contents(of: "s", in: C1ZFile.open(folder.file("out.c1z")))
        #expect(contents.assets == [[[0x61, 0xFF, 0x62], [0xFE], [0], []]])
        #expect(contents.sessions == [[[0x61, 0xFF], []]])
    }

    @Test func `must be finished and go to a new file`() throws {
        let source = try C1ZFile.open(Fixture.named("unfinished-sqlite").path)
        let run = try #require(try source.syncRuns().first)
        let unfinished = failure { try SyncExport.write(run, from: source, to: folder.file("out.c1z")) }
        #expect(unfinished?.code == .conflict)
        #expect(folder.names.isEmpty)
        let finished = try C1ZFile.open(Fixture.named("basic-sqlite").path)
        let there = try folder.file("there.c1z", holding: [1, 2, 3])
        let exists = failure {
            try SyncExport.write(try #require(try finished.latestFinishedSync()), from: finished, to: there)
        }
        #expect(exists?.description.contains("exists already") == true)
        #expect(try content(of: there) == [1, 2, 3])
    }

    @Test func `leaves nothing when the source is damaged`() throws {
        let made = try HandMadeDatabase(folder.file("made.db"), TableDefinitions.tables + OldFile.run("s"))
        try made.run(
            """
            INSERT INTO v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
                principal_resource_id, external_id, data, sync_id, discovered_at)
            VALUES ('', '', '', '', '', 'g', X'0AFF', 's', '')
            """)
        let source = try C1ZFile.open(try made.packed(in: folder))
        let failure = failure { try SyncExport.write(try source.sync("s"), from: source, to: folder.file("out.c1z")) }
        #expect(failure?.code == .corrupt && failure?.isClear == true)
        #expect(folder.names == ["made.db", "sync.c1z"])
    }
}

extension WireWriter {
    fileprivate mutating func append(_ message: some Message) {
        message.serializedInOrder().withUnsafeBytes { append($0) }
    }
}
