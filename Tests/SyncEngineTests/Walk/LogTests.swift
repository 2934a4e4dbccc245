import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import Testing

@testable import SyncEngine

@Suite struct `the log of a sync` {
    @Test func `has the ecosystem's lines in their order`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.nest("g1", into: "assigned", on: "role/admin")
        let sync = try TestSync()
        try await sync.run(directory.client)
        // Lines on types that aren't done yet come between these.
        let shown = sync.log.messages.filter { !["Syncing entitlements", "Syncing grants"].contains($0) }
        #expect(
            shown == [
                "Syncing resource types...", "Synced resource types", "Syncing resources...", "syncing in parallel",
                "Synced resources", "Synced resources", "Synced resources", "Syncing static entitlements...",
                "Syncing entitlements...", "syncing in parallel", "Synced entitlements", "Synced entitlements",
                "Synced entitlements",
                "Syncing grants...", "syncing in parallel", "Synced grants", "Synced grants", "Synced grants",
                "Expanding grants...",
                "Finished loading entitlement graph",
                "ingest invariants: store engine lacks the inspection surface; referential invariants were not evaluated",
                "Sync complete.", "c1z: saved",
            ])
        #expect(sync.log.lines("Synced resource types").first?.text("count") == "3")
        #expect(sync.log.lines("syncing in parallel").first?.text("actions") == "3")
        #expect(sync.log.lines("syncing in parallel").first?.text("workers") == "1")
        #expect(sync.log.lines("Synced resources").compactMap { $0.text("count") } == ["2", "2", "1"])
        #expect(
            sync.log.lines("Synced resources").compactMap { $0.text("resource_type_id") } == ["user", "group", "role"])
        #expect(sync.log.lines("Finished loading entitlement graph").first?.text("edges") == "1")
        let saved = try #require(sync.log.lines("c1z: saved").first)
        #expect(saved.text("output_path") == sync.file)
        #expect(saved.fields.keys.sorted() == ["compressed_bytes", "decompressed_bytes", "output_path"])
    }

    @Test func `says how many workers there are`() async throws {
        for (workers, shown) in [(4, "3"), (2, "2"), (-1, "2"), (0, "1")] {
            var sync = try TestSync()
            sync.workers = workers
            try await sync.run(SmallDirectory.example.client)
            #expect(sync.log.lines("syncing in parallel").first?.text("workers") == shown)
        }
    }

    @Test func `says when old syncs are removed`() async throws {
        let sync = try TestSync()
        for _ in 0..<3 { try await sync.run(SmallDirectory.example.client) }
        #expect(sync.log.lines("Cleaning up old sync data...").first?.text("delete_count") == "1")
        #expect(sync.log.lines("Removed old sync data.").count == 1)
        #expect(try C1ZFile.open(sync.file).syncRuns().count == 2)
    }

    @Test func `mentions a type that isn't done at first and then every ten seconds`() async throws {
        var directory = SmallDirectory()
        for number in 0..<8 { directory.addGroup("g\(number)") }
        let hand = HandClock()
        var client = directory.client
        let plain = client
        client.grants = { call in
            // Four seconds a group: 4, 8, 12, …
            hand.advance(by: 4)
            return try await plain.grants(call)
        }
        var sync = try TestSync()
        sync.clock = hand.reading
        try await sync.run(client)
        let lines = sync.log.lines("Syncing grants")
        // At 4 the first; 16 is more than ten later, then 28.
        #expect(lines.compactMap { $0.text("synced") } == ["1", "4", "7"])
        #expect(lines.compactMap { $0.text("percent_complete") } == ["12", "50", "87"])
        #expect(lines.allSatisfy { $0.text("total") == "8" && $0.text("resource_type_id") == "group" })
        #expect(sync.log.lines("Synced grants").first?.text("count") == "8")
        #expect(sync.log.lines("Synced grants").first?.text("total") == "8")
        // Its entitlements took no time: only the first line and the last.
        #expect(sync.log.lines("Syncing entitlements").compactMap { $0.text("synced") } == ["1"])
        #expect(sync.log.lines("Synced entitlements").count == 1)
    }

    @Test func `counts rows of a type that is listed as a whole`() async throws {
        var client = ScriptedClient()
        client.types = { _ in
            .init(rows: [ResourceType("org", displayName: "Org", annotations: [C1_Connector_V2_TypeScopedGrants()])])
        }
        client.resources = { _ in .init(rows: [Resource(ResourceID("org", "o"), name: "O")]) }
        client.grants = { call in
            .init(
                rows: (0..<3).map {
                    Grant("x\(call.token)", on: ResourceID("org", "o"), to: ResourceID("org", "\($0)"))
                },
                next: call.token.isEmpty ? "2" : "")
        }
        let sync = try TestSync()
        try await sync.run(client)
        let line = try #require(sync.log.lines("Syncing grants").first)
        #expect(line.text("synced") == "6")
        #expect(line.fields.keys.sorted() == ["resource_type_id", "synced"])
        #expect(sync.log.lines("Synced grants").isEmpty)
    }

    @Test func `knows no totals after going on, and says when they don't fit`() {
        var coverage = Coverage()
        func after(_ rows: Int, at now: Int64) -> Coverage.Remark? {
            coverage.add(rows, .listGrants, of: "group")
            return coverage.remark(on: .listGrants, of: "group", isCountOnly: false, now: now)
        }
        #expect(after(1, at: 100) == .counted(1))
        #expect(after(1, at: 110) == nil)
        #expect(after(1, at: 111) == .counted(3))
        coverage.count(5, of: "group")
        #expect(after(1, at: 112) == nil)
        #expect(after(1, at: 113) == .complete(done: 5, total: 5))
        #expect(after(1, at: 114) == nil)
        #expect(after(1, at: 122) == .excess(done: 7, total: 5))
    }
}

