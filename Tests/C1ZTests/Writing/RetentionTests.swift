import Testing

@testable import C1Z

@Suite struct `the syncs that a file keeps` {
    /// A file's syncs, one a word: the letter says the type, `-` that it is unfinished, `=` which is its partner.
    private static func runs(_ words: String) -> [SyncRun] {
        words.split(separator: " ").enumerated().map { place, word in
            let type: SyncType? =
                switch word.first {
                case "f": .full
                case "p": .partial
                case "r": .resourcesOnly
                case "u": .partialUpserts
                case "d": .partialDeletions
                default: nil
                }
            let parts = word.split(separator: "=")
            let start = Int64(place) * 10
            return SyncRun(
                id: String(parts[0].filter { $0 != "-" }), type: type, typeName: type?.rawValue ?? "weekly",
                startedAt: StoredTime(seconds: start, nanos: 0),
                endedAt: word.contains("-") ? nil : StoredTime(seconds: start + 5, nanos: 0), token: "", parentID: "",
                linkedID: parts.count > 1 ? String(parts[1]) : "", supportsDiff: false, areGrantsBackfilled: true,
                storedStats: nil, verification: SyncVerification())
        }
    }

    struct Scenario: CustomTestStringConvertible, Sendable {
        let runs: String, limit: Int, present: String?, doomed: String

        var testDescription: String { "\(runs), at most \(limit), writing \(present ?? "none")" }

        init(_ runs: String, _ limit: Int, _ present: String?, _ doomed: String) {
            (self.runs, self.limit, self.present, self.doomed) = (runs, limit, present, doomed)
        }
    }

    @Test(arguments: [
        Scenario("", 2, nil, ""), Scenario("f1", 2, nil, ""), Scenario("f1 f2", 2, nil, ""),
        Scenario("f1 f2 f3", 2, nil, "f1"), Scenario("f1 f2 f3 f4", 2, nil, "f1 f2"),
        Scenario("f1 f2 f3", 1, nil, "f1 f2"), Scenario("f1 f2 f3", 3, nil, ""), Scenario("f1 f2 f3 f4", 3, nil, "f1"),
        // The present one counts, finished or not, and is never deleted.
        Scenario("f1 f2-", 2, "f2", ""), Scenario("f1 f2 f3-", 2, "f3", "f1"), Scenario("f1 f2 f3-", 1, "f3", "f1 f2"),
        Scenario("f1 f2 f3 f4-", 3, "f4", "f1"), Scenario("f1-", 1, "f1", ""), Scenario("f1 f2 f3", 2, "f3", "f1"),
        // Other unfinished ones don't count and stay.
        Scenario("f1- f2- f3 f4 f5", 2, nil, "f3"), Scenario("f1- f2 f3-", 1, nil, ""),
        // Unknown types are snapshots.
        Scenario("w1 f2 w3", 2, nil, "w1"),
        // Partial ones go when they ended before the first kept full one began.
        Scenario("p1 f2 p3 f4 f5", 2, nil, "f2 p1 p3"), Scenario("p1 f2 f3 p4 f5", 2, nil, "f2 p1"),
        Scenario("p1 f2 f3", 2, nil, ""), Scenario("p1 p2 p3 p4", 2, nil, ""), Scenario("r1 f2 f3 f4", 2, nil, "f2 r1"),
        Scenario("p1- f2 f3 f4", 2, nil, "f2"),
        // With a present sync the boundary is one earlier.
        Scenario("p1 f2 p3 f4 f5-", 2, "f5", "f2 p1"), Scenario("f1 p2 f3 p4 f5 f6-", 2, "f6", "f1 f3 p2"),
        Scenario("p1 f2 p3-", 2, "p3", ""),
        // Nothing but the present one is to be kept: the boundary is the last that goes.
        Scenario("p1 f2 p3 f4-", 1, "f4", "f2 p1"),
        // Differences: the last and its partner.
        Scenario("d1=u2 u2=d1", 2, nil, ""), Scenario("d1=u2 u2=d1 d3=u4 u4=d3", 2, nil, "d1 u2"),
        Scenario("d1 u2=d1 u3", 2, nil, "d1 u2"), Scenario("f1 f2 f3 d4=u5 u5=d4", 2, nil, "f1"),
        Scenario("d1 d2 d3=x", 2, nil, "d1 d2"),
    ]) func `are the newest`(scenario: Scenario) {
        let retention = Retention(limit: scenario.limit, present: scenario.present)
        #expect(retention.doomed(among: Self.runs(scenario.runs)).joined(separator: " ") == scenario.doomed)
    }

    /// How many syncs are left of five when the last one cleans up.
    private func left(_ environment: [String: String]) throws -> Int {
        let folder = try TemporaryFolder()
        let file = folder.file("sync.c1z")
        let writer = try C1ZFile.write(file, options: options(environment))
        for place in 0..<5 {
            _ = try writer.startSync(.full, parent: "")
            try writer.put(Sample.resource("u\(place)"))
            try writer.put(Sample.membership("g\(place)"))
            try writer.putAsset("a\(place)", contentType: "x", data: [1])
            try writer.commit(reaching: "")
            if place == 4 { _ = try writer.deleteOldSyncs() }
            try writer.endSync()
        }
        _ = try writer.save()
        let rows = try database(in: file, folder).rows(
            """
            SELECT count(*), (SELECT count(*) FROM v1_resources), (SELECT count(*) FROM v1_grants),
                (SELECT count(*) FROM v1_assets) FROM v1_sync_runs
            """)
        let counts = try #require(rows.first)
        #expect(Set(counts).count == 1, "a deleted sync's records stay: \(counts)")
        return Int(counts[0]) ?? -1
    }

    @Test func `are two`() throws {
        #expect(try left([:]) == 2)
    }

    @Test(arguments: [("1", 1), ("3", 3), ("9", 5), ("0", 2), ("-1", 2), ("few", 2), ("", 2)])
    func `are as many as the environment says`(text: String, count: Int) throws {
        #expect(try left(["BATON_KEEP_SYNC_COUNT": text]) == count)
    }

    @Test(arguments: ["1", "t", "T", "TRUE", "true", "True"]) func `are all when cleaning is skipped`(text: String)
        throws
    {
        #expect(try left(["BATON_SKIP_CLEANUP": text]) == 5)
    }

    @Test(arguments: ["0", "false", "yes", ""]) func `aren't all when it isn't`(text: String) throws {
        #expect(try left(["BATON_SKIP_CLEANUP": text]) == 2)
    }
}
