import Foundation
import GRDB
import Synchronization
import Testing

@testable import LanternCatalog

@Suite struct `the tables` {
    @Test func `are those in docs`() throws {
        let test = try TestCatalog()
        let schema = try test.catalog.schema()
        let documented = try? String(contentsOfFile: "docs/schema.sql", encoding: .utf8)
        if documented != schema { try schema.write(toFile: ".build/schema.sql", atomically: true, encoding: .utf8) }
        #expect(documented == schema, "docs/schema.sql is old: cp .build/schema.sql docs/schema.sql")
    }
}

@Suite struct `a page of a list` {
    /// The statements that a question runs, with their values in them.
    private final class Statements: Sendable {
        private let texts = Mutex<[String]>([])
        func add(_ text: String) { texts.withLock { $0.append(text) } }
        func take() -> [String] {
            texts.withLock { all in
                defer { all = [] }; return all
            }
        }
    }

    @Test func `is read from an index in its order, wherever it is in the list`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        var directory = Directory()
        for number in 0..<40 { directory.users["u\(number)"] = "User \(number)" }
        directory.groups["staff"] = Set(directory.users.keys)
        try await test.importDirectory(directory, into: source)
        let catalog = test.catalog
        let ids = try await test.ids(of: application)
        let statements = Statements()
        // One connection answers all, so that its statements are seen.
        let watched = try SQLiteCatalog(in: catalog.folder, readers: 1)
        defer { try? watched.close() }
        try await watched.pool.read { db in db.trace { event in statements.add(event.expandedDescription) } }

        func check<Listed>(_ name: String, _ ask: (PageRequest) async throws -> Page<Listed>) async throws {
            let next = try await ask(PageRequest(size: 10)).next
            let previous = try await ask(PageRequest(size: 10, after: next)).previous
            _ = try await ask(PageRequest(size: 10, after: previous))
            for sql in statements.take() where sql.hasPrefix("SELECT") && sql.contains("LIMIT 11") {
                let plan = try await catalog.pool.read { db in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map {
                        (isTop: $0["parent"] as Int == 0, detail: $0["detail"] as String)
                    }
                }
                let whole = plan.map(\.detail)
                #expect(!plan.contains { $0.isTop && $0.detail.contains("TEMP B-TREE") }, "\(name): \(whole)")
                #expect(!plan.contains { $0.detail.hasPrefix("SCAN version") }, "\(name): \(whole)")
                #expect(!plan.contains { $0.detail.hasPrefix("SCAN known") }, "\(name): \(whole)")
            }
        }
        for kind in [ResourceKind?.some(.account), .some(.group), nil] {
            var query = ResourceQuery(of: application)
            query.kind = kind
            try await check("resources \(String(describing: kind))") { try await watched.resources(query, $0) }
        }
        let keys: [ResourceSortKey] = [.name, .lastLogin, .grants]
        for (kind, key) in [ResourceKind?.some(.account), nil].flatMap({ kind in keys.map { (kind, $0) } }) {
            for isDescending in [false, true] {
                var query = ResourceQuery(of: application)
                query.kind = kind
                query.order = ListOrder(by: key, isDescending: isDescending)
                try await check("resources by \(key)") { try await watched.resources(query, $0) }
            }
        }
        for use in [ListedResource.AccountType?.some(.service), nil] {
            var query = ResourceQuery(of: application)
            query.kind = .account
            query.accountType = use ?? .human
            try await check("accounts of machines") { try await watched.resources(query, $0) }
            query.accountType = use
            query.unusedSince = 1
            query.order = ListOrder(by: .lastLogin)
            try await check("unused accounts") { try await watched.resources(query, $0) }
        }
        for (status, hasOwner) in [(ListedResource.Status?.some(.enabled), Bool?.none), (nil, false)] {
            var query = ResourceQuery(of: application)
            query.kind = .account
            query.status = status
            query.hasOwner = hasOwner
            try await check("accounts with \(String(describing: status))") {
                try await watched.resources(query, $0)
            }
        }
        var most = EntitlementQuery(of: application)
        most.order = ListOrder(by: .grants, isDescending: true)
        try await check("entitlements by grants") { try await watched.entitlements(most, $0) }
        try await check("entitlements") { try await watched.entitlements(EntitlementQuery(of: application), $0) }
        for place in [
            GrantQuery.Place.application(application),
            .entitlement(try #require(ids.entitlements["group:staff:member"])),
            .heldBy(try #require(ids.accounts["u1"])),
        ] { try await check("grants \(place)") { try await watched.grants(GrantQuery(place), $0) } }
        try await check("people") { try await watched.people($0) }
    }

    @Test func `comes in the order that is asked for, both ways and over pages`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        var directory = Directory()
        for number in 0..<25 { directory.users["u\(number)"] = "User \(number)" }
        for number in 0..<25 { directory.groups["g\(number)"] = Set((number..<25).map { "u\($0)" }) }
        try await test.importDirectory(directory, into: source)
        for isDescending in [false, true] {
            var accounts = ResourceQuery(of: application)
            accounts.kind = .account
            accounts.order = ListOrder(by: .grants, isDescending: isDescending)
            let held = try await test.all { try await test.catalog.resources(accounts, $0) }.map(\.grantsHeld)
            #expect(held == (isDescending ? (1...25).reversed() : Array(1...25)))
            accounts.order = ListOrder(by: .name, isDescending: isDescending)
            let names = try await test.all { try await test.catalog.resources(accounts, $0) }.map(\.name)
            #expect(names == (isDescending ? names.sorted(by: >) : names.sorted()) && names.count == 25)
            var entitlements = EntitlementQuery(of: application)
            entitlements.order = ListOrder(by: .grants, isDescending: isDescending)
            let grants = try await test.all { try await test.catalog.entitlements(entitlements, $0) }.map(\.grants)
            #expect(grants == (isDescending ? (1...25).reversed() : Array(1...25)))
        }
    }
}
