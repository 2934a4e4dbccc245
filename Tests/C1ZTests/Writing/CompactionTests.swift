import AccessModel
import BatonWire
import Foundation
import SwiftProtobuf
import Testing

@testable import C1Z

@Suite struct `a compaction` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A file with one finished sync, begun, discovered and ended at this second.
    private func file(
        _ name: String, _ type: SyncType = .full, at second: Int64, parent: String = "",
        _ fill: (any C1ZWriter) throws -> Void
    ) throws -> String {
        let time = StoredTime(seconds: noon.seconds + second, nanos: 0)
        let writer = try C1ZFile.write(folder.file(name), options: options(at: time))
        _ = try writer.startSync(type, parent: parent)
        try fill(writer)
        try writer.endSync()
        _ = try writer.save()
        return folder.file(name)
    }

    private func compacted(_ files: [String], expanding: (any C1ZWriter) -> Void = { _ in }) throws -> Compaction.Result
    {
        try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: true)
        return try Compaction(of: files, into: folder.file("out"), options: options()).run { sync, writer in
            expanding(writer)
            _ = try writer.reopenSync(sync)
            try writer.endSync()
        }
    }

    private var leftovers: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.file("out"))) ?? []
    }

    private func names(_ result: Compaction.Result) throws -> [String: String] {
        var names: [String: String] = [:]
        try C1ZFile.open(result.file).read(.resource, of: result.sync.id, where: .all) {
            let resource = try Resource(serializedBytes: Array($0.data))
            names[resource.id.resource] = resource.displayName
        }
        return names
    }

    @Test func `takes the record discovered last, and of equally new ones that of the later file`() throws {
        let old = try file("old.c1z", at: 10) {
            try $0.put(Sample.resource("a", name: "old"), Sample.resource("b", name: "old"))
        }
        let new = try file("new.c1z", at: 20) { try $0.put(Sample.resource("a", name: "new")) }
        let same = try file("same.c1z", at: 20) { try $0.put(Sample.resource("a", name: "same")) }
        #expect(try names(compacted([old, new])) == ["a": "new", "b": "old"])
        #expect(try names(compacted([new, old])) == ["a": "new", "b": "old"])
        #expect(try names(compacted([old, new, same])) == ["a": "same", "b": "old"])
        #expect(try names(compacted([same, old, new])) == ["a": "new", "b": "old"])
    }

    @Test(arguments: [
        (SyncType.full, SyncType.partial, SyncType.full), (.partial, .full, .full), (.resourcesOnly, .full, .full),
        (.resourcesOnly, .partial, .resourcesOnly), (.partial, .partial, .partial),
    ]) func `is as complete as its most complete part`(one: SyncType, other: SyncType, sum: SyncType) throws {
        let files = [
            try file("1.c1z", one, at: -20) { try $0.put(Sample.resource("a")) },
            try file("2.c1z", other, at: -10) { try $0.put(Sample.resource("b")) },
        ]
        var expansions = 0
        let result = try compacted(files) { _ in expansions += 1 }
        #expect(result.sync.type == sum && result.sync.parentID.isEmpty)
        #expect(result.sync.endedAt == noon)
        #expect(try C1ZFile.open(result.file).syncRuns() == [result.sync])
        #expect(try names(result).count == 2)
        // A part is not expanded: what it lacks may be what matters.
        #expect(expansions == (sum == .partial ? 0 : 1))
    }

    @Test func `ended when the last of its parts ended`() throws {
        let future = try file("f.c1z", at: 500) { try $0.put(Sample.user) }
        let result = try compacted([future, future])
        #expect(result.sync.endedAt == StoredTime(seconds: noon.seconds + 500, nanos: 0))
        #expect(result.sync.startedAt == noon)
    }

    @Test func `takes the snapshot of a file that ended last`() throws {
        let path = try file("a.c1z", at: 1) { try $0.put(Sample.resource("first")) }
        _ = try file("a.c1z", at: 3) { try $0.put(Sample.resource("third")) }
        _ = try file("a.c1z", .partialUpserts, at: 4) { try $0.put(Sample.resource("difference")) }
        let other = try file("b.c1z", at: 2) { try $0.put(Sample.resource("other")) }
        var inputs: [String] = []
        let result = try Compaction(of: [path, other], into: folder.path, options: options()).run {
            inputs.append($0.file)
        } expanding: { _, _ in
        }
        #expect(inputs == [other, path])
        #expect(try names(result).keys.sorted() == ["other", "third"])
    }

    @Test func `keeps each record's time, and grants expandable`() throws {
        let one = try file("1.c1z", at: 1) { try $0.put(Sample.membership("g", expanding: ["x"])) }
        let two = try file("2.c1z", at: 2) { try $0.put(Sample.membership("h")) }
        let result = try compacted([one, two])
        let rows = try database(in: result.file, folder).rows(
            "SELECT external_id, discovered_at, expansion IS NULL, needs_expansion FROM v1_grants ORDER BY id")
        #expect(
            rows == [
                ["h", StoredTime(seconds: noon.seconds + 2, nanos: 0).stored, "1", "0"],
                ["g", StoredTime(seconds: noon.seconds + 1, nanos: 0).stored, "0", "1"],
            ])
    }

    @Test(arguments: Fixture.small) func `of any file with itself is that file's snapshot`(fixture: Fixture) throws {
        let source = try C1ZFile.open(fixture.path)
        let types: [SyncType?] = [.full, .resourcesOnly, .partial]
        guard let run = try source.finishedSyncs().first(where: { types.contains($0.type) }) else {
            let failure = failure { _ = try compacted([fixture.path, fixture.path]) }
            #expect(failure?.file == fixture.path && failure?.isClear == true)
            #expect(leftovers.isEmpty)
            return
        }
        let result = try compacted([fixture.path, fixture.path])
        let (ours, theirs) = (
            try Contents(of: nil, in: C1ZFile.open(result.file)), try Contents(of: run.id, in: source)
        )
        for kind in RecordKind.allCases {
            #expect(ours.records[kind]?.map(\.data) == theirs.records[kind]?.map(\.data))
            #expect(ours.records[kind]?.map(\.discoveredAt) == theirs.records[kind]?.map(\.discoveredAt))
            #expect(ours.records[kind]?.map(\.expansion) == theirs.records[kind]?.map(\.expansion))
        }
        #expect(ours.assets.isEmpty && ours.sessions.isEmpty)
    }

    @Test func `refuses a file with differences only, naming it`() throws {
        let good = try file("good.c1z", at: 1) { try $0.put(Sample.user) }
        for type in [SyncType.partialUpserts, .partialDeletions] {
            let difference = try file("\(type).c1z", type, at: 1) { try $0.put(Sample.user) }
            let failure = failure { _ = try compacted([difference, good]) }
            #expect(failure?.file == difference && failure?.isClear == true)
            #expect(failure?.description.contains("are not compactable") == true)
            #expect(leftovers.isEmpty)
        }
    }

    @Test func `refuses what is no file, damaged or missing, naming it, and leaves nothing`() throws {
        let good = try file("good.c1z", at: 1) { try $0.put(Sample.resource("u", name: "x")) }
        let bytes = try content(of: good)
        let cut = try folder.file("cut.c1z", holding: Array(bytes.dropLast(20)))
        let empty = try folder.file("empty.c1z", holding: [])
        for bad in [cut, empty, folder.file("no.c1z"), folder.path] {
            for files in [[bad, good], [good, bad]] {
                let failure = failure { _ = try compacted(files) }
                #expect(failure?.file == bad && failure?.isClear == true)
                #expect(leftovers.isEmpty)
            }
        }
    }

    @Test func `names the file whose record is damaged`() throws {
        let made = try HandMadeDatabase(folder.file("made.db"), TableDefinitions.tables + OldFile.run("s"))
        try made.run(
            "INSERT INTO v1_resources (resource_type_id, external_id, data, sync_id, discovered_at) "
                + "VALUES ('', 'r', X'0AFF', 's', '')")
        let damaged = try made.packed(in: folder)
        let good = try file("good.c1z", at: 1) { try $0.put(Sample.user) }
        let failure = failure { _ = try compacted([good, damaged]) }
        #expect(failure?.code == .corrupt && failure?.file == damaged && failure?.isClear == true)
        #expect(leftovers.isEmpty)
    }

    @Test func `needs two files and a folder`() throws {
        let good = try file("good.c1z", at: 1) { try $0.put(Sample.user) }
        for files in [[], [good]] {
            let error = #expect(throws: CompactionError.self) { _ = try compacted(files) }
            #expect(error?.description.hasPrefix("must provide two or more files to compact") == true)
        }
        let failure = failure {
            _ = try Compaction(of: [good, good], into: folder.file("nowhere")).run { _, _ in }
        }
        #expect(failure?.file == folder.file("nowhere") && failure?.isClear == true)
    }

    @Test func `is not there when it is given up`() throws {
        let good = try file("good.c1z", at: 1) { try $0.put(Sample.user) }
        #expect(throws: CancellationError.self) {
            try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: true)
            _ = try Compaction(of: [good, good], into: folder.file("out")).run { _, _ in throw CancellationError() }
        }
        #expect(leftovers.isEmpty)
    }
}
