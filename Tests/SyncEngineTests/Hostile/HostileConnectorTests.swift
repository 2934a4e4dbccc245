import AccessModel
import BatonWire
import C1Z
import ConnectorKit
import ConnectorRuntime
import Foundation
import SwiftProtobuf
import SyncEngine
import Synchronization
import Testing

@Suite struct `errors of a connector` {
    private struct Odd: Error, CustomStringConvertible { let description = "odd\nin two lines" }

    @Test func `that aren't the ecosystem's stop the sync and say where it was`() async throws {
        let errors: [any Error & Sendable] = [
            Odd(), NSError(domain: "D", code: 7), CocoaError(.fileNoSuchFile), CancellationError(),
        ]
        for error in errors {
            var connector = HostileConnector()
            connector.grants = { group, _ in
                if group.identity.value == "g1" { throw error }
                return Page([])
            }
            let sync = try TestSync()
            let told = try await sync.failure(of: ConnectorAdapter(connector))
            #expect("\(told)".contains("listing grants for resource group/g1 failed"), "\(told)")
            let causes = (told as? ServiceError)?.causes.map(\.problem) ?? []
            #expect(causes.last?.hasPrefix("\(type(of: error)): ") == true, "\(causes)")
            #expect(try sync.unfinished() != nil)
            // What stopped it is over: the next run finishes.
            try await TestSync(into: sync.file).run(HostileConnector())
        }
    }

    @Test func `are told of bytes that aren't text`() async throws {
        // A resource whose display name is no UTF-8, as another process might send it.
        let bytes: [UInt8] = [0x0A, 0x04, 0x1A, 0x02, 0xC3, 0x28]
        var client = SmallDirectory.example.client
        client.resources = { call in
            guard call.type == "group" else { return .init() }
            let answer = try C1_Connector_V2_ResourcesServiceListResourcesResponse(serializedBytes: bytes)
            return .init(rows: answer.list)
        }
        let error = try await TestSync().failure(of: client)
        #expect("\(error)".hasPrefix("list-resources of group: "), "\(error)")
        #expect("\(error)".contains("can't be read"), "\(error)")
    }

    @Test(arguments: [true, false]) func `are told of annotations that can't be read`(onPage: Bool) async throws {
        @Sendable func garbage(_ name: String) -> Annotation {
            .with {
                $0.typeURL = "type.googleapis.com/c1.connector.v2.\(name)"
                $0.value = Data([0xFF, 0xFF])
            }
        }
        var connector = HostileConnector()
        connector.grants = { group, _ in
            var grant = Grant("member", on: group.identity, to: ResourceID("user", "u0"))
            if !onPage { grant.annotations = [garbage("GrantExpandable")] }
            return Page([grant], annotations: onPage ? [garbage("EnqueuePageTokens")] : [])
        }
        let error = try await TestSync().failure(of: ConnectorAdapter(connector))
        #expect("\(error)".hasPrefix("sync-grants-for-resource: grants on group/g"), "\(error)")
        #expect("\(error)".contains("can't be read"), "\(error)")
    }

    @Test func `don't matter where nobody has to read them`() async throws {
        let garbage = Annotation.with {
            $0.typeURL = "nonsense"
            $0.value = Data([0xFF])
        }
        var connector = HostileConnector()
        connector.grants = { group, _ in
            var grant = Grant("member", on: group.identity, to: ResourceID("user", "u0"))
            grant.annotations = [garbage]
            return Page([grant], annotations: [garbage])
        }
        let contents = try await TestSync().contents(of: connector)
        #expect(try contents.grants.allSatisfy { $0.annotations == [garbage] })
        #expect(contents.rows(.grant).count == 3)
    }
}

@Suite struct `answers that refer to what isn't there` {
    @Test func `are stored, and the sync finishes`() async throws {
        var connector = HostileConnector()
        connector.grants = { group, _ in
            Page([
                Grant("member", on: ResourceID("group", "nowhere"), to: ResourceID("user", "u0")),
                Grant("nothing", on: group.identity, to: ResourceID("user", "nobody")),
            ])
        }
        connector.entitlements = { group, _ in
            Page([.assignment("member", on: .group(ResourceID("group", "nowhere"), name: ""))])
        }
        let contents = try await TestSync().contents(of: connector)
        #expect(contents.ids(.entitlement) == ["group:nowhere:member"])
        #expect(contents.rows(.grant).count == 4)
    }

    @Test func `of types that aren't there are left out and counted`() async throws {
        var connector = HostileConnector()
        connector.entitlements = { _, _ in
            Page([.assignment("m", on: .group(ResourceID("team", "t"), name: ""))])
        }
        connector.grants = { group, _ in
            Page([
                Grant("member", on: group.identity, to: ResourceID("robot", "r")),
                Grant("member", on: ResourceID("team", "t"), to: ResourceID("user", "u0")),
            ])
        }
        let sync = try TestSync()
        let contents = try await sync.contents(of: connector)
        #expect(contents.rows(.entitlement).isEmpty && contents.rows(.grant).isEmpty)
        #expect(contents.run.token.contains(#""grants_dropped":6"#), "\(contents.run.token)")
        #expect(contents.run.token.contains(#""entitlements_dropped":3"#))
    }

