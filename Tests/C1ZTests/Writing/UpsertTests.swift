import AccessModel
import BatonWire
import SwiftProtobuf
import Testing

@testable import C1Z

@Suite struct `a record put again` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.file("sync.c1z")
    }

    private final class Ticks: Sendable {
        nonisolated static func options(_ times: [Int64]) -> C1ZWriterOptions {
            let times = times.map { StoredTime(seconds: $0, nanos: 0) }
            let counter = TickCounter()
            return C1ZWriterOptions(clock: { times[min(counter.next(), times.count - 1)] })
        }
    }

    /// Puts in one sync, saves, and looks at the rows.
    private func rows(_ query: String, after body: (any C1ZWriter) throws -> Void) throws -> [[String]] {
        let writer = try C1ZFile.write(file, options: Ticks.options([0, 1_000, 2_000, 3_000]))
        _ = try writer.startSync(.full, parent: "")
        try body(writer)
        try writer.endSync()
        _ = try writer.save()
        return try database(in: file, folder).rows(query)
    }

    @Test func `keeps its row, its time and its parent`() throws {
        let child = { (parent: String, name: String) -> Resource in
            .with {
                $0.id = ResourceID("user", "u").message
                $0.parentResourceID = ResourceID("group", parent).message
                $0.displayName = name
            }
        }
        let rows = try rows(
            """
            SELECT id, external_id, parent_resource_type_id, parent_resource_id, discovered_at, instr(data, 'second') > 0
            FROM v1_resources ORDER BY id
            """
        ) { writer in
            try writer.put(child("a", "first"))
            try writer.put(Sample.resource("other"))
            try writer.put(child("b", "second"))
        }
        #expect(
            rows == [
                ["1", "user:u", "group", "a", "1970-01-01 00:16:40", "1"],
                ["2", "user:other", "NULL", "NULL", "1970-01-01 00:33:20", "0"],
            ])
    }

    @Test func `within one batch counts with its last form`() throws {
        let rows = try rows("SELECT external_id, instr(data, 'second') > 0 FROM v1_resource_types") { writer in
            let forms = ["first", "second"].map { name in
                ResourceType.with {
                    $0.id = "t"
                    $0.displayName = name
                }
            }
            try writer.put(forms[0], forms[1])
        }
        #expect(rows == [["t", "1"]])
    }

    @Test func `may have an empty id`() throws {
        let rows = try rows("SELECT external_id, resource_id FROM v1_entitlements") { writer in
            try writer.put(Sample.entitlement("", on: Sample.resource("")))
        }
        #expect(rows == [["", ""]])
    }

    @Test func `as an asset keeps its media type`() throws {
        let rows = try rows("SELECT external_id, content_type, hex(data), discovered_at FROM v1_assets") { writer in
            try writer.putAsset("a", contentType: "image/png", data: [1])
            try writer.putAsset("a", contentType: "image/gif", data: [2])
        }
        #expect(rows == [["a", "image/png", "02", "1970-01-01 00:16:40"]])
    }

    @Test func `is another record when its id differs in Unicode form only`() throws {
        let rows = try rows("SELECT hex(external_id) FROM v1_resources ORDER BY id") { writer in
            try writer.put(Sample.resource("\u{E9}"), Sample.resource("e\u{301}"))
        }
        #expect(rows == [["757365723AC3A9"], ["757365723A65CC81"]])
    }

    /// What an expandable grant looks like after being put in several forms, done ones in between.
    private func expansion(_ forms: [[String]?], doneAfter done: Int? = nil) throws -> [String] {
        let rows = try rows(
            "SELECT needs_expansion, CASE WHEN expansion IS NULL THEN 'NULL' ELSE hex(expansion) END, instr(data, 'Expandable') FROM v1_grants ORDER BY id DESC"
        ) {
            writer in
            for (index, form) in forms.enumerated() {
                try writer.put(Sample.membership("g", expanding: form))
                if index == done, let writer = writer as? SQLiteWriter {
                    try writer.database.run("UPDATE v1_grants SET needs_expansion = 0")
                }
            }
        }
        return try #require(rows.first)
    }

    @Test func `needs expansion as its annotation says`() throws {
        let (x, y) = ("0A0178", "0A0179")
        #expect(try expansion([nil]) == ["0", "NULL", "0"])
        #expect(try expansion([["x"]]) == ["1", x, "0"])
        #expect(try expansion([[" ", ""]]) == ["0", "NULL", "0"])
        #expect(try expansion([[]]) == ["0", "NULL", "0"])
        #expect(try expansion([nil, ["x"]]) == ["1", x, "0"])
        #expect(try expansion([["x"], nil]) == ["0", "NULL", "0"])
        #expect(try expansion([["x"], [" "]]) == ["0", "NULL", "0"])
        #expect(try expansion([["x"], ["x"]]) == ["1", x, "0"])
        #expect(try expansion([["x"], ["x"]], doneAfter: 0) == ["0", x, "0"])
        #expect(try expansion([["x"], ["y"]], doneAfter: 0) == ["1", y, "0"])
        #expect(try expansion([["x"], nil, ["x"]], doneAfter: 0) == ["1", x, "0"])
    }

    @Test func `by the expander keeps what its annotation said`() throws {
        let rows = try rows(
            "SELECT external_id, needs_expansion, CASE WHEN expansion IS NULL THEN 'NULL' ELSE hex(expansion) END, instr(data, 'source') > 0 FROM v1_grants ORDER BY id"
        ) { writer in
            try writer.put(Sample.membership("old", expanding: ["x"]), Sample.membership("plain"))
            var derived = RecordBatch(.grant)
            for id in ["old", "plain", "new"] {
                var grant = Sample.membership(id, expanding: ["z"])
                grant.sources.sources["source"] = .init()
                try derived.append(grant)
            }
            try writer.putDerived(derived)
        }
        #expect(
            rows == [["old", "1", "0A0178", "1"], ["plain", "0", "NULL", "1"], ["new", "0", "NULL", "1"]])
    }

    @Test func `waits for the expander in order`() throws {
        let writer = try C1ZFile.write(file, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.put(
            Sample.membership("b", expanding: ["x"]), Sample.membership("c"), Sample.membership("a", expanding: ["y"]))
        var pending: [String] = []
        try writer.readPendingExpansions { grant in
            pending.append(String(decoding: grant.grant, as: UTF8.self))
            #expect(grant.entitlement.elementsEqual(Sample.member.id.utf8))
            #expect(grant.principal.elementsEqual("u1".utf8) && grant.principalType.elementsEqual("user".utf8))
        }
        #expect(pending == ["b", "a"])
    }

    @Test func `is one of the entitlement's grants in order of principals`() throws {
        let writer = try C1ZFile.write(file, options: options())
        _ = try writer.startSync(.full, parent: "")
        for (index, id) in ["z", "a", "é", "e\u{301}", "B"].enumerated() {
            try writer.put(Sample.grant("g\(index)", of: Sample.member, to: Sample.resource(id)))
        }
        try writer.put(Sample.grant("other", of: Sample.entitlement("x", on: Sample.team), to: Sample.resource("a")))
        let cursor = try writer.grantsInPrincipalOrder(of: ByteKey(Sample.member.id))
        var principals: [[UInt8]] = []
        while try cursor.next() { principals.append(Array(cursor.principal)) }
        #expect(principals == ["B", "a", "e\u{301}", "z", "é"].map { Array($0.utf8) })
    }
}
