import AccessModel
import BatonWire
import SwiftProtobuf
import Testing

@testable import C1Z

@Suite struct `a file of the first version` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func file(_ sql: String..., schema: String = OldFile.schema) throws -> String {
        try HandMadeDatabase(folder.file("made-\(UInt32.random(in: 0...UInt32.max)).db"), schema + sql.joined()).packed(
            in: folder)
    }

    /// What is read as it stands, and after a writer has brought it up to date.
    private func bothWays(_ path: String) throws -> [Contents] {
        let plain = try Contents(of: nil, in: C1ZFile.open(path))
        _ = try C1ZFile.write(path, options: options()).save()
        return [plain, try Contents(of: nil, in: C1ZFile.open(path))]
    }

    private func plain(_ grant: Grant) -> Grant {
        var plain = grant
        plain.annotations.removeAll { $0.carries(GrantExpandable.self) }
        return plain
    }

    @Test func `is refused when its text is no UTF-8`() throws {
        let database = try HandMadeDatabase(folder.file("wide.db"), "PRAGMA encoding = 'UTF-16le';" + OldFile.schema)
        let path = try database.packed(in: folder)
        for open in [{ try _ = C1ZFile.open(path) }, { try _ = C1ZFile.write(path, options: options()) }] {
            let error = #expect(throws: C1ZError.self) { try open() }
            #expect(error?.description.contains("its database is in UTF-16le") == true)
        }
    }

    @Test func `has full syncs`() throws {
        let path = try file(OldFile.run("one"), OldFile.run("two", ended: nil))
        let runs = try C1ZFile.open(path).syncRuns()
        #expect(runs.map(\.id) == ["one", "two"])
        #expect(runs.map(\.type) == [.full, .full])
        #expect(runs.map(\.isFinished) == [true, false])
        #expect(
            runs.allSatisfy {
                $0.parentID.isEmpty && $0.linkedID.isEmpty && !$0.supportsDiff && !$0.areGrantsBackfilled
            })
        #expect(runs.first?.endedAt?.stored == "2022-12-01 10:00:05.5")
    }

    @Test func `has its expansions inside the grants`() throws {
        let expandable = Sample.membership("a", expanding: ["other:e:x", " "])
        let path = try file(
            OldFile.run("one"), OldFile.row(expandable, in: "one"), OldFile.row(Sample.membership("b"), in: "one"))
        for contents in try bothWays(path) {
            let grants = try #require(contents.records[.grant])
            #expect(grants.map(\.needsExpansion) == [true, false])
            #expect(grants[0].data == plain(expandable).serializedInOrder())
            #expect(grants[1].data == Sample.membership("b").serializedInOrder())
            let expansion = try GrantExpandable(serializedBytes: try #require(grants[0].expansion))
            #expect(expansion.entitlementIds == ["other:e:x", " "])
            #expect(grants[1].expansion == nil)
        }
    }

    @Test(arguments: [[], [""], ["  ", "\t\n"], ["\u{A0}"]])
    func `keeps an annotation that names no entitlement`(names: [String]) throws {
        let blank = Sample.membership("a", expanding: names)
        let path = try file(OldFile.run("one"), OldFile.row(blank, in: "one"))
        for contents in try bothWays(path) {
            let grant = try #require(contents.records[.grant]?.first)
            #expect(grant.expansion == nil && !grant.needsExpansion)
            #expect(grant.data == blank.serializedInOrder())
        }
    }

    @Test func `may have an interrupted migration`() throws {
        let moved = Sample.membership("moved", expanding: ["x"])
        let columns = """
            ALTER TABLE v1_sync_runs ADD COLUMN grants_backfilled integer not null default 0;
            ALTER TABLE v1_grants ADD COLUMN expansion blob;
            ALTER TABLE v1_grants ADD COLUMN needs_expansion integer not null default 0;
            """
        let path = try file(
            columns, OldFile.run("one"),
            OldFile.row(
                moved, stored: plain(moved), in: "one", extra: ", expansion, needs_expansion", values: ", X'0A0178', 1"),
            OldFile.row(Sample.membership("looked at"), in: "one", extra: ", expansion", values: ", X''"),
            OldFile.row(Sample.membership("not yet", expanding: ["y"]), in: "one"))
        for contents in try bothWays(path) {
            let grants = try #require(contents.records[.grant])
            #expect(grants.map(\.needsExpansion) == [true, false, true])
            #expect(grants.map { $0.expansion?.count } == [3, nil, 3])
        }
        let stored = try database(in: path, folder).rows(
            "SELECT count(*), sum(expansion = X'') FROM v1_grants WHERE expansion IS NOT NULL")
        #expect(stored == [["2", "0"]])
        #expect(try database(in: path, folder).rows("SELECT grants_backfilled FROM v1_sync_runs") == [["1"]])
    }

    @Test func `has slim grants filled in`() throws {
        let grant = Sample.membership("a")
        let slim: [(Grant) -> Grant] = [
            { $0.copy { $0.clearEntitlement() } }, { $0.copy { $0.clearPrincipal() } },
            { grant in
                grant.copy {
                    $0.clearEntitlement()
                    $0.clearPrincipal()
                }
            },
        ]
        for shorten in slim {
            let path = try file(OldFile.run("one"), OldFile.row(grant, stored: shorten(grant), in: "one"))
            for contents in try bothWays(path) {
                let read = try Grant(serializedBytes: try #require(contents.records[.grant]?.first?.data))
                #expect(read.id == "a")
                #expect(read.entitlement.id == Sample.member.id)
                #expect(ResourceID(read.entitlement.resource.id) == ResourceID("group", "team"))
                #expect(read.holder == ResourceID("user", "u1"))
            }
            let unfinished = try file(
                OldFile.run("one", ended: nil), OldFile.row(grant, stored: shorten(grant), in: "one"))
            let writer = try C1ZFile.write(unfinished, options: options())
            _ = try writer.resumeSync("one")
            let cursor = try writer.grantsInPrincipalOrder(of: ByteKey(Sample.member.id))
            #expect(try cursor.next())
            let walked = try Grant(serializedBytes: Array(cursor.data))
            #expect(walked.holder == ResourceID("user", "u1") && walked.entitlement.id == Sample.member.id)
            #expect(try !cursor.next())
            writer.discard()
            let found = try C1ZFile.open(path).find(.grant(ByteKey("a")), in: "one")
            #expect(try Grant(serializedBytes: try #require(found)).holder == ResourceID("user", "u1"))
        }
    }

    @Test func `may want a write-ahead log`() throws {
        let made = try HandMadeDatabase(
            folder.file("made.db"), OldFile.schema + OldFile.run("one") + OldFile.row(Sample.membership("a"), in: "one")
        )
        var bytes = try content(of: made.path)
        (bytes[18], bytes[19]) = (2, 2)
        let path = try folder.file("wal.c1z", holding: Frames.container(Frames.frame(bytes)))
        for contents in try bothWays(path) { #expect(contents.count(.grant) == 1) }
        let header = try Frames.decoded(path)[18...19]
        #expect(Array(header) == [1, 1])
    }

    @Test func `may lack tables`() throws {
        let path = try file(OldFile.run("one"), "DROP TABLE v1_assets; DROP TABLE v1_entitlements;")
        let reader = try C1ZFile.open(path)
        #expect(try Contents(of: "one", in: reader) == Contents(of: "two", in: reader))
        #expect(try reader.stats(of: reader.sync("one")).entitlements == 0)
        #expect(try reader.find(.entitlement(ByteKey("x")), in: "one") == nil)
    }

    @Test func `may have tables, columns and indexes that nobody knows`() throws {
        let path = try file(
            """
            CREATE TABLE v1_sync_stats (a, b); CREATE TABLE notes (a, b); INSERT INTO notes VALUES (1, 2);
            ALTER TABLE v1_grants ADD COLUMN colour text default 'red';
            CREATE INDEX by_colour ON v1_grants (colour); ANALYZE;
            """, OldFile.run("one"), OldFile.row(Sample.membership("a"), in: "one"))
        for contents in try bothWays(path) { #expect(contents.count(.grant) == 1) }
    }

    @Test func `has the records of a sync that has no row`() throws {
        let path = try file(OldFile.row(Sample.membership("a", expanding: ["x"]), in: "lost"))
        let contents = try Contents(of: "lost", in: C1ZFile.open(path))
        #expect(contents.records[.grant]?.first?.expansion != nil)
    }
}

@Suite struct `a schema made to do harm` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func file(_ sql: String) throws -> String {
        try HandMadeDatabase(folder.file("made.db"), OldFile.schema + OldFile.run("one") + sql).packed(in: folder)
    }

    @Test(arguments: [
        """
        CREATE VIEW v1_grants AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
        SELECT x AS id, '' AS resource_type_id, '' AS resource_id, '' AS entitlement_id, '' AS external_id,
            '' AS principal_resource_type_id, '' AS principal_resource_id, X'' AS data, 'one' AS sync_id,
            '' AS discovered_at FROM n;
        """,
        """
        CREATE VIRTUAL TABLE v1_grants USING fts5(resource_type_id, resource_id, entitlement_id, external_id,
            principal_resource_type_id, principal_resource_id, data, sync_id, discovered_at);
        INSERT INTO v1_grants (data, sync_id) VALUES ('x', 'one');
        """,
    ]) func `isn't asked for grants`(sql: String) throws {
        let path = try file("DROP TABLE v1_grants;" + sql)
        let contents = try Contents(of: nil, in: C1ZFile.open(path))
        #expect(contents.count(.grant) == 0)
        let failure = failure { _ = try C1ZFile.write(path) }
        #expect(failure?.isClear == true)
        #expect(folder.names == ["made.db", "sync.c1z"])
    }

    @Test func `can't compute a column`() throws {
        let path = try file(
            """
            DROP TABLE v1_resource_types;
            CREATE TABLE v1_resource_types (id integer primary key, external_id text, sync_id text, discovered_at text,
                data AS (zeroblob(900000000)));
            INSERT INTO v1_resource_types (external_id, sync_id, discovered_at) VALUES ('a', 'one', '');
            """)
        let failure = failure { _ = try Contents(of: nil, in: C1ZFile.open(path)) }
        #expect(failure?.code == .corrupt)
        #expect(failure?.description.contains("v1_resource_types has no column data") == true)
    }

    @Test func `can't act when it is written`() throws {
        let path = try file(
            """
            CREATE TRIGGER t AFTER INSERT ON v1_grants BEGIN DELETE FROM v1_sync_runs; END;
            CREATE TRIGGER u AFTER UPDATE ON v1_sync_runs BEGIN DELETE FROM v1_sync_runs; END;
            """)
        let writer = try C1ZFile.write(path, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.put(Sample.membership("a"))
        try writer.endSync()
        _ = try writer.save()
        #expect(try C1ZFile.open(path).syncRuns().count == 2)
    }
}

extension Message {
    fileprivate func copy(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}
