import AccessModel
import Foundation
import Testing

@testable import C1Z

@Suite struct `a written file` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.file("sync.c1z")
    }

    private func write(_ environment: [String: String] = [:], _ body: (any C1ZWriter) throws -> Void) throws -> String {
        let writer = try C1ZFile.write(file, options: options(environment))
        let run = try writer.startSync(.full, parent: "")
        try body(writer)
        try writer.endSync()
        _ = try writer.save()
        return run.id
    }

    private func writeSample() throws -> String {
        try write { writer in
            try writer.put(Sample.user, Sample.group)
            try writer.put(Sample.resource("u1"), Sample.team)
            try writer.put(Sample.member)
            try writer.put(Sample.membership("g1"), Sample.membership("g2", expanding: ["x"]))
            try writer.putAsset("logo", contentType: "", data: [1, 2, 3])
            try writer.putAsset("nothing", contentType: "image/png", data: [])
            try writer.commit(reaching: "{\"step_durations_ms\":{\"a\":5},\"connector_call_stats\":{},\"version\":1}")
        }
    }

    @Test func `reads back`() throws {
        let id = try writeSample()
        let reader = try C1ZFile.open(file)
        let run = try reader.sync(id)
        #expect(run.type == .full && run.isFinished && run.areGrantsBackfilled && !run.supportsDiff)
        #expect(run.startedAt == noon && run.endedAt == noon)
        #expect(run.verification == SyncVerification())
        let contents = try Contents(of: id, in: reader)
        #expect(
            contents.records[.resourceType]?.map(\.data) == [Sample.user, Sample.group].map { $0.serializedInOrder() })
        #expect(contents.records[.grant]?.map(\.needsExpansion) == [false, true])
        #expect(contents.records[.grant]?.allSatisfy { $0.discoveredAt == noon.stored } == true)
        #expect(contents.assets.map { $0[1] } == [Array("unknown".utf8)])
        #expect(try reader.find(.grant(ByteKey("g1")), in: id) == Sample.membership("g1").serializedInOrder())
    }

    @Test func `has the tables and indexes of the ecosystem, to the letter`() throws {
        _ = try writeSample()
        let query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
        let ours = try database(in: file, folder).rows(query)
        let theirs = try database(in: Fixture.named("basic-sqlite").path, folder).rows(query)
        #expect(ours.map(normalized) == theirs.map(normalized))
        #expect(ours.count == 7 + 16)
    }

    /// One space between words, no comments, lower case.
    private func normalized(_ row: [String]) -> String {
        let lines = row.joined(separator: " | ").split(separator: "\n").map { line in
            String(line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line)
        }
        return lines.joined(separator: " ").lowercased().split { $0.isWhitespace }.joined(separator: " ")
            .replacing("( ", with: "(").replacing(" )", with: ")")
    }

    @Test func `has the pragmas of the ecosystem`() throws {
        _ = try writeSample()
        let made = try database(in: file, folder)
        for (pragma, value) in [
            ("page_size", "4096"), ("encoding", "UTF-8"), ("auto_vacuum", "0"), ("application_id", "0"),
            ("user_version", "0"), ("freelist_count", "0"), ("integrity_check", "ok"),
        ] {
            #expect(try made.rows("PRAGMA \(pragma)") == [[value]], "\(pragma)")
        }
        #expect(try Array(Frames.decoded(file)[18...19]) == [1, 1])
    }

    @Test func `is one frame with size and checksum`() throws {
        _ = try writeSample()
        let bytes = try content(of: file)
        #expect(Array(bytes[..<9]) == Envelope.v1Magic + [0x28, 0xB5, 0x2F, 0xFD])
        let descriptor = bytes[9]
        #expect(descriptor & 0x04 != 0, "a checksum")
        #expect(descriptor & 0x03 == 0, "no dictionary")
        #expect(descriptor >> 6 != 0 || descriptor & 0x20 != 0, "a content size")
        #expect(descriptor & 0x20 != 0 || bytes[10] >> 3 <= 13, "a window of up to 8 MiB")
    }

    @Test func `has no window above 8 MiB however large it is`() throws {
        var state: UInt64 = 7
        let noise = (0..<12_000_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        _ = try write { try $0.putAsset("noise", contentType: "x", data: noise) }
        let bytes = try Array(content(of: file).prefix(16))
        #expect(bytes[9] & 0x20 == 0 && bytes[10] >> 3 <= 13)
        #expect(try Contents(of: nil, in: C1ZFile.open(file)).assets.first?[2] == noise)
    }

    @Test func `has its counts stored as the ecosystem stores them`() throws {
        let id = try writeSample()
        let stored = try C1ZFile.open(file).sync(id).storedStats
        #expect(
            stored == """
                {"resource_types":2,"resources":2,"entitlements":1,"grants":2,\
                "resources_by_resource_type":{"group":1,"user":1},"grants_by_resource_type":{"group":2},\
                "entitlements_by_resource_type":{"group":1},"assets":1,"step_durations_ms":{"a":5}}
                """)
    }

    @Test(arguments: ["assets-sqlite", "basic-sqlite", "multi-sqlite", "skip-eg-sqlite", "types-only-sqlite"])
    func `has the counts that the reference stored`(name: String) throws {
        let reader = try SQLiteReader(Fixture.named(name).path, environment: [:])
        for run in try reader.syncRuns() {
            let stored = try #require(run.storedStats)
            #expect(try reader.countedStats(of: run).stored == stored)
            #expect(SyncStats(stored: stored)?.stored == stored)
        }
    }

    @Test func `may be read by all who could read the one before`() throws {
        _ = try writeSample()
        #expect(try mode() == 0o644 & ~mask)
        chmod(file, 0o600)
        _ = try writeSample()
        #expect(try mode() == 0o600)
    }

    private func mode() throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int)
    }

    private var mask: Int {
        let mask = umask(0)
        umask(mask)
        return Int(mask)
    }

    @Test func `takes the place of the one before in one step`() throws {
        _ = try writeSample()
        let open = try FileHandle(forReadingFrom: URL(filePath: file))
        let before = try content(of: file)
        _ = try writeSample()
        #expect(try Array(#require(try open.readToEnd())) == before, "the old file was written into")
        #expect(folder.names == ["sync.c1z"])
        #expect(try C1ZFile.open(file).syncRuns().count == 2)
    }

    @Test func `isn't disturbed by what a killed process left`() throws {
        let other = try folder.file("precious", holding: [1])
        try FileManager.default.createSymbolicLink(atPath: file + ".tmp", withDestinationPath: other)
        _ = try writeSample()
        #expect(try content(of: other) == [1], "a link was followed")
        #expect(folder.names == ["precious", "sync.c1z"])
        _ = try folder.file("sync.c1z.tmp", holding: [1, 2, 3])
        _ = try writeSample()
        #expect(folder.names == ["precious", "sync.c1z"])
    }

    @Test func `keeps nothing of deleted syncs`() throws {
        let secret = "marker-of-the-first-sync"
        _ = try write { writer in
            for index in 0..<400 { try writer.put(Sample.resource("\(secret)-\(index)", name: secret)) }
            try writer.put(Sample.resource("one \(secret)"))
        }
        #expect(try occurrences(of: secret) > 400)
        for _ in 0..<2 {
            _ = try write { writer in
                try writer.put(Sample.resource("u1"))
                _ = try writer.deleteOldSyncs()
            }
        }
        #expect(try C1ZFile.open(file).syncRuns().count == 2)
        #expect(try occurrences(of: secret) == 0)
        #expect(try Frames.decoded(file).count < 200_000)
    }

    @Test func `keeps nothing of one deleted record's sync`() throws {
        let secret = "a-lonely-marker"
        _ = try write { try $0.put(Sample.resource(secret, name: secret)) }
        for _ in 0..<2 {
            _ = try write { writer in
                try writer.put(Sample.resource("u1"))
                _ = try writer.deleteOldSyncs()
            }
        }
        #expect(try occurrences(of: secret) == 0)
    }

    private func occurrences(of text: String) throws -> Int {
        try Data(Frames.decoded(file)).ranges(of: Data(text.utf8)).count
    }

    @Test func `is left alone when the writing is given up`() throws {
        _ = try writeSample()
        let before = try content(of: file)
        let writer = try C1ZFile.write(file, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.put(Sample.resource("new"))
        try writer.commit(reaching: "x")
        writer.discard()
        #expect(try content(of: file) == before)
        #expect(folder.names == ["sync.c1z"])
    }
}

