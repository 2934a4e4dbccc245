import SeededNumbers
import Testing

@testable import LanternCatalog

@Suite struct `any history of imports` {
    /// Directories that share most of what they hold, so that things come, go, change and are told of by both sources.
    private func directory(_ numbers: inout SeededGenerator) -> Directory {
        var directory = Directory()
        for user in 0..<8 where Bool.random(using: &numbers) {
            directory.users["u\(user)"] =
                "User \(user)\(Int.random(in: 0..<4, using: &numbers) == 0 ? " the second" : "")"
        }
        let users = Array(directory.users.keys).sorted()
        for group in 0..<3 where Bool.random(using: &numbers) {
            directory.groups["g\(group)"] = Set(users.filter { _ in Bool.random(using: &numbers) })
        }
        let groups = Array(directory.groups.keys).sorted()
        for role in 0..<3 where Bool.random(using: &numbers) {
            directory.roles["r\(role)"] = Directory.Holders(
                users: Set(users.filter { _ in Int.random(in: 0..<4, using: &numbers) == 0 }),
                groups: Set(groups.filter { _ in Bool.random(using: &numbers) }))
        }
        return directory
    }

    @Test(arguments: 1...12) func `shows what its sources say together, on every day of it`(seed: Int) async throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let test = try TestCatalog()
        let application = try await test.catalog.createApplication(named: "Test").id
        var sources: [String] = []
        for name in ["first", "second"] {
            sources.append(
                try await test.catalog.addDataSource(to: application, kind: .file, named: name).id)
        }
        var present: [Int: Directory] = [:]
        var past: [(revision: Int64, names: Set<String>, grants: Set<String>)] = []
        for _ in 0..<8 {
            let place = Int.random(in: 0..<(seed % 3 == 0 ? 1 : 2), using: &numbers)
            let next = directory(&numbers)
            let run = try await test.importDirectory(next, into: sources[place])
            #expect(run.state == .done, "\(run.error)")
            present[place] = next
            // Of what both tell of, the older source is shown.
            var names: [String: String] = [:]
            for source in present.keys.sorted(by: >) {
                for name in present[source]?.names ?? [] {
                    names[name.split(separator: " ").prefix(2).joined(separator: " ")] = name
                }
            }
            let grants = present.values.reduce(into: Set()) { $0.formUnion($1.grants) }
            let state = try await test.state(of: application)
            #expect(state.names == Set(names.values))
            #expect(state.grants == grants)
            try await checkCounts(test, application, state)
            if let revision = run.revision { past.append((revision, state.names, state.grants)) }
        }
        for (revision, names, grants) in past {
            let state = try await test.state(of: application, at: .revision(revision))
            #expect(state.names == names)
            #expect(state.grants == grants)
        }
    }

    private func checkCounts(
        _ test: TestCatalog, _ application: String, _ state: (names: Set<String>, grants: Set<String>)
    ) async throws {
        let counts = try await test.catalog.application(application).counts
        #expect(counts.grants == Int64(state.grants.count))
        #expect(counts.accounts + counts.resources == Int64(state.names.count))
        #expect(counts.accounts == Int64(state.names.count { $0.hasPrefix("user") }))
        #expect(counts.groups == Int64(state.names.count { $0.hasPrefix("group") }))
        for entitlement in try await test.all({
            try await test.catalog.entitlements(EntitlementQuery(of: application), $0)
        }) {
            let held = state.grants.count { $0.hasSuffix(" \(entitlement.externalID)") }
            #expect(entitlement.grants == Int64(held))
            let holders = try await test.all {
                try await test.catalog.grants(GrantQuery(.entitlement(entitlement.id)), $0)
            }
            #expect(holders.count == held)
        }
        var accounts = ResourceQuery(of: application)
        accounts.kind = .account
        for account in try await test.all({ try await test.catalog.resources(accounts, $0) }) {
            let held = try await test.all { try await test.catalog.grants(GrantQuery(.heldBy(account.id)), $0) }
            #expect(Int64(held.count) == account.grantsHeld)
            #expect(held.count == state.grants.count { $0.hasPrefix("\(account.externalID) ") })
        }
    }
}
