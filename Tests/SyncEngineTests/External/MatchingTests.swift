import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf
import SyncEngine
import Testing

@Suite struct `a grant that is about identities of another file` {
    /// The holders of the role of the first grant, of all that was synced.
    private func holders(
        _ marks: any Message..., traits: [AccessModel.Trait] = [], heldBy filter: String = "", log: LogBook? = nil
    ) async throws -> [String] {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file, heldBy: filter, traits: traits)
        var application = DirectoryFile.application([marks[0]])
        for mark in marks.dropFirst() {
            application.grants[0].annotations += DirectoryFile.application([mark]).grants[0].annotations
        }
        let contents = try await sync.contents(of: application.client)
        #expect(contents.ids(.grant).contains { $0.hasSuffix("described") } == false)
        return try contents.grants.filter { $0.entitlement.resource.id.resourceType == "role" }
            .map(\.holder.description)
    }

    @Test func `goes to all with a trait`() async throws {
        #expect(try await holders(DirectoryFile.all(.user)) == ["user/ada", "user/bob", "user/cyd"])
        #expect(try await holders(DirectoryFile.all(.group)) == ["group/ops", "group/staff"])
        #expect(try await holders(DirectoryFile.all(.app)) == [])
        #expect(try await holders(DirectoryFile.all(.app), traits: [.app, .user]) == ["robot/r2"])
        #expect(try await holders(DirectoryFile.all(.group), traits: [.app, .user]) == [])
        // Whatever else it says doesn't count.
        #expect(
            try await holders(DirectoryFile.id("bob"), DirectoryFile.all(.group)) == ["group/ops", "group/staff"])
    }

    @Test func `goes to the one with an id, exactly so`() async throws {
        #expect(try await holders(DirectoryFile.id("bob")) == ["user/bob"])
        #expect(try await holders(DirectoryFile.id("ops")) == ["group/ops"])
        #expect(try await holders(DirectoryFile.id("Bob")) == [])
        #expect(try await holders(DirectoryFile.id("r2")) == [])
        #expect(try await holders(DirectoryFile.id("")) == [])
    }

    @Test func `goes to those with a value, whatever its case`() async throws {
        #expect(try await holders(DirectoryFile.value("b-ADA", of: "badge")) == ["user/ada"])
        #expect(try await holders(DirectoryFile.value("ada@example.COM", of: "email")) == ["user/ada"])
        #expect(try await holders(DirectoryFile.value("bob@OTHER.example", of: "email")) == ["user/bob"])
        #expect(try await holders(DirectoryFile.value("ada@example.com", of: "Email")) == [])
        #expect(try await holders(DirectoryFile.value("b-ada", of: "Badge")) == [])
        #expect(try await holders(DirectoryFile.value("3", of: "floor")) == [])
        #expect(try await holders(DirectoryFile.value("g-OPS", of: "code", .group)) == ["group/ops"])
        #expect(try await holders(DirectoryFile.value("g-ops", of: "code", .user)) == [])
        #expect(try await holders(DirectoryFile.value("x@example.com", of: "email", .group)) == [])
    }

    @Test func `may name an id and a value`() async throws {
        #expect(
            try await holders(DirectoryFile.id("ops"), DirectoryFile.value("b-cyd", of: "badge"))
                == ["group/ops", "user/cyd"])
    }

    @Test func `goes only to holders of the entitlement that is asked for`() async throws {
        let filter = "group:ops:member"
        #expect(try await holders(DirectoryFile.all(.user), heldBy: filter) == ["user/bob"])
        #expect(try await holders(DirectoryFile.id("ada"), heldBy: filter) == [])
        // `staff` is held by Ada, by the group and, through it, by Bob.
        #expect(try await holders(DirectoryFile.all(.user), heldBy: "group:staff:member") == ["user/ada", "user/bob"])
    }

    @Test func `keeps its annotations and takes the identity's name`() async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        var application = DirectoryFile.application([DirectoryFile.id("ada")])
        application.grants[0].annotations.append(carrying: GrantImmutable())
        let contents = try await sync.contents(of: application.client)
        let grant = try #require(try contents.grant("role:r0:assigned:user:ada"))
        #expect(grant.annotations.contains(C1_Connector_V2_ExternalResourceMatchID.self))
        #expect(grant.annotations.contains(GrantImmutable.self))
        #expect(grant.principal.displayName == "ada")
        #expect(grant.principal.annotations.contains(C1_Connector_V2_BatonID.self))
        #expect(grant.entitlement.id == "role:r0:assigned")
    }

    @Test func `whose trait isn't matched is told in the log`() async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        try await sync.run(DirectoryFile.application([DirectoryFile.value("x", of: "y", .role)]).client)
        let line = sync.log.lines("unexpected external resource type trait").first
        #expect(line?.level == .error && line?.text("trait") == "TRAIT_ROLE")
    }

    @Test func `brings the members of a group along`() async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        let bids = ["bid:e:group/described:member", "bid:e:group/described:owner", "bid:e:group/other:member", "odd"]
        let contents = try await sync.contents(
            of: DirectoryFile.application([DirectoryFile.id("staff")], expanding: bids).client)
        let grants = try contents.grants.filter { $0.entitlement.id == "role:r0:assigned" }
        #expect(
            grants.map(\.holder.description) == ["group/ops", "group/staff", "user/ada", "user/bob"])
        let ada = try #require(try contents.grant("role:r0:assigned:user:ada"))
        #expect(ada.sources.sources.keys.sorted() == ["group:staff:member"])
        let carrier = contents.rows(.grant).first { $0.id == ByteKey("role:r0:assigned:group:staff") }
        let expandable = try GrantExpandable(serializedBytes: try #require(carrier?.expansion))
        #expect(expandable.entitlementIds == ["group:staff:member"])
        #expect(
            sync.log.lines("found no entitlement with entitlement id generated from external source sync").count == 1)
        #expect(sync.log.lines("error parsing expandable entitlement bid").count == 1)
    }

    @Test func `stays as it is without another file`() async throws {
        let contents = try await TestSync().contents(
            of: DirectoryFile.application([DirectoryFile.id("ada")]).client)
        #expect(contents.ids(.grant) == ["role:r0:assigned:group:described"])
    }

    @Test func `takes the place of one that happens to have the new id`() async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        var application = DirectoryFile.application([DirectoryFile.id("ada")])
        application.grants.append(Grant("assigned", on: ResourceID("role", "r0"), to: ResourceID("user", "ada")))
        let contents = try await sync.contents(of: application.client)
        let grants = try contents.grants.filter { $0.entitlement.id == "role:r0:assigned" }
        #expect(grants.count == 1)
        #expect(grants[0].annotations.contains(C1_Connector_V2_ExternalResourceMatchID.self))
    }

    @Test func `is one of many, for more than are matched at once`() async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        var application = SmallDirectory()
        application.types = [SmallDirectory.role]
        application.addRole("r")
        func mark(_ person: String) -> Annotation {
            Annotation(
                carrying: C1_Connector_V2_ExternalResourceMatch.with {
                    $0.resourceType = .user
                    $0.key = "badge"
                    $0.value = "b-\(person)"
                })
        }
        // Only the first is about Bob and only the last about Ada, so neither end may get lost.
        let marks = [mark("bob")] + Array(repeating: mark("cyd"), count: 20_500) + [mark("ada")]
        for (number, mark) in marks.enumerated() {
            var grant = Grant("assigned", on: ResourceID("role", "r"), to: ResourceID("user", "n\(number)"))
            grant.annotations.append(mark)
            application.grants.append(grant)
        }
        application.pageSize = 30_000
        let contents = try await sync.contents(of: application.client)
        #expect(
            try contents.grants.filter { $0.entitlement.id == "role:r:assigned" }.map(\.holder.value)
                == ["ada", "bob", "cyd"])
    }

    @Test(arguments: [true, false]) func `is to be expanded only by a sync that expands`(expands: Bool) async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        sync.expandsGrants = expands
        let contents = try await sync.contents(
            of: DirectoryFile.application(
                [DirectoryFile.id("staff")], expanding: ["bid:e:group/described:member"]
            ).client)
        #expect(contents.run.token.contains("\"needs_expansion\":true") == expands)
        #expect(contents.rows(.grant).contains { $0.id == ByteKey("role:r0:assigned:user:ada") } == expands)
        // The mark stays for whoever expands it later.
        let carrier = contents.rows(.grant).first { $0.id == ByteKey("role:r0:assigned:group:staff") }
        #expect(carrier?.needsExpansion == true)
    }
}

