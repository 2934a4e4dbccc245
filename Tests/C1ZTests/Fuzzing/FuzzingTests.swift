import AccessModel
import Foundation
import SeededNumbers
import Testing

@testable import C1Z

@Suite(.timeLimit(.minutes(2))) struct `a file with wrong bytes` {
    private let folder: TemporaryFolder
    /// A small limit keeps a bomb's pieces few.
    private let environment = ["BATON_DECODER_MAX_DECODED_SIZE_MB": "2"]

    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpus")

    private static let seeds: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: corpus.path)) ?? []).filter { $0.hasSuffix(".c1z") }
        .sorted()

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func seed(_ name: String) throws -> [UInt8] {
        try content(of: corpus.appending(path: name).path)
    }

    /// Reads everything there is; only a clear ``C1ZError`` may come out.
    private func readAll(_ path: String) throws {
        do {
            let reader = try C1ZFile.open(path, environment: environment)
            for run in try reader.syncRuns() {
                _ = try? reader.stats(of: run)
                _ = try SQLiteReader(path, environment: environment).countedStats(of: run)
            }
            _ = try reader.latestFinishedSync()
            let contents = try Contents(of: nil, in: reader)
            for record in contents.records[.grant] ?? [] { _ = try reader.find(.grant(ByteKey(record.data)), in: nil) }
            try reader.read(.grant, of: nil, where: .heldBy(ResourceID("user", "u"))) { _ in }
        } catch let error as C1ZError {
            #expect(error.description.hasPrefix(path) && !error.description.contains("\n"))
        }
    }

    private func writeOver(_ path: String) throws {
        do {
            let writer = try C1ZFile.write(path, options: options(environment))
            defer { writer.discard() }
            _ = try writer.startSync(.full, parent: "")
            try writer.put(Sample.user)
            try writer.put(Sample.membership("g", expanding: ["x"]))
            try writer.commit(reaching: "x")
            _ = try writer.deleteOldSyncs()
            try writer.endSync()
            _ = try writer.save()
        } catch let error as C1ZError {
            #expect(error.description.hasPrefix(folder.path) && !error.description.contains("\n"))
        }
        try? FileManager.default.removeItem(atPath: folder.file(".x.c1z.work"))
    }

    @Test func `has seeds`() throws {
        #expect(Self.seeds.count >= 13)
        for seed in Self.seeds { #expect(try Self.seed(seed).count <= 20_480) }
    }

    @Test(arguments: seeds) func `is read or refused`(seed: String) throws {
        let path = try folder.file("x.c1z", holding: Self.seed(seed))
        try readAll(path)
        try writeOver(path)
    }

    @Test(arguments: seeds) func `in its container is read or refused`(seed: String) throws {
        var generator = SeededGenerator(seed: 1)
        let bytes = try Self.seed(seed)
        for _ in 0..<150 {
            let mutated = Envelope.v1Magic + Array(bytes.dropFirst(5)).mutated(with: &generator)
            try readAll(folder.file("x.c1z", holding: mutated))
        }
    }

    @Test(arguments: ["basic.c1z", "expanded.c1z", "old.c1z", "odd-ids.c1z"], 1...2 as ClosedRange<UInt64>)
    func `in its database is read or refused`(seed: String, number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        let database = try Frames.decoded(Self.corpus.appending(path: seed).path)
        for round in 0..<80 {
            var mutated = database
            // Pages keep their places, or nearly everything would be refused at once.
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                let place = Int.random(in: 0..<(mutated.count / 64), using: &generator) * 64
                let piece = Array(mutated[place..<(place + 64)]).mutated(with: &generator).prefix(64)
                mutated.replaceSubrange(place..<(place + piece.count), with: piece)
            }
            let path = try folder.file("x.c1z", holding: Frames.container(Frames.frame(mutated)))
            try readAll(path)
            if round % 4 == 0 { try writeOver(path) }
        }
    }

    @Test(arguments: ["basic.c1z", "expanded.c1z"]) func `on its pages is read or refused`(seed: String) throws {
        var generator = SeededGenerator(seed: 3)
        let database = try Frames.decoded(Self.corpus.appending(path: seed).path)
        let pages = database.count / 4096
        for _ in 0..<100 {
            var mutated = database
            let from = Int.random(in: 0..<pages, using: &generator) * 4096
            let to = Int.random(in: 1..<pages, using: &generator) * 4096
            mutated.replaceSubrange(to..<(to + 4096), with: database[from..<(from + 4096)])
            try readAll(folder.file("x.c1z", holding: Frames.container(Frames.frame(mutated))))
        }
    }

    @Test func `that make a table endless is refused`() throws {
        let made = try HandMadeDatabase(
            folder.file("made.db"),
            OldFile.schema + OldFile.run("one") + """
                WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000)
                INSERT INTO v1_resources (resource_type_id, external_id, data, sync_id, discovered_at)
                SELECT 't', 't:' || x, X'', 'one', '' FROM n;
                """)
        let root = try #require(
            try made.rows("SELECT rootpage FROM sqlite_master WHERE name = 'v1_resources'").first.flatMap { Int($0[0]) }
        )
        var bytes = try content(of: made.path)
        let page = (root - 1) * 4096
        try #require(bytes[page] == 5, "the root is no interior page")
        let cells = Int(bytes[page + 3]) << 8 | Int(bytes[page + 4])
        for cell in 0..<cells {
            let pointer = page + 12 + 2 * cell
            let place = page + Int(bytes[pointer]) << 8 + Int(bytes[pointer + 1])
            // Every child is the last one.
            bytes.replaceSubrange(place..<(place + 4), with: bytes[(page + 8)..<(page + 12)])
        }
        let path = try folder.file("x.c1z", holding: Frames.container(Frames.frame(bytes)))
        let failure = failure { _ = try Contents(of: "one", in: C1ZFile.open(path)) }
        #expect(failure?.code == .corrupt && failure?.isClear == true)
    }

    @Test func `that make a query endless is refused`() throws {
        let folder = try TemporaryFolder()
        let made = try HandMadeDatabase(folder.file("made.db"), OldFile.schema).packed(in: folder)
        let database = try ExtractedDatabase(of: made, environment: [:]).database
        let failure = failure {
            _ = try database.number(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n WHERE x < 0")
        }
        #expect(failure?.code == .corrupt)
        #expect(try database.number("SELECT 7") == 7)
    }
}
