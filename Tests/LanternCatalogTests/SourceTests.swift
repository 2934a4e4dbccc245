import Foundation
import Testing

@testable import LanternCatalog

@Suite struct `data sources` {
    private let test: TestCatalog

    init() throws { test = try TestCatalog() }

    @Test func `keep their newest files`() async throws {
        let (_, source) = try await test.application()
        var runs: [ImportRun] = []
        for number in 0..<7 {
            runs.append(try await test.importDirectory(Directory(users: ["u1": "Ann \(number)"]), into: source))
        }
        #expect(runs.allSatisfy { test.catalog.folder.keeps($0.sha256) })
        try test.catalog.removeOldUploads(of: runs[0].sourceKey, olderThan: -1)
        #expect(runs.map { test.catalog.folder.keeps($0.sha256) } == [false, false] + Array(repeating: true, count: 5))
    }

    @Test func `are found for a file by its kind and name`() async throws {
        let (application, c1z) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Ann"]), into: c1z)
        let sheets = try await test.catalog.addDataSource(to: application, kind: .file, named: "sheets").id
        let url = test.url.appending(path: "people.csv")
        try Data("User ID,Email Address\nu2,b@example.com\n".utf8).write(to: url)
        try await test.importFile(url.path, into: sheets)
        let again = try Upload.copying(url.path, into: test.catalog.folder)
        #expect(try await test.catalog.fittingSource(for: again, of: application)?.id == sheets)
        let path = test.url.appending(path: "other.c1z").path
        try Directory(users: ["u3": "Cid"]).write(to: path)
        let file = try Upload.copying(path, into: test.catalog.folder)
        #expect(try await test.catalog.fittingSource(for: file, of: application)?.id == c1z)
        let (other, _) = try await test.application("Other")
        _ = other
        // Of several, only one whose file had that name will do.
        _ = try await test.catalog.addDataSource(to: application, kind: .file, named: "third")
        #expect(try await test.catalog.fittingSource(for: file, of: application) == nil)
        let none = try await test.catalog.createApplication(named: "None").id
        #expect(try await test.catalog.fittingSource(for: file, of: none) == nil)
    }

    @Test func `are guarded each for itself, also before a preview`() async throws {
        let (application, first) = try await test.application()
        let second = try await test.catalog.addDataSource(to: application, kind: .file, named: "second").id
        func people(_ range: Range<Int>) -> Directory {
            Directory(users: Dictionary(uniqueKeysWithValues: range.map { ("u\($0)", "User \($0)") }))
        }
        try await test.importDirectory(people(0..<200), into: first)
        try await test.importDirectory(people(200..<230), into: second)
        let emptied = try await test.importDirectory(people(200..<201), into: second, replacing: false)
        #expect(emptied.state == .paused)
        #expect(emptied.pauseReason == "it would remove 29 of 30 accounts")
        let looked = try await test.importDirectory(people(200..<201), into: second, preview: true, replacing: false)
        #expect(looked.wantsPreview && looked.isUnusual && looked.pauseReason == emptied.pauseReason)
        let usual = try await test.importDirectory(people(200..<231), into: second, preview: true, replacing: false)
        #expect(usual.state == .paused && !usual.isUnusual)
    }

    @Test func `lose the types that they no longer tell of`() async throws {
        let (application, source) = try await test.application()
        let sheets = try await test.catalog.addDataSource(to: application, kind: .file, named: "sheets").id
        func importRows(_ rows: String) async throws {
            let url = test.url.appending(path: "people.csv")
            try Data("User ID,Email Address,Groups,Roles\n\(rows)\n".utf8).write(to: url)
            try await test.importFile(url.path, into: sheets)
        }
        func types() async throws -> [String] {
            try await test.catalog.resourceTypes(of: application).map(\.externalID)
        }
        try await importRows("u1,a@example.com,Sales,Admin")
        #expect(try await types() == ["group", "role", "user"])
        try await importRows("u1,a@example.com,,Admin")
        #expect(try await types() == ["role", "user"])
        try await test.importDirectory(Directory(users: ["x": "X"], groups: ["g": ["x"]]), into: source)
        #expect(try await types() == ["group", "role", "user"])
        // Those that only this one told of go with it.
        _ = try await test.catalog.removeDataSource(source, by: "test")
        test.clock.pass(3600)
        try await test.performAll()
        #expect(try await types() == ["role", "user"])
    }

    @Test func `take text in UTF-16 without a mark`() async throws {
        let (application, source) = try await test.application()
        let url = test.url.appending(path: "people.csv")
        let text = "User ID,Email Address\nu1,a@example.com\n"
        try Data(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }).write(to: url)
        let run = try await test.importFile(url.path, into: source)
        #expect(run.state == .done, "\(run.error)")
        #expect(try await test.ids(of: application).accounts.keys.sorted() == ["u1"])
    }

    @Test func `may tell of resources that are called users`() async throws {
        let (application, source) = try await test.application()
        let url = test.url.appending(path: "grants.csv")
        try Data(
            "User ID,Email Address,Resource Type,Resource Name,Entitlement\nu1,a@example.com,User,Shared box,read\n"
                .utf8
        ).write(to: url)
        let run = try await test.importFile(url.path, into: source)
        #expect(run.state == .done && run.warnings == 0, "\(run.error)")
        let resources = try await test.catalog.resources(ResourceQuery(of: application), PageRequest()).rows
        #expect(resources.map(\.name) == ["Shared box"] && resources.map(\.grantsOn) == [1])
        #expect(try await test.catalog.resourceTypes(of: application).map(\.name).sorted() == ["User", "User"])
    }
}
