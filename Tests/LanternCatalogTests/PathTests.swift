import Testing

@testable import LanternCatalog

@Suite struct `why somebody holds something` {
    private let directory = Directory(
        users: ["ann": "Ann", "bob": "Bob"], groups: ["east": ["ann"], "west": ["ann", "bob"]],
        roles: ["admin": .init(users: ["ann"], groups: ["east", "west"])])

    @Test func `is every way that leads there, the shortest first`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importDirectory(directory, into: source)
        func paths(_ user: String, at moment: Moment = .now) async throws -> [String] {
            let ids = try await test.ids(of: application)
            let role = try #require(ids.entitlements["role:admin:assigned"])
            let explanation = try await test.catalog.explain(
                entitlement: role, principal: try #require(ids.accounts[user]), at: moment)
            #expect(!explanation.isCut)
            return explanation.paths.map { $0.steps.map(\.entitlementName).joined(separator: " > ") }
        }
        #expect(
            try await paths("ann") == [
                "admin assigned", "east member > admin assigned", "west member > admin assigned",
            ])
        #expect(try await paths("bob") == ["west member > admin assigned"])
        let ids = try await test.ids(of: application)
        let grants = try await test.all { try await test.catalog.grants(GrantQuery(.application(application)), $0) }
        let sources = try await test.catalog.sources(of: grants)
        let ways = zip(grants, sources).filter { !$1.isEmpty }.map { ($0.principal.name, $1) }
        let members = [ids.entitlements["group:east:member"], ids.entitlements["group:west:member"]].compactMap(\.self)
        #expect(ways.map(\.0) == ["Ann", "Bob"])
        #expect(ways.map(\.1) == [members, Array(members.suffix(1))])
        var changed = directory
        changed.groups["west"] = ["ann"]
        let run = try await test.importDirectory(changed, into: source)
        #expect(try await paths("bob").isEmpty)
        #expect(
            try await paths("bob", at: .revision(try #require(run.revision) - 1)) == ["west member > admin assigned"])
    }
}

extension TestCatalog {
    /// The ids of accounts and entitlements by those in the file.
    func ids(of application: String) async throws -> (accounts: [String: String], entitlements: [String: String]) {
        var query = ResourceQuery(of: application)
        query.kind = .account
        let accounts = try await all { try await catalog.resources(query, $0) }
        let entitlements = try await all { try await catalog.entitlements(EntitlementQuery(of: application), $0) }
        return (
            Dictionary(accounts.map { ($0.externalID, $0.id) }) { first, _ in first },
            Dictionary(entitlements.map { ($0.externalID, $0.id) }) { first, _ in first }
        )
    }
}
