import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import SyncEngine
import Testing

/// The examples of sync-engine §20.
@Suite struct `the expansion of an example` {
    @Test func `A follows a chain of groups`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.grant("member", on: "group/g1", to: "user/bob")
        directory.grant("member", on: "group/g2", to: "user/bob")
        directory.nest("g1", into: "member", on: "group/g2")
        directory.nest("g2", into: "assigned", on: "role/admin")
        let result = try await Expanded(directory)
        #expect(result.count == 9)
        #expect(result["group:g2:member:user:alice"] == .derived(["group:g1:member": true]))
        #expect(result["group:g2:member:user:bob"] == .direct(["group:g1:member": true, "group:g2:member": true]))
        #expect(result["role:admin:assigned:group:g1"] == .derived(["group:g2:member": true]))
        #expect(result["role:admin:assigned:user:alice"] == .derived(["group:g2:member": false]))
        #expect(result["role:admin:assigned:user:bob"] == .derived(["group:g2:member": true]))
        for id in [
            "group:g1:member:user:alice", "group:g1:member:user:bob", "group:g2:member:group:g1",
            "role:admin:assigned:group:g2",
        ] {
            #expect(result[id] == .direct([:]))
        }
    }

    @Test func `B passes only direct holders on when it is shallow`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.grant("member", on: "group/g1", to: "user/bob")
        directory.grant("member", on: "group/g2", to: "user/bob")
        directory.nest("g1", into: "member", on: "group/g2")
        directory.nest("g2", into: "assigned", on: "role/admin", shallow: true)
        let result = try await Expanded(directory)
        #expect(result.count == 8)
        #expect(result["role:admin:assigned:user:alice"] == nil)
        #expect(result["role:admin:assigned:user:bob"] == .derived(["group:g2:member": true]))
        #expect(result["role:admin:assigned:group:g1"] == .derived(["group:g2:member": true]))
    }

    @Test func `C passes only the types of its filter on`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.grant("member", on: "group/g1", to: "user/bob")
        directory.nest("g1", into: "member", on: "group/g2", types: ["group"])
        directory.nest("g2", into: "assigned", on: "role/admin")
        let result = try await Expanded(directory)
        #expect(result.count == 5)
        #expect(result["role:admin:assigned:group:g1"] == .derived(["group:g2:member": true]))
    }

    @Test func `D gives what is behind a cycle everybody in it, and the cycle itself nothing`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.grant("member", on: "group/g2", to: "user/bob")
        directory.nest("g1", into: "member", on: "group/g2")
        directory.nest("g2", into: "member", on: "group/g1")
        directory.nest("g2", into: "assigned", on: "role/admin")
        let result = try await Expanded(directory)
        #expect(result.count == 8)
        #expect(result["role:admin:assigned:user:alice"] == .derived(["group:g1:member": true]))
        #expect(result["role:admin:assigned:user:bob"] == .derived(["group:g2:member": true]))
        #expect(result["role:admin:assigned:group:g1"] == .derived(["group:g2:member": true]))
        #expect(
            result["role:admin:assigned:group:g2"] == .direct(["group:g1:member": true, "role:admin:assigned": true]))
        #expect(result.log.lines("cycle detected in entitlement graph").count == 1)
    }

    @Test func `E leaves out what comes from an entitlement that isn't there, and says so once`() async throws {
        var directory = SmallDirectory.example
        directory.grants.append(
            Grant("member", on: SmallDirectory.id("group/g2"), to: SmallDirectory.id("group/g1")).expanding("gone"))
        directory.grants.append(
            Grant("assigned", on: SmallDirectory.id("role/admin"), to: SmallDirectory.id("group/g1")).expanding("gone"))
        let result = try await Expanded(directory)
        #expect(result.count == 2)
        let warnings = result.log.all.filter { $0.message.hasPrefix("grant expansion: DROPPED edges") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.text("edges_missing_source_entitlement") == "2")
        #expect(warnings.first?.text("edges_missing_destination_entitlement") == "0")
        #expect(warnings.first?.text("distinct_missing_entitlements") == "1")
        #expect(warnings.first?.text("entitlement_id_examples")?.contains("group:g1:gone") == true)
    }

    @Test func `E leaves out what leads to an entitlement that isn't there`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.nest("g1", into: "gone", on: "group/g2")
        let result = try await Expanded(directory)
        #expect(result.count == 2)
        let warnings = result.log.all.filter { $0.message.hasPrefix("grant expansion: DROPPED edges") }
        #expect(warnings.first?.text("edges_missing_destination_entitlement") == "1")
    }

    @Test func `F fails when a grant expands what isn't its principal's, and the file can be resumed`() async throws {
        var directory = SmallDirectory.example
        var grant = Grant("assigned", on: SmallDirectory.id("role/admin"), to: SmallDirectory.id("group/g1"))
        grant.annotations.append(carrying: GrantExpandable.with { $0.entitlementIds = ["group:g2:member"] })
        directory.grants.append(grant)
        let sync = try TestSync()
        let error = try await sync.failure(of: directory.client)
        #expect("\(error)".contains("source entitlement resource id did not match grant principal id"))
        #expect("\(error)".contains("group:g2:member"))
        #expect(StatusCode(of: error) == .unknown)
        #expect(try sync.unfinished()?.token.contains("grant-expansion") == true)
    }

    @Test func `can forbid cycles`() async throws {
        var directory = SmallDirectory.example
        directory.nest("g1", into: "member", on: "group/g2")
        directory.nest("g2", into: "member", on: "group/g1")
        var sync = try TestSync()
        sync.environment = ["BATON_DONT_FIX_CYCLES": "true"]
        let error = try await sync.failure(of: directory.client)
        #expect("\(error)".contains("cycles detected in entitlement graph"))
    }

    @Test func `is left out when it isn't wanted, and the token then doesn't ask for it`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.nest("g1", into: "assigned", on: "role/admin")
        var sync = try TestSync()
        sync.expandsGrants = false
        let contents = try await sync.contents(of: directory.client)
        #expect(contents.rows(.grant).count == 2)
        #expect(contents.rows(.grant).contains { $0.expansion != nil && $0.needsExpansion })
        #expect(!contents.run.token.contains("needs_expansion"))
    }
}