    @Test func `with a resource of a type nobody declared cost that page, with a warning`() async throws {
        var connector = HostileConnector()
        connector.resources = { _, _ in Page([Resource(ResourceID("robot", "r"), name: "R")]) }
        let sync = try TestSync()
        let outcome = try await sync.run(connector)
        #expect(outcome.warnings.count == 1)
        #expect(outcome.warnings.first?.contains("robot/r") == true)
    }

    @Test func `with parents in a circle come to an end`() async throws {
        var connector = HostileConnector()
        let asked = Notes<ResourceID?>()
        connector.resources = { parent, _ in
            asked.add(parent)
            var group = Resource.group(ResourceID("group", parent?.value == "a" ? "b" : "a"), name: "", under: parent)
            group.annotations.append(carrying: C1_Connector_V2_ChildResourceType.with { $0.resourceTypeID = "group" })
            return Page([group])
        }
        let contents = try await TestSync().contents(of: connector)
        #expect(contents.ids(.resource).filter { $0.hasPrefix("group") } == ["group/a", "group/b"])
        #expect(asked.count == 3)
    }
}

@Suite struct `answers that are too much` {
    @Test func `such as a million annotations are taken as they are`() async throws {
        let note = Annotation(carrying: C1_Connector_V2_RequestId.with { $0.requestID = "r" })
        var connector = HostileConnector()
        connector.entitlements = { group, _ in
            Page([.assignment("member", on: group)], annotations: Array(repeating: note, count: 1_000_000))
        }
        connector.resources = { _, _ in
            var group = Resource.group(ResourceID("group", "g"), name: "G")
            group.annotations += Array(repeating: note, count: 20_000)
            return Page([group])
        }
        let contents = try await TestSync().contents(of: connector)
        #expect(try contents.resource("group/g")?.annotations.count == 20_001)
        #expect(contents.rows(.grant).count == 2)
    }

    @Test func `such as a giant record are stored whole`() async throws {
        let size = 5 << 20
        var connector = HostileConnector()
        connector.resources = { _, _ in
            let profile = Profile(["text": .text(String(repeating: "x", count: size))])
            return Page([.group(ResourceID("group", "g"), name: "G", profile: profile)])
        }
        connector.grants = { _, _ in Page([]) }
        let contents = try await TestSync().contents(of: connector)
        #expect(try contents.resource("group/g")?.profile.fields["text"]?.stringValue.utf8.count == size)
    }

    @Test func `such as a giant name are refused in few words`() async throws {
        var connector = HostileConnector()
        connector.resources = { _, _ in
            Page([.group(ResourceID("group", String(repeating: "x", count: 1 << 24)), name: "")])
        }
        let error = try await TestSync().failure(of: ConnectorAdapter(connector))
        #expect(StatusCode(of: error) == .invalidArgument)
        #expect("\(error)".utf8.count < 500)
    }
}

@Suite struct `answers that say the same` {
    @Test func `are one record each, however many workers get them`() async throws {
        let groups = (0..<40).map { Resource.group(ResourceID("group", "g\($0)"), name: "g\($0)") }
        var connector = HostileConnector()
        // Every group tells of all groups, on two pages that repeat each other.
        connector.resources = { _, page in Page(groups, next: page.token.isEmpty ? "again" : nil) }
        connector.entitlements = { _, page in
            Page(groups.map { .assignment("member", on: $0) }, next: page.token.isEmpty ? "again" : nil)
        }
        connector.grants = { _, _ in
            Page(
                groups.flatMap { group in
                    ["u0", "u1", "u0"].map { Grant("member", on: group.identity, to: ResourceID("user", $0)) }
                })
        }
        let alone = try await TestSync().contents(of: connector)
        #expect(alone.rows(.resource).count == 42)
        #expect(alone.rows(.entitlement).count == 40)
        #expect(alone.rows(.grant).count == 80)
        var sync = try TestSync()
        sync.workers = 8
        expectSame(try await sync.contents(of: connector), as: alone)
    }
}

@Suite struct `a connector that doesn't heed cancellation` {
    @Test(arguments: [1, 4]) func `is waited for, and the sync can be gone on with`(workers: Int) async throws {
        let undisturbed = try await TestSync().contents(of: HostileConnector())
        let held = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let reached = AsyncStream<Void>.makeStream()
        var connector = HostileConnector()
        let grants = connector.grants
        connector.grants = { group, page in
            if group.identity.value == "g1" {
                await withCheckedContinuation { continuation in
                    held.withLock { $0 = continuation }
                    reached.continuation.yield()
                }
            }
            return try await grants(group, page)
        }
        var sync = try TestSync()
        sync.workers = workers
        let stubborn = try ConnectorAdapter(connector)
        let task = Task { [sync] in try await sync.run(stubborn) }
        for await _ in reached.stream { break }
        task.cancel()
        held.withLock { $0 }?.resume()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try sync.unfinished() != nil)
        let again = try TestSync(into: sync.file)
        let outcome = try await again.run(HostileConnector())
        #expect(outcome.isResumed)
        expectSame(try Contents(of: sync.file, sync: outcome.syncID), as: undisturbed)
    }
}