@Suite struct `the progress of a sync` {
    @Test(arguments: [1, 4]) func `goes forward only, and ends with what there is`(workers: Int) async throws {
        var sync = try TestSync()
        sync.workers = workers
        let outcome = try await sync.run(SmallDirectory.nested.client)
        let reports = sync.progress.all
        let order = SyncPhase.allCases
        for (earlier, later) in zip(reports, reports.dropFirst()) {
            let places = (order.firstIndex(of: earlier.phase) ?? 0, order.firstIndex(of: later.phase) ?? 0)
            #expect(places.0 <= places.1)
            #expect(earlier.resourceTypes <= later.resourceTypes && earlier.resources <= later.resources)
            #expect(earlier.entitlements <= later.entitlements && earlier.grants <= later.grants)
            if earlier.phase == later.phase { #expect(earlier.done <= later.done) }
        }
        #expect(reports.allSatisfy { $0.done <= $0.total ?? .max })
        let last = try #require(reports.last)
        #expect(last.phase == .saving)
        #expect(last.resourceTypes == 3)
        #expect(Int64(last.resources) == outcome.stats.resources)
        #expect(Int64(last.entitlements) == outcome.stats.entitlements)
        #expect(Int64(last.grants) >= outcome.stats.grants)
    }

    @Test func `knows how many resources are to be asked about`() async throws {
        var directory = SmallDirectory.nested
        directory.types[0].annotations.append(carrying: SkipEntitlementsAndGrants())
        directory.types[2].annotations.append(carrying: SkipEntitlements())
        let sync = try TestSync()
        try await sync.run(directory.client)
        func last(_ phase: SyncPhase) -> SyncProgress? { sync.progress.all.last { $0.phase == phase } }
        #expect(last(.entitlements)?.total == 5)
        #expect(last(.entitlements)?.done == 5)
        #expect(last(.grants)?.total == 6)
        #expect(last(.grants)?.done == 6)
        #expect(last(.resources)?.total == nil)
        #expect(last(.expansion)?.total == nil)
    }
}
