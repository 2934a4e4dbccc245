import AccessModel
import Foundation
import Testing

@testable import C1Z

@Suite struct `a difference of two syncs` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.file("sync.c1z")
    }

    private func sync(_ users: [String], grants: [String]) throws -> String {
        let writer = try C1ZFile.write(file, options: options())
        let run = try writer.startSync(.full, parent: "")
        for user in users { try writer.put(Sample.resource(user)) }
        for grant in grants { try writer.put(Sample.membership(grant, expanding: ["x"])) }
        try writer.endSync()
        _ = try writer.save()
        return run.id
    }

    @Test func `holds what the second has and the first lacks`() throws {
        let first = try sync(["a", "b", "c"], grants: ["g"])
        let second = try sync(["b", "c", "d", "e"], grants: ["g", "h"])
        let writer = try C1ZFile.write(file, options: options())
        let run = try writer.generateDifference(from: first, to: second)
        _ = try writer.save()
        let reader = try C1ZFile.open(file)
        let stored = try reader.sync(run.id)
        #expect(stored.type == .partial && stored.isFinished && stored.parentID == first)
        let rows = try database(in: file, folder)
        let ids = { (table: String) in
            try rows.rows("SELECT external_id FROM \(table) WHERE sync_id = '\(run.id)' ORDER BY id").flatMap { $0 }
        }
        #expect(try ids("v1_resources") == ["user:d", "user:e"])
        #expect(try ids("v1_grants") == ["h"])
        #expect(
            try rows.rows("SELECT expansion, needs_expansion FROM v1_grants WHERE sync_id = '\(run.id)'")
                == [["NULL", "0"]])
        #expect(
            try rows.rows("SELECT count(*) FROM v1_resources WHERE sync_id <> '\(run.id)'") == [["7"]])
    }

    @Test func `of a sync with itself is empty`() throws {
        let only = try sync(["a"], grants: ["g"])
        let writer = try C1ZFile.write(file, options: options())
        let run = try writer.generateDifference(from: only, to: only)
        #expect(try Contents(of: run.id, in: writer).count(.resource) == 0)
        #expect(try Contents(of: run.id, in: writer).count(.grant) == 0)
        writer.discard()
    }

    @Test func `needs both syncs`() throws {
        let only = try sync(["a"], grants: [])
        let writer = try C1ZFile.write(file, options: options())
        for (base, applied) in [(only, "nope"), ("nope", only)] {
            let error = #expect(throws: C1ZError.self) { try writer.generateDifference(from: base, to: applied) }
            #expect(error?.code == .noSuchSync)
        }
        #expect(try writer.syncRuns().count == 1)
        writer.discard()
    }
}
