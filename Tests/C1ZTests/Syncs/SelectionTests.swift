import AccessModel
import Testing

@testable import C1Z

@Suite struct `the sync that is read` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func reader(_ rows: (id: String, type: String, started: String, ended: String?)...) throws -> any C1ZReader
    {
        let made = try HandMadeDatabase(folder.file("made.db"), TableDefinitions.tables)
        for row in rows {
            try made.run(
                """
                INSERT INTO v1_sync_runs (sync_id, sync_type, started_at, ended_at, sync_token)
                VALUES ('\(row.id)', '\(row.type)', '\(row.started)', \(row.ended.map { "'\($0)'" } ?? "NULL"), '')
                """)
        }
        return try C1ZFile.open(try made.packed(in: folder))
    }

    @Test func `is the finished one that ended last`() throws {
        let reader = try reader(
            ("a", "full", "2026-01-01 00:00:00", "2026-01-05 00:00:00"),
            ("c", "full", "2026-01-02 00:00:00", "2026-01-03 00:00:00"),
            ("b", "partial", "2026-01-04 00:00:00", "2026-01-06 00:00:00.000000001"),
            ("d", "full", "2026-01-07 00:00:00", nil))
        #expect(try reader.latestFinishedSync()?.id == "b")
        #expect(try reader.latestFinishedSync(of: .full)?.id == "a")
        #expect(try reader.finishedSyncs(of: .full).map(\.id) == ["a", "c"])
        #expect(try reader.latestFinishedSync(of: .resourcesOnly) == nil)
    }

    @Test func `is the one with the greater id when two ended together`() throws {
        let end = "2026-01-05 00:00:00"
        let reader = try reader(
            ("b", "full", end, end), ("c", "full", end, end), ("a", "full", end, end), ("Z", "full", end, end))
        #expect(try reader.finishedSyncs().map(\.id) == ["c", "b", "a", "Z"])
    }

    @Test func `may be unfinished for seven days`() throws {
        let reader = try reader(
            ("old", "full", "2026-01-01 00:00:00", nil), ("new", "full", "2026-01-02 00:00:00", nil),
            ("part", "partial", "2026-01-02 00:00:01", nil),
            ("done", "full", "2026-01-03 00:00:00", "2026-01-03 00:00:01"))
        let start = try #require(StoredTime("2026-01-02 00:00:00")).seconds
        let week: Int64 = 7 * 86_400
        #expect(try reader.latestUnfinishedSync(now: start)?.id == "part")
        #expect(try reader.latestUnfinishedSync(of: .full, now: start + 60)?.id == "new")
        #expect(try reader.latestUnfinishedSync(of: .full, now: start + week)?.id == "new")
        #expect(try reader.latestUnfinishedSync(of: .full, now: start + week + 1) == nil)
        #expect(try reader.latestUnfinishedSync(of: .partialUpserts, now: start) == nil)
    }

    @Test func `is named by its bytes`() throws {
        let end = "2026-01-05 00:00:00"
        let reader = try reader(("\u{E9}", "full", end, end), ("e\u{301}", "partial", end, end))
        #expect(try reader.sync("\u{E9}").type == .full)
        #expect(try reader.sync("e\u{301}").type == .partial)
        let failure = failure { _ = try reader.sync("nobody") }
        #expect(failure?.code == .noSuchSync && failure?.statusCode == .notFound)
        #expect(failure?.description.contains("nobody") == true)
    }

    @Test func `may be of a type that nobody knows`() throws {
        let reader = try reader(("a", "weekly", "2026-01-01 00:00:00", "2026-01-01 00:00:01"))
        #expect(try reader.latestFinishedSync()?.typeName == "weekly")
        #expect(try reader.latestFinishedSync()?.type == nil)
        #expect(try reader.latestFinishedSync(of: .full) == nil)
    }
}

@Suite struct `a stored time` {
    @Test(arguments: [
        ("2026-11-22 19:33:27.007354587", "2026-11-22 19:33:27.007354587"),
        ("2026-11-22 19:33:27.007", "2026-11-22 19:33:27.007"),
        ("2026-11-22 19:33:27.120000000", "2026-11-22 19:33:27.12"),
        ("2026-11-22 19:33:27.1234567899", "2026-11-22 19:33:27.123456789"),
        ("2026-11-22 19:33:27", "2026-11-22 19:33:27"), ("2026-11-22 19:33", "2026-11-22 19:33:00"),
        ("2026-11-22T19:33", "2026-11-22 19:33:00"), ("2026-11-22", "2026-11-22 00:00:00"),
        ("2026-11-22T19:33:27Z", "2026-11-22 19:33:27"), ("2026-11-22T19:33:27.5Z", "2026-11-22 19:33:27.5"),
        ("2026-11-22 19:33:27+02:00", "2026-11-22 17:33:27"), ("2026-11-22T19:33:27.5-05:30", "2026-11-23 01:03:27.5"),
        ("2026-11-22 19:33:27.5 +0100 CET m=+0.5", "2026-11-22 18:33:27.5"),
        ("2026-11-22 19:33:27 +0000 UTC", "2026-11-22 19:33:27"), ("2024-02-29 00:00:00", "2024-02-29 00:00:00"),
        ("0001-01-01 00:00:00", "0001-01-01 00:00:00"), ("9999-12-31 23:59:59.9", "9999-12-31 23:59:59.9"),
    ]) func `is read in each of its forms`(text: String, stored: String) throws {
        #expect(try #require(StoredTime(text)).stored == stored)
    }

    @Test(arguments: [
        "", "now", "2026", "2026-11", "2026-11-22x", "2026-11-22 ", "2026-11-22 19", "2026-11-22 19:3", "2026-13-01",
        "2026-00-01", "2026-01-00", "2025-02-29", "2026-04-31", "2026-11-22 24:00:00", "2026-11-22 19:60",
        "2026-11-22 19:33:61", "2026-11-22 19:33:27 CET", "2026-11-22 19:33:27+2", "0000-01-01", "20261-01-01",
        "1790000000", "２026-11-22",
    ]) func `is nothing else`(text: String) {
        #expect(StoredTime(text) == nil)
    }
}
