import Testing

@testable import LanternCatalog

@Suite struct `the history of one thing` {
    private func told(_ entries: [HistoryEntry]) -> [String] {
        entries.map { entry in
            ([entry.kind.rawValue, entry.origin]
                + entry.fields.map { "\($0.field): \($0.before) > \($0.after)" }).joined(separator: " | ")
        }
    }

    @Test func `tells what a data source said, what went and came back, and what was set by hand`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Ann"], groups: ["g": ["u1"]]), into: source)
        let ids = try await test.ids(of: application)
        let ann = try #require(ids.accounts["u1"])
        try await test.importDirectory(Directory(users: ["u1": "Anna"], groups: ["g": ["u1"]]), into: source)
        var edits = ResourceEdits()
        edits.name = .set("Annie")
        edits.accountType = .set(.service)
        test.clock.pass(60)
        try await test.catalog.edit(resource: ann, edits, by: "zoe@example.com")
        try await test.importDirectory(Directory(users: ["u2": "Bob"]), into: source)
        try await test.importDirectory(Directory(users: ["u1": "Anna", "u2": "Bob"]), into: source)
        let entries = try await test.all { try await test.catalog.history(ofResource: ann, $0) }
        #expect(
            told(entries) == [
                "returned | file",
                "removed | file",
                "edited | zoe@example.com | account type: user > service account",
                "edited | zoe@example.com | name: Anna > Annie",
                "changed | file | displayName: Ann > Anna",
                "added | file",
            ])
        #expect(entries.map { $0.importID == nil } == [false, false, true, true, false, false])

        var words = EntitlementEdits()
        words.slug = .set("in")
        let member = try #require(ids.entitlements["group:g:member"])
        try await test.catalog.edit(entitlement: member, words, by: "zoe@example.com")
        let entitlement = try await test.all { try await test.catalog.history(ofEntitlement: member, $0) }
        #expect(
            told(entitlement) == ["edited | zoe@example.com | slug: member > in", "removed | file", "added | file"])
    }

    @Test func `goes on when another data source is shown`() async throws {
        let test = try TestCatalog()
        let (application, first) = try await test.application()
        let second = try await test.catalog.addDataSource(to: application, kind: .file, named: "second").id
        try await test.importDirectory(Directory(users: ["u1": "Ann"]), into: first)
        try await test.importDirectory(Directory(users: ["u1": "Anna"]), into: second)
        let ann = try #require(try await test.ids(of: application).accounts["u1"])
        try await test.importDirectory(Directory(users: ["u2": "Bob"]), into: first)
        let entries = try await test.catalog.history(ofResource: ann, PageRequest()).rows
        #expect(
            told(entries) == [
                "changed | second | displayName: Ann > Anna | data source: file > second", "added | file",
            ])
    }

    @Test func `names the fields of annotations and lists`() {
        let before = #"{"a":1,"annotations":[{"@type":"x.y.UserTrait","emails":[{"address":"a@x"}],"tags":["p","q"]}]}"#
        let after =
            #"{"annotations":[{"@type":"z.Other","on":true},{"@type":"x.y.UserTrait","emails":[{"address":"b@x"}],"tags":["p"]}]}"#
        #expect(
            FieldChange.between(before, after) == [
                FieldChange("Other.on", "", "yes"), FieldChange("UserTrait.emails[1].address", "a@x", "b@x"),
                FieldChange("UserTrait.tags", "p, q", "p"), FieldChange("a", "1", ""),
            ])
        #expect(FieldChange("x", String(repeating: "ü", count: 300), "").before.count == 200)
    }
}

@Suite struct `a difference` {
    @Test func `says which fields changed, before an import is applied and after`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importDirectory(
            Directory(users: ["u1": "Ann"], groups: ["g": ["u1"]], roles: ["r": .init(users: ["u1"])]), into: source)
        let run = try await test.importDirectory(
            Directory(users: ["u1": "Anna"], groups: ["g": ["u1"]], roles: ["r": .init(users: ["u1"], groups: ["g"])]),
            into: source, preview: true)
        let name = [FieldChange("displayName", "Ann", "Anna")]
        let how = [FieldChange("source", "direct", "direct and inherited")]
        func fields(_ page: Page<ListedChange>) -> [[FieldChange]] {
            page.rows.filter { $0.kind == .changed }.map(\.fields)
        }
        #expect(fields(try await test.catalog.preview(of: run, .account, PageRequest())) == [name])
        #expect(fields(try await test.catalog.preview(of: run, .grant, PageRequest())) == [how])
        try await test.catalog.confirmImport(run.id)
        try await test.performAll()
        let revisions = try await test.catalog.revisions(of: application, limit: 2).map(\.number)
        let (from, to) = (revisions[1], revisions[0])
        func changes(_ kind: ImportCount.Kind) async throws -> [[FieldChange]] {
            fields(try await test.catalog.changes(in: application, from: from, to: to, of: kind, PageRequest()))
        }
        #expect(try await changes(.account) == [name])
        #expect(try await changes(.grant) == [how])
    }
}