@Suite struct `a sync being written` {
    private let folder: TemporaryFolder
    private let writer: any C1ZWriter

    init() throws {
        folder = try TemporaryFolder()
        writer = try C1ZFile.write(folder.file("sync.c1z"), options: options())
    }

    @Test func `must have been begun`() {
        let attempts: [() throws -> Void] = [
            { try writer.put(Sample.user) }, { try writer.commit(reaching: "") }, { try writer.endSync() },
            { try writer.markDiffable() }, { try writer.putAsset("a", contentType: "b", data: [1]) },
        ]
        for attempt in attempts { #expect(failure(of: attempt)?.code == .conflict) }
    }

    @Test func `is begun once`() throws {
        let run = try writer.startSync(.full, parent: "")
        #expect(try writer.startSync(.full, parent: "").id == run.id)
        #expect(failure { _ = try writer.startSync(.partial, parent: "") }?.code == .conflict)
        try writer.endSync()
        #expect(try writer.startSync(.partial, parent: run.id).parentID == run.id)
        #expect(try writer.syncRuns().count == 2)
    }

    @Test func `has a parent only when it is partial`() throws {
        for type in [SyncType.full, .resourcesOnly] {
            #expect(failure { _ = try writer.startSync(type, parent: "p") }?.code == .conflict)
        }
        for type in [SyncType.partial, .partialUpserts, .partialDeletions] {
            #expect(try writer.startSync(type, parent: "p").type == type)
            try writer.endSync()
        }
    }

    @Test func `is gone on with only while it is unfinished`() throws {
        #expect(failure { _ = try writer.resumeSync("nobody") }?.code == .noSuchSync)
        #expect(failure { try writer.put(Sample.user) }?.code == .conflict, "an unknown sync became the present one")
        let run = try writer.startSync(.full, parent: "")
        #expect(try writer.resumeSync(run.id).id == run.id)
        try writer.endSync()
        #expect(failure { _ = try writer.resumeSync(run.id) }?.code == .conflict)
    }

    @Test func `is marked as checked only at its end`() throws {
        let marker = SyncVerification(generation: "1", coverage: "[\"I5\",\"I10\"]", mode: "connector")
        let run = try writer.startSync(.full, parent: "")
        #expect(failure { try writer.mark(run.id, marker) }?.code == .conflict)
        #expect(failure { try writer.mark("nobody", marker) }?.code == .noSuchSync)
        try writer.markDiffable()
        try writer.endSync()
        try writer.mark(run.id, marker)
        _ = try writer.save()
        let read = try C1ZFile.open(writer.file).sync(run.id)
        #expect(read.verification == marker && read.supportsDiff)
    }

    @Test func `can be read while it is written`() throws {
        let run = try writer.startSync(.full, parent: "")
        for index in 0..<25 { try writer.put(Sample.resource("u\(index)")) }
        var token = ""
        var pages: [Int] = []
        repeat {
            var count = 0
            token = try writer.readPage(.resource, of: run.id, after: token, limit: 10) { _ in count += 1 }
            pages.append(count)
        } while !token.isEmpty
        #expect(pages == [10, 10, 5])
        #expect(try writer.find(.resource(ResourceID("user", "u7")), in: run.id) != nil)
    }
}
