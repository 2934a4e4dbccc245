import AccessModel
import C1Z
import Foundation
import Testing

@testable import LanternCatalog

@Suite struct `an import` {
    private let test: TestCatalog

    init() throws { test = try TestCatalog() }

    private static let before = Directory(
        users: ["ann": "Ann", "bob": "Bob", "cid": "Cid"], groups: ["staff": ["ann", "bob"]],
        roles: ["admin": .init(users: ["cid"], groups: ["staff"])])

    private static var after: Directory {
        var directory = before
        directory.users["bob"] = "Robert"
        directory.users["cid"] = nil
        directory.users["dee"] = "Dee"
        directory.groups["staff"] = ["ann", "dee"]
        directory.roles["admin"]?.users = []
        return directory
    }

    @Test func `tells what is new, different and gone`() async throws {
        let (application, source) = try await test.application()
        let first = try await test.importDirectory(Self.before, into: source)
        let second = try await test.importDirectory(Self.after, into: source)
        let counts = try await test.catalog.counts(of: second)
        let users = try #require(counts.first { $0.name == "User" })
        #expect((users.total, users.added, users.changed, users.removed) == (3, 1, 1, 1))
        let grants = try #require(counts.first { $0.kind == .grant })
        #expect((grants.added, grants.changed, grants.removed) == (2, 0, 3))
        let revision = try #require(second.revision)
        func changes(_ kind: ImportCount.Kind, from: Int64) async throws -> Set<String> {
            Set(
                try await test.all {
                    try await test.catalog.changes(in: application, from: from, to: revision, of: kind, $0)
                }.map(\.text))
        }
        #expect(
            try await changes(.resource, from: revision - 1) == ["added Dee", "changed Robert", "removed Cid"])
        #expect(
            try await changes(.grant, from: revision - 1) == [
                "added Dee staff member", "added Dee admin assigned", "removed Robert staff member",
                "removed Robert admin assigned", "removed Cid admin assigned",
            ])
        // Compared with before the first, nothing but what is there is new.
        #expect(
            try await changes(.resource, from: 0) == [
                "added Ann", "added Robert", "added Dee", "added staff", "added admin",
            ])
        #expect(try await changes(.grant, from: 0).count == 5)
        #expect(first.revision == revision - 1)
    }

    @Test func `is shown before it is applied, and can be refused`() async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Self.before, into: source)
        let run = try await test.importDirectory(Self.after, into: source, preview: true)
        #expect(run.state == .paused)
        let resources = try await test.all { try await test.catalog.preview(of: run, .resource, $0) }
        #expect(Set(resources.map(\.text)) == ["added Dee", "changed Robert", "removed Cid"])
        let grants = try await test.all { try await test.catalog.preview(of: run, .grant, $0) }
        #expect(
            Set(grants.map(\.text)) == [
                "added Dee staff member", "added Dee admin assigned", "removed Bob staff member",
                "removed Bob admin assigned", "removed Cid admin assigned",
            ])
        #expect(try await test.state(of: application).names == Self.before.names)

        try await test.catalog.cancelImport(run.id)
        #expect(try await test.catalog.importRun(run.id).state == .cancelled)
        await #expect(throws: CatalogError.self) { try await test.catalog.confirmImport(run.id) }
        #expect(DataFolder.entries(test.catalog.folder.work).isEmpty)

        let again = try await test.importDirectory(Self.after, into: source, preview: true)
        try await test.catalog.confirmImport(again.id)
        try await test.performAll()
        #expect(try await test.catalog.importRun(again.id).state == .done)
        let state = try await test.state(of: application)
        #expect(state.names == Self.after.names && state.grants == Self.after.grants)
    }

    @Test func `that would take away half waits for a decision`() async throws {
        let (application, source) = try await test.application()
        var large = Directory()
        for number in 0..<30 { large.users["u\(number)"] = "User \(number)" }
        try await test.importDirectory(large, into: source)
        var small = large
        for number in 0..<15 { small.users["u\(number)"] = nil }
        let run = try await test.importDirectory(small, into: source, replacing: false)
        #expect(run.state == .paused)
        #expect(run.pauseReason == "it would remove 15 of 30 accounts")
        #expect(try await test.catalog.application(application).status.summary == .paused)
        // A newer file takes the place of one that waits.
        small.users["u20"] = nil
        let newer = try await test.importDirectory(small, into: source, replacing: false)
        #expect(try await test.catalog.importRun(run.id).state == .skipped)
        try await test.catalog.confirmImport(newer.id)
        try await test.performAll()
        #expect(try await test.state(of: application).names == small.names)
        // A data source can be told not to look.
        try await test.catalog.updateDataSource(source, checksAnomalies: false)
        #expect(try await test.importDirectory(Directory(), into: source, replacing: false).state == .done)
    }

    @Test func `of a part touches only that part`() async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Self.before, into: source)
        // A targeted sync of one group: its members are not in the file.
        let part = try await test.importDirectory(Self.after, into: source, as: .partial) {
            $0.identity.type != "group"
        }
        #expect(part.state == .done, "\(part.error)")
        var expected = Self.before
        expected.groups["staff"] = ["ann"]
        let warnings = try await test.catalog.warnings(of: part)
        var state = try await test.state(of: application)
        #expect(state.names == expected.names, "\(warnings)")
        // What the role gives to the group's members was derived earlier, and a part says nothing of it.
        #expect(state.grants.filter { $0.hasSuffix("member") } == expected.grants.filter { $0.hasSuffix("member") })

        // Resources without grants leave the grants of those that stay.
        try await test.importDirectory(Self.before, into: source)
        try await test.importDirectory(Self.after, into: source, as: .resourcesOnly)
        state = try await test.state(of: application)
        #expect(state.names == Self.after.names)
        #expect(state.grants == Self.before.grants.filter { !$0.hasPrefix("cid ") })
    }

    @Test func `brings back what was gone, with the name that somebody gave it`() async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Self.before, into: source)
        var query = ResourceQuery(of: application)
        query.text = "staff"
        let group = try #require(try await test.catalog.resources(query, PageRequest()).rows.first)
        var edits = ResourceEdits()
        edits.name = .set("All of us")
        try await test.catalog.edit(resource: group.id, edits, by: "ann@example.com")
        try await test.importDirectory(Directory(users: Self.before.users), into: source)
        let gone = try await test.catalog.resource(group.id)
        #expect(gone.goneSince == test.clock.now)
        #expect(gone.name == "All of us")
        try await test.importDirectory(Self.before, into: source)
        let back = try await test.catalog.resource(group.id)
        #expect(back.goneSince == nil)
        #expect(back.name == "All of us" && back.syncedName == "staff")
        query.text = "all us"
        #expect(try await test.catalog.resources(query, PageRequest()).rows.map(\.id) == [group.id])
    }

    @Test(arguments: [
        ("", "notes.c1z: is empty."), ("C1ZF\0broken", "notes.c1z: "), ("C1Z3\0broken", "notes.c1z: "),
        ("\u{7F}ELF\0\0", "notes.c1z: is neither a c1z file nor a spreadsheet."),
    ])
    func `of something else fails and changes nothing`(content: String, message: String) async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Self.before, into: source)
        let path = test.url.appending(path: "notes.c1z").path
        try Data(content.utf8).write(to: URL(filePath: path))
        let run = try await test.importFile(path, into: source)
        #expect(run.state == .error)
        #expect(run.error.hasPrefix(message), "\(run.error)")
        #expect(!run.error.contains(run.sha256))
        #expect(try await test.state(of: application).names == Self.before.names)
        #expect(try await test.catalog.application(application).status.summary == .error)
        #expect(DataFolder.entries(test.catalog.folder.work).isEmpty)
    }
}

extension ListedChange {
    var text: String {
        switch subject {
        case .resource(_, let name, _, _): "\(kind) \(name)"
        case .entitlement(_, let name, _): "\(kind) \(name)"
        case .grant(let principal, let entitlement, _): "\(kind) \(principal) \(entitlement)"
        }
    }
}