@Suite struct `the expansion of an odd graph` {
    @Test func `lets deep beat shallow when two grants say different things about one pair`() async throws {
        for order in [[true, false], [false, true]] {
            var directory = SmallDirectory.example
            directory.grant("member", on: "group/g1", to: "user/alice")
            directory.nest("g1", into: "member", on: "group/g2")
            for (number, isShallow) in order.enumerated() {
                directory.nest("g2", into: "assigned", on: "role/admin", shallow: isShallow)
                directory.grants[directory.grants.count - 1].id += "#\(number)"
            }
            let result = try await Expanded(directory)
            #expect(result["role:admin:assigned:user:alice"] == .derived(["group:g2:member": false]))
        }
    }

    @Test func `lets no filter beat a filter, and joins two filters`() async throws {
        for (filters, reach) in [
            ([["user"], []], ["user:alice", "group:g1"]), ([[], ["user"]], ["user:alice", "group:g1"]),
            ([["user"], ["group"]], ["user:alice", "group:g1"]), ([["user"], ["user"]], ["user:alice"]),
        ] {
            var directory = SmallDirectory.example
            directory.grant("member", on: "group/g2", to: "user/alice")
            directory.grant("member", on: "group/g2", to: "group/g1")
            for (number, filter) in filters.enumerated() {
                directory.nest("g2", into: "assigned", on: "role/admin", types: filter)
                directory.grants[directory.grants.count - 1].id += "#\(number)"
            }
            let result = try await Expanded(directory)
            for principal in ["user:alice", "group:g1"] {
                #expect((result["role:admin:assigned:\(principal)"] != nil) == reach.contains(principal))
            }
        }
    }

    @Test func `ignores an entitlement that leads to itself`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.nest("g1", into: "member", on: "group/g1")
        directory.nest("g1", into: "assigned", on: "role/admin")
        let result = try await Expanded(directory)
        #expect(result["group:g1:member:user:alice"] == .direct([:]))
        #expect(result["role:admin:assigned:user:alice"] == .derived(["group:g1:member": true]))
        #expect(result.log.lines("cycle detected in entitlement graph").count == 1)
    }

    @Test func `changes every one of several grants of the same entitlement to the same principal`() async throws {
        var directory = SmallDirectory.example
        directory.grant("member", on: "group/g1", to: "user/alice")
        directory.nest("g1", into: "member", on: "group/g2")
        for id in ["one", "two"] {
            directory.grant("member", on: "group/g2", to: "user/alice")
            directory.grants[directory.grants.count - 1].id = id
        }
        let result = try await Expanded(directory)
        let both = Expanded.Row.direct(["group:g1:member": true, "group:g2:member": true])
        #expect(result["one"] == both)
        #expect(result["two"] == both)
        #expect(result["group:g2:member:user:alice"] == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `goes through 5000 groups in a row`() async throws {
        var directory = SmallDirectory()
        directory.addUser("alice")
        for number in 0..<5000 { directory.addGroup("g\(number)") }
        directory.grant("member", on: "group/g0", to: "user/alice")
        for number in 1..<5000 {
            directory.nest("g\(number - 1)", into: "member", on: "group/g\(number)", types: ["user"])
        }
        let result = try expandedDirectly(directory)
        #expect(result.count == 1 + 4999 * 2)
        #expect(result["group:g4999:member:user:alice"] == .derived(["group:g4998:member": false]))
    }

    @Test func `reads more sources than it has cursors`() throws {
        var directory = SmallDirectory()
        for number in 0..<12 { directory.addUser("u\(number)") }
        directory.addRole("admin")
        for number in 0..<450 {
            directory.addGroup("g\(number)")
            directory.nest("g\(number)", into: "assigned", on: "role/admin", types: ["user"])
            directory.grant("member", on: "group/g\(number)", to: "user/u\(number % 12)")
        }
        directory.grant("assigned", on: "role/admin", to: "user/u3")
        let result = try expandedDirectly(directory)
        let naive = NaiveExpansion(directory).result
        #expect(result.rows == naive)
        #expect(naive[ByteKey("role:admin:assigned:user:u3")]?.sources.count == 450 / 12 + 2)
    }

    @Test func `puts more than one batch of grants for one entitlement`() throws {
        var directory = SmallDirectory()
        directory.addGroup("g")
        directory.addRole("r")
        directory.nest("g", into: "assigned", on: "role/r", types: ["user"])
        for number in 0..<11_000 { directory.grant("member", on: "group/g", to: "user/u\(number)") }
        for number in stride(from: 0, to: 11_000, by: 7) {
            directory.grant("assigned", on: "role/r", to: "user/u\(number)")
        }
        let result = try expandedDirectly(directory)
        #expect(result.rows == NaiveExpansion(directory).result)
        #expect(result.count == 22_001)
    }
}