@Suite struct `the identities of another file` {
    private func sync(heldBy filter: String = "", traits: [AccessModel.Trait] = []) async throws -> TestSync {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await DirectoryFile().file, heldBy: filter, traits: traits)
        return sync
    }

    @Test func `are copied with what is held on them, marked as not to be changed here`() async throws {
        let contents = try await sync().contents(of: DirectoryFile.application([]).client)
        #expect(contents.ids(.resourceType) == ["group", "role", "user"])
        #expect(contents.ids(.resource) == ["group/ops", "group/staff", "user/ada", "user/bob", "user/cyd"])
        #expect(contents.ids(.entitlement) == ["group:ops:member", "group:staff:member"])
        #expect(contents.ids(.grant).count == 4)
        #expect(try contents.resource("user/ada")?.annotations.contains(C1_Connector_V2_BatonID.self) == true)
        for row in contents.rows(.entitlement) {
            let entitlement = try Entitlement(serializedBytes: row.data)
            #expect(entitlement.annotations.contains(C1_Connector_V2_EntitlementImmutable.self))
        }
        #expect(try contents.grants.allSatisfy { $0.annotations.contains(GrantImmutable.self) })
        // The other file's expansion is done.
        #expect(contents.rows(.grant).allSatisfy { $0.expansion == nil })
    }

    @Test func `are those with other traits when told so`() async throws {
        let contents = try await sync(traits: [.app]).contents(of: DirectoryFile.application([]).client)
        #expect(contents.ids(.resource) == ["robot/r2"])
    }

    @Test func `are the holders of an entitlement when told so`() async throws {
        let contents = try await sync(heldBy: "group:staff:member").contents(of: DirectoryFile.application([]).client)
        #expect(contents.ids(.resource) == ["group/ops", "user/ada", "user/bob"])
        #expect(contents.ids(.entitlement) == ["group:ops:member"])
        #expect(contents.ids(.grant) == ["group:ops:member:user:bob"])
    }

    @Test func `that hold an entitlement which isn't there are refused before anything is asked`() async throws {
        let sync = try await sync(heldBy: "group:x:member")
        let error = try await sync.failure(of: DirectoryFile.application([]).client)
        #expect(StatusCode(of: error) == .notFound)
        #expect(
            "\(error)".contains("group:x:member") && "\(error)".contains("--external-resource-entitlement-id-filter"))
        #expect(throws: C1ZError.self) { try C1ZFile.open(sync.file) }
    }

    @Test func `of a file without a finished sync are refused before anything is asked`() async throws {
        var broken = SmallDirectory.example.client
        broken.grants = { _ in throw ServiceError(.internal, "boom") }
        let unfinished = try TestSync()
        _ = try await unfinished.failure(of: broken)
        var sync = try TestSync()
        sync.external = ExternalResources(file: unfinished.file)
        let error = try await sync.failure(of: SmallDirectory.example.client)
        #expect("\(error)".contains(unfinished.file) && "\(error)".contains("holds no finished sync"))
        #expect(throws: C1ZError.self) { try C1ZFile.open(sync.file) }
    }

    /// A file with a directory in it, synced as it is and then again with resources only and one more person.
    private func directory(full: Bool) async throws -> String {
        var directory = SmallDirectory()
        directory.addUser("ada")
        directory.addGroup("staff")
        directory.grant("member", on: "group/staff", to: "user/ada")
        var sync = try TestSync()
        if full { try await sync.run(directory.client) }
        directory.addUser("late")
        sync.skipsEntitlementsAndGrants = true
        try await sync.run(directory.client)
        return sync.file
    }

    @Test func `come from a sync of resources only, when there is no full one`() async throws {
        var sync = try TestSync()
        sync.external = ExternalResources(file: try await directory(full: false))
        let some = try await sync.contents(of: DirectoryFile.application([DirectoryFile.id("late")]).client)
        #expect(some.ids(.resource) == ["group/staff", "role/r0", "user/ada", "user/late"])
        #expect(some.ids(.grant) == ["role:r0:assigned:user:late"])
        sync = try TestSync()
        sync.external = ExternalResources(file: try await directory(full: true))
        let all = try await sync.contents(of: DirectoryFile.application([DirectoryFile.id("late")]).client)
        #expect(all.ids(.resource) == ["group/staff", "role/r0", "user/ada"])
        #expect(all.ids(.grant) == ["group:staff:member:user:ada"])
    }

    @Test func `let grants through that are about their types, and no others`() async throws {
        var application = DirectoryFile.application([])
        application.addRole("r")
        application.grant("assigned", on: "role/r", to: "user/nobody")
        application.grant("assigned", on: "role/r", to: "robot/r2")
        let contents = try await sync().contents(of: application.client)
        #expect(contents.ids(.grant).filter { $0.hasPrefix("role") } == ["role:r:assigned:user:nobody"])
    }

    @Test func `are left out of a targeted sync`() async throws {
        var sync = try await sync()
        sync.targets = [SyncTarget(ResourceID("role", "r0"))]
        let contents = try await sync.contents(of: DirectoryFile.application([DirectoryFile.id("ada")]).client)
        #expect(contents.ids(.resource) == ["role/r0"])
        #expect(contents.ids(.grant) == ["role:r0:assigned:group:described"])
    }
}
