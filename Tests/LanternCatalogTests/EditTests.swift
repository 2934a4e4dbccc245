import Foundation
import Testing

@testable import LanternCatalog

@Suite struct `what somebody sets by hand` {
    private let test: TestCatalog

    init() throws { test = try TestCatalog() }

    private func account(_ id: String, in application: String) async throws -> ListedResource {
        try await test.catalog.resource(try #require(try await test.ids(of: application).accounts[id]))
    }

    @Test func `survives imports and can be taken back`() async throws {
        let (application, source) = try await test.application()
        var directory = Directory(users: ["u1": "Zoe", "u2": "Bob"], groups: ["g": ["u1"]])
        try await test.importDirectory(directory, into: source)
        let ids = try await test.ids(of: application)
        let zoe = try #require(ids.accounts["u1"])
        let member = try #require(ids.entitlements["group:g:member"])
        var edits = ResourceEdits()
        edits.name = .set(" Ann ")
        edits.description = .set("on leave")
        edits.accountType = .set(.service)
        try await test.catalog.edit(resource: zoe, edits, by: "ann@example.com")
        var words = EntitlementEdits()
        words.name = .set("Membership")
        words.slug = .set("in")
        try await test.catalog.edit(entitlement: member, words, by: "ann@example.com")

        func names(_ text: String = "") async throws -> [String] {
            var query = ResourceQuery(of: application)
            query.kind = .account
            query.text = text
            return try await test.catalog.resources(query, PageRequest()).rows.map(\.name)
        }
        #expect(try await names() == ["Ann", "Bob"])
        #expect(try await names("ann") == ["Ann"])
        directory.users["u1"] = "Zoe Z"
        directory.users["u3"] = "Cid"
        try await test.importDirectory(directory, into: source)
        #expect(try await names() == ["Ann", "Bob", "Cid"])
        let now = try await test.catalog.resource(zoe)
        #expect(now.syncedName == "Zoe Z")
        #expect(now.description == "on leave")
        #expect(now.accountType == .service)
        let entitlement = try await test.catalog.entitlement(member)
        #expect([entitlement.name, entitlement.slug] == ["Membership", "in"])
        #expect(entitlement.syncedSlug == "member")

        var back = ResourceEdits()
        back.name = .reset
        back.description = .reset
        back.accountType = .reset
        try await test.catalog.edit(resource: zoe, back, by: "ann@example.com")
        #expect(try await names() == ["Bob", "Cid", "Zoe Z"])
        #expect(try await names("zoe") == ["Zoe Z"])
        #expect(try await names("ann") == [])
        #expect(try await test.catalog.resource(zoe).syncedName == nil)
    }

    @Test func `must fit`() async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Zoe"], groups: ["g": ["u1"]]), into: source)
        let ids = try await test.ids(of: application)
        var edits = ResourceEdits()
        edits.name = .set(" ")
        edits.description = .set("lost")
        await #expect(throws: CatalogError.self) {
            try await test.catalog.edit(resource: try #require(ids.accounts["u1"]), edits, by: "ann@example.com")
        }
        #expect(try await account("u1", in: application).description == "")
        var query = ResourceQuery(of: application)
        query.kind = .group
        let group = try #require(try await test.catalog.resources(query, PageRequest()).rows.first)
        var owner = ResourceEdits()
        owner.owner = .clear
        await #expect(throws: CatalogError.self) {
            try await test.catalog.edit(resource: group.id, owner, by: "ann@example.com")
        }
    }

    @Test func `decides who answers for an account, before the file and the address`() async throws {
        let (application, source) = try await test.application()
        let url = test.url.appending(path: "people.csv")
        func importRows(_ rows: [String]) async throws {
            let text = (["User ID,Full Name,Email Address,Username,User Type,Account Owner"] + rows).joined(
                separator: "\n")
            try Data(text.utf8).write(to: url)
            let run = try await test.importFile(url.path, into: source)
            #expect(run.state == .done, "\(run.error)")
        }
        func owner(_ id: String) async throws -> String? { try await account(id, in: application).ownerName }
        let rows = [
            "u1,Ann,ann@example.com,,,", "u2,Bob,bob@example.com,,,",
            "s1,Robot,robot@example.com,,Service,BOB@example.com",
            "s2,Lost,,,Service,", "u3,Second,,Ann@Example.com,,", "u4,Late,,cid@example.com,,",
        ]
        try await importRows(rows)
        #expect(try await owner("u1") == "Ann")
        #expect(try await owner("s1") == "Bob")
        #expect(try await owner("s2") == nil)
        #expect(try await owner("u3") == "Ann")
        #expect(try await owner("u4") == nil)
        var orphans = ResourceQuery(of: application)
        orphans.kind = .account
        orphans.hasOwner = false
        #expect(try await test.catalog.resources(orphans, PageRequest()).rows.map(\.name) == ["Late", "Lost"])

        // Somebody seen later takes what was nobody's.
        try await importRows(rows + ["u5,Cid,cid@example.com,,,"])
        #expect(try await owner("u4") == "Cid")
        let ann = try #require(try await test.catalog.person(email: "ANN@example.com"))
        #expect(ann.accounts == 2)
        #expect(try await test.catalog.accounts(of: ann).map(\.externalID) == ["u1", "u3"])

        var edits = ResourceEdits()
        edits.owner = .set(person: ann.id)
        try await test.catalog.edit(resource: try await account("s1", in: application).id, edits, by: "ann@example.com")
        edits.owner = .clear
        try await test.catalog.edit(resource: try await account("u2", in: application).id, edits, by: "ann@example.com")
        try await importRows(rows.map { $0.replacing("Robot", with: "Robot 2").replacing("Bob", with: "Bobby") })
        #expect(try await owner("s1") == "Ann")
        #expect(try await owner("u2") == nil)
        #expect(try await account("u2", in: application).ownerIsSet)
        edits.owner = .reset
        try await test.catalog.edit(resource: try await account("s1", in: application).id, edits, by: "ann@example.com")
        #expect(try await owner("s1") == "Bob")
    }
}

