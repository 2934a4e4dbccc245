import AccessModel
import BatonWire
import BuiltConnectors
import C1Z
import ConnectorKit
import ConnectorRuntime
import Foundation
import Logging
import SyncEngine
import Synchronization
import Testing

@testable import LDAPConnector

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A sync of a server into a file, in small pages.
struct SmallSync {
    let file: String
    var workers = 1
    var clock: @Sendable () -> StoredTime = { StoredTime.now() }

    @discardableResult
    func run(_ connector: LDAPConnector) async throws -> SyncOutcome {
        var options = SyncOptions(file: file, writing: C1ZWriterOptions(clock: clock))
        options.workers = workers
        return try await Sync(
            of: ConnectorAdapter(connector), options: options, observer: Unwatched(), log: .silent, cores: 2,
            sleep: { _ in }
        ).run()
    }

    private struct Unwatched: SyncObserver {
        func syncProgressed(to progress: SyncProgress) {}
    }

    static let sizes = ListSizes(entries: 3, members: 2)
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `a long list` {
    @Test func `comes in pages, none of which is missing`() async throws {
        let server = try Slapd(LDIF.small)
        let whole = try await Collection(of: .over(server))
        let paged = try await Collection(of: .over(server, sizes: SmallSync.sizes))
        #expect(paged.pages > whole.pages + 5)
        #expect(paged.resources == whole.resources && paged.grants == whole.grants)
    }

    @Test func `is whole when each page is asked of another process`() async throws {
        let server = try Slapd(LDIF.small)
        let whole = try await Collection(of: .over(server))
        let users = try LDAPConnector.over(server, sizes: SmallSync.sizes)
        let first = try await users.users.resources(under: nil, page: PageRequest())
        // A new process knows the token, but not where the server was.
        var rows = first.rows
        var token = first.next
        let second = try LDAPConnector.over(server, sizes: SmallSync.sizes)
        while let place = token {
            let page = try await second.users.resources(under: nil, page: PageRequest(after: place))
            #expect(page.next != place)
            rows += page.rows
            token = page.next
        }
        #expect(Set(rows.map(\.id.resource)) == whole.ids("user"))
        #expect(rows.count == 3 + 12)
    }

    @Test func `is whole when entries come, go and change their names between its pages`() async throws {
        let server = try Slapd(LDIF.small)
        let step = Mutex(0)
        let found = try await Collection(of: .over(server, sizes: SmallSync.sizes)) {
            let number = step.withLock { count in
                count += 1
                return count
            }
            switch number {
            case 1: try server.change("dn: \(LDIF.name("u0"))\nchangetype: delete\n")
            case 2:
                try server.change(
                    LDIF.person("late").replacing("objectClass", with: "changetype: add\nobjectClass", first: true))
            case 3:
                try server.change("dn: \(LDIF.name("u11"))\nchangetype: modrdn\nnewrdn: uid=moved\ndeleteoldrdn: 1\n")
            default: break
            }
        }
        // Everybody who was there all the time.
        for number in 1..<11 { #expect(found.ids("user").contains(LDIF.name("u\(number)"))) }
        #expect(found.ids("user").intersection([LDIF.name("u11"), LDIF.name("moved")]).count == 1)
    }

    @Test func `begins anew when the server was killed, and is whole`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server, sizes: SmallSync.sizes)
        let first = try await connector.users.resources(under: nil, page: PageRequest())
        server.stop()
        let token = try #require(first.next)
        let error = await #expect(throws: (any Error).self) {
            try await connector.users.resources(under: nil, page: PageRequest(after: token))
        }
        #expect(error.map { StatusCode(of: $0) } == .unavailable)
        try server.start()
        var ids = Set<String>()
        var next: String? = token
        while let place = next {
            let page = try await connector.users.resources(under: nil, page: PageRequest(after: place))
            ids.formUnion(page.rows.map(\.id.resource))
            next = page.next
        }
        #expect(ids.count == 12)
        // What isn't paged goes on by itself.
        #expect(try await connector.users.entry(of: ResourceID("user", LDIF.name("u1"))) != nil)
    }

    @Test(arguments: [1, 4]) func `is synced to the end while the server is killed and started again`(workers: Int)
        async throws
    {
        let server = try Slapd(LDIF.small)
        let calm = try SmallSync(file: Scratch.path())
        try await calm.run(.over(server, sizes: SmallSync.sizes))
        let looks = Mutex(0)
        var sync = try SmallSync(file: Scratch.path(), workers: workers)
        sync.clock = {
            let number = looks.withLock { count in
                count += 1
                return count
            }
            if number % 15 == 0 {
                server.stop()
                #expect(throws: Never.self) { try server.start() }
            }
            return StoredTime(seconds: 1_790_000_000 + Int64(number), nanos: 0)
        }
        try await sync.run(.over(server, sizes: SmallSync.sizes))
        #expect(looks.withLock { $0 } > 30)
        try expectSameFiles(sync.file, calm.file)
    }

    @Test(arguments: 0..<3) func `goes on after SIGKILL as if nothing had happened`(shard: Int) async throws {
        let server = try Slapd(LDIF.small)
        let calm = try SmallSync(file: Scratch.path())
        let looks = Mutex<Int64>(0)
        var counted = calm
        counted.clock = {
            StoredTime(
                seconds: 1_790_000_000
                    + looks.withLock { count in
                        count += 5
                        return count
                    }, nanos: 0)
        }
        try await counted.run(.over(server, sizes: SmallSync.sizes))
        let count = Int(looks.withLock { $0 } / 5)
        #expect(count > 30)
        let url = server.url
        for moment in stride(from: 1 + shard, through: count, by: 3) {
            let file = try Scratch.path()
            await #expect(processExitsWith: .signal(SIGKILL), "at \(moment) of \(count)") {
                [file = file as String, moment = moment as Int, url = url as String] in
                let looks = Mutex(0)
                var sync = SmallSync(file: file)
                sync.clock = {
                    let number = looks.withLock { count in
                        count += 1
                        return count
                    }
                    if number == moment { kill(getpid(), SIGKILL) }
                    return StoredTime(seconds: 1_790_000_000 + Int64(number) * 5, nanos: 0)
                }
                try await sync.run(
                    LDAPConnector(
                        [
                            "url": .string(url), "base-dn": .string(Slapd.suffix), "bind-dn": .string(Slapd.admin),
                            "password": .string(Slapd.password),
                        ], sizes: SmallSync.sizes))
            }
            var again = SmallSync(file: file)
            again.clock = { StoredTime(seconds: 1_790_010_000, nanos: 0) }
            try await again.run(.over(server, sizes: SmallSync.sizes))
            try expectSameFiles(file, counted.file, "killed at \(moment)")
        }
    }

    private func expectSameFiles(_ one: String, _ other: String, _ comment: Comment = "") throws {
        let (one, other) = (try FileContents(of: one), try FileContents(of: other))
        #expect(one.types == other.types, comment)
        #expect(one.resources == other.resources, comment)
        #expect(one.entitlements == other.entitlements, comment)
        #expect(one.grants == other.grants, comment)
        #expect(one.expansions == other.expansions, comment)
    }

    @Test func `asks a server for less that allows no more`() async throws {
        let rules = """
            limits dn.exact="\(LDIF.name("u0"))" size.pr=60 size.prtotal=unlimited
            access to * by * read
            """
        let people = (0..<200).map { LDIF.person("many\($0)") }.joined()
        let server = try Slapd(LDIF.small + people, rules: rules)
        let found = try await Collection(
            of: .over(server, ["bind-dn": .string(LDIF.name("u0")), "password": .string("old-0")]))
        #expect(found.ids("user").count == 212)
    }

    @Test(arguments: ["sizelimit 5", "limits * size.soft=5 size.hard=5 size.prtotal=disabled"])
    func `that the server cuts short ends the sync`(limit: String) async throws {
        let server = try Slapd(LDIF.small, rules: "\(limit)\naccess to * by * read")
        let error = await #expect(throws: (any Error).self) {
            try await Collection(
                of: .over(server, ["bind-dn": .string(LDIF.name("u0")), "password": .string("old-0")]))
        }
        #expect(error.map { StatusCode(of: $0) } == .resourceExhausted)
        #expect(error.map { "\($0)" }?.contains("limits dn.exact=\"\(LDIF.name("u0"))\" size=unlimited") == true)
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String, first: Bool) -> String {
        guard let place = range(of: part) else { return self }
        return replacingCharacters(in: place, with: other)
    }
}