@Suite struct `a data source that is removed` {
    @Test func `takes with it what no other one tells`() async throws {
        let test = try TestCatalog()
        let (application, first) = try await test.application()
        let second = try await test.catalog.addDataSource(to: application, kind: .file, named: "second").id
        try await test.importDirectory(
            Directory(users: ["u1": "Ann", "u2": "Bob"], groups: ["g": ["u1", "u2"]]), into: first)
        try await test.importDirectory(Directory(users: ["u1": "Ann"], groups: ["g": ["u1"]]), into: second)
        let run = try await test.catalog.removeDataSource(first, by: "test")
        test.clock.pass(3600)
        try await test.performAll()
        let ended = try await test.catalog.importRun(run.id)
        #expect(ended.state == .done, "\(ended.error)")
        let state = try await test.state(of: application)
        #expect(state.names == ["user u1 Ann", "group g g"])
        #expect(state.grants == ["u1 group:g:member"])
        #expect(try await test.catalog.dataSources(of: application).map(\.id) == [second])
        #expect(try await test.catalog.application(application).counts.accounts == 1)
        await #expect(throws: CatalogError.self) { try await test.catalog.dataSource(first) }
        // And the last one leaves nothing, except for what was.
        _ = try await test.catalog.removeDataSource(second, by: "test")
        test.clock.pass(3600)
        try await test.performAll()
        #expect(try await test.state(of: application).names == [])
        let before = try #require(try await test.catalog.revision(at: test.clock.now - 3000)?.number)
        #expect(try await test.state(of: application, at: .revision(before)).names == ["user u1 Ann", "group g g"])
    }
}

@Suite struct `something that gets another id` {
    @Test func `stays what it is when its connector says so`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        let other = try await test.catalog.addDataSource(to: application, kind: .file, named: "other").id
        let before = Directory(users: ["u1": "Ann", "u2": "Bob"], groups: ["g": ["u1", "u2"]])
        try await test.importDirectory(before, into: source)
        let ids = try await test.ids(of: application)
        var edits = ResourceEdits()
        edits.name = .set("Annie")
        try await test.catalog.edit(resource: try #require(ids.accounts["u1"]), edits, by: "ann@example.com")

        var after = Directory(users: ["n1": "Ann", "u2": "Bob"], groups: ["h": ["n1", "u2"]])
        after.formerIDs = ["n1": "u1", "h": "g"]
        let run = try await test.importDirectory(after, into: source)
        #expect(run.state == .done, "\(run.error)")
        let grants = try #require(try await test.catalog.counts(of: run).first { $0.kind == .grant })
        #expect(!grants.isChange, "\(grants)")
        let moved = try await test.ids(of: application)
        #expect(moved.accounts["n1"] == ids.accounts["u1"])
        #expect(moved.accounts["u1"] == nil)
        #expect(moved.entitlements["group:h:member"] == ids.entitlements["group:g:member"])
        #expect(try await test.catalog.resource(try #require(moved.accounts["n1"])).name == "Annie")
        #expect(try await test.state(of: application).grants == ["n1 group:h:member", "u2 group:h:member"])
        // The same file again, and one that has dropped the hint, change nothing.
        #expect(try await test.importDirectory(after, into: source).revision == nil)
        // Another source that still uses the old id tells of the same thing.
        try await test.importDirectory(before, into: other)
        #expect(try await test.ids(of: application).accounts == moved.accounts)
        #expect(try await test.catalog.application(application).counts.accounts == 2)
    }

    @Test func `takes nobody else's place`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Ann"]), into: source)
        let ids = try await test.ids(of: application)
        var both = Directory(users: ["u1": "Ann", "n1": "Ann N", "n2": "Ann M"])
        both.formerIDs = ["n1": "u1", "n2": "u1"]
        try await test.importDirectory(both, into: source)
        let now = try await test.ids(of: application)
        #expect(now.accounts["u1"] == ids.accounts["u1"])
        #expect(Set(now.accounts.values).count == 3)
        // Of two that were one, one goes on as it.
        var twins = Directory(users: ["x1": "Ann X", "x2": "Ann Y"])
        twins.formerIDs = ["x1": "u1", "x2": "u1"]
        try await test.importDirectory(twins, into: source)
        let last = try await test.ids(of: application)
        #expect(last.accounts["x1"] == ids.accounts["u1"])
        #expect(Set(last.accounts.values).count == 2)
    }

    @Test func `leaves its former id to somebody else`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Ann"], groups: ["g": ["u1"]]), into: source)
        let ann = try #require(try await test.ids(of: application).accounts["u1"])
        var renamed = Directory(users: ["n1": "Ann"], groups: ["h": ["n1"]])
        renamed.formerIDs = ["n1": "u1", "h": "g"]
        try await test.importDirectory(renamed, into: source)
        let both = Directory(users: ["n1": "Anna", "u1": "Bob"], groups: ["h": ["n1"], "g": ["u1"]])
        for _ in 0..<2 {
            let run = try await test.importDirectory(both, into: source)
            #expect(run.state == .done, "\(run.error)")
            let state = try await test.state(of: application)
            #expect(state.names == both.names && state.grants == both.grants)
        }
        #expect(try await test.ids(of: application).accounts["n1"] == ann)
        // Alone, it is Ann again.
        try await test.importDirectory(Directory(users: ["u1": "Ann"]), into: source)
        #expect(try await test.ids(of: application).accounts.count == 1)
    }
}
