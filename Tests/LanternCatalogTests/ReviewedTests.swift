import AccessModel
import C1Z
import Foundation
import Testing

@testable import LanternCatalog

@Suite struct `an import that goes wrong` {
    private let test: TestCatalog

    init() throws { test = try TestCatalog() }

    @Test func `counts what its file says without trusting it`() {
        var stats = SyncStats()
        stats.resourceTypes = .max
        stats.grants = 5
        #expect(ImportRunner.total(of: stats) == .max)
        stats.resourceTypes = -3
        stats.resources = 2
        #expect(ImportRunner.total(of: stats) == 7)
    }

    @Test func `is given up when it ends the program each time, but not when the server is told to stop`() async throws
    {
        let (_, source) = try await test.application()
        let path = test.url.appending(path: "a.c1z").path
        try Directory(users: ["u1": "Ann"]).write(to: path)
        let run = try await test.catalog.enqueue(
            Upload.copying(path, into: test.catalog.folder), for: source, ImportOrder(by: "test", through: "upload"))
        for _ in 0..<5 { try test.catalog.putBack(try #require(try await test.catalog.takeImport())) }
        for attempt in 1...3 {
            #expect(try await test.catalog.takeImport() != nil, "attempt \(attempt)")
            try await test.catalog.recoverImports()
        }
        #expect(try await test.catalog.takeImport() == nil)
        let ended = try await test.catalog.importRun(run.id)
        #expect(ended.state == .error && ended.error.contains("3 times"))
    }

    /// A file that waits in line.
    private func enqueued(preview: Bool = false) async throws -> ImportRun {
        let (_, source) = try await test.application()
        let path = test.url.appending(path: "a.c1z").path
        try Directory(users: ["u1": "Ann"]).write(to: path)
        var order = ImportOrder(by: "test", through: "upload")
        order.wantsPreview = preview
        return try await test.catalog.enqueue(Upload.copying(path, into: test.catalog.folder), for: source, order)
    }

    @Test func `isn't given up because the server was stopped while it ran, however often`() async throws {
        let run = try await enqueued()
        var runner = test.runner
        runner.reached = { stage in
            if stage == .opening { _ = withUnsafeCurrentTask { $0?.cancel() } }
        }
        for attempt in 1...5 {
            let taken = try #require(try await test.catalog.takeImport(), "attempt \(attempt)")
            let stopped = Task { [runner] in try await runner.perform(taken) }
            await #expect(throws: CancellationError.self) { try await stopped.value }
            #expect(try await test.catalog.importRun(run.id).state == .waiting, "attempt \(attempt)")
            try await test.catalog.recoverImports()
        }
        try await test.performAll()
        #expect(try await test.catalog.importRun(run.id).state == .done)
    }

    @Test func `isn't given up because the server was started often while it waited for a decision`() async throws {
        let run = try await enqueued(preview: true)
        for start in 1...4 {
            try await test.performAll()
            #expect(try await test.catalog.importRun(run.id).state == .paused, "start \(start)")
            try await test.catalog.recoverImports()
        }
        // Only now the program ends while it works on it, and for the first time.
        #expect(try await test.catalog.takeImport() != nil)
        try await test.catalog.recoverImports()
        let waiting = try await test.catalog.importRun(run.id)
        #expect(waiting.state == .waiting, "\(waiting.error)")
    }

    @Test func `doesn't wait for a decision once a newer file has come`() async throws {
        let (_, source) = try await test.application()
        let path = test.url.appending(path: "a.c1z").path
        try Directory(users: ["u1": "Ann"]).write(to: path)
        func enqueue() async throws -> ImportRun {
            var order = ImportOrder(by: "test", through: "upload")
            order.wantsPreview = true
            return try await test.catalog.enqueue(Upload.copying(path, into: test.catalog.folder), for: source, order)
        }
        let old = try await enqueue()
        let taken = try #require(try await test.catalog.takeImport())
        let new = try await enqueue()
        try await test.runner.perform(taken)
        #expect(try await test.catalog.importRun(old.id).state == .skipped)
        #expect(DataFolder.entries(test.catalog.folder.work).isEmpty)
        try await test.performAll()
        #expect(try await test.catalog.importRun(new.id).state == .paused)
    }

    @Test func `of a fetched file that is older than what is there is only made when it is meant`() async throws {
        let (_, source) = try await test.application()
        let (old, new) = (test.url.appending(path: "old.c1z").path, test.url.appending(path: "new.c1z").path)
        try Directory(users: ["u1": "Ann"]).write(to: old)
        try await Task.sleep(for: .seconds(1.1))
        try Directory(users: ["u1": "Anna"]).write(to: new)
        func fetch(_ path: String, through transport: String) async throws -> ImportRun.State {
            let run = try await test.catalog.enqueue(
                Upload.copying(path, into: test.catalog.folder), for: source,
                ImportOrder(by: "test", through: transport))
            try await test.performAll()
            return try await test.catalog.importRun(run.id).state
        }
        #expect(try await fetch(new, through: ImportRun.firstFetch) == .done)
        #expect(try await fetch(old, through: ImportRun.fetch) == .skipped)
        #expect(try await fetch(old, through: ImportRun.firstFetch) == .done)
    }

    @Test func `leaves no file behind that nobody names`() async throws {
        let (_, source) = try await test.application()
        let run = try await test.importDirectory(Directory(users: ["u1": "Ann"]), into: source)
        let path = test.url.appending(path: "lost.csv").path
        try Data("x".utf8).write(to: URL(filePath: path))
        let lost = try Upload.copying(path, into: test.catalog.folder)
        try await test.catalog.removeUnknownUploads()
        #expect(test.catalog.folder.keeps(lost.sha256))
        try await test.catalog.removeUnknownUploads(olderThan: -1)
        #expect(!test.catalog.folder.keeps(lost.sha256) && test.catalog.folder.keeps(run.sha256))
    }
}

@Suite struct `what people are shown` {
    private let test: TestCatalog

    init() throws { test = try TestCatalog() }

    @Test func `stays within the application that is asked about`() async throws {
        let (one, first) = try await test.application("One")
        let (other, second) = try await test.application("Other")
        try await test.importDirectory(Directory(users: ["u": "U"], groups: ["g": ["u"]]), into: first)
        try await test.importDirectory(Directory(users: ["v": "V"], groups: ["h": ["v"]]), into: second)
        let foreign = try #require(
            try await test.catalog.resources(ResourceQuery(of: other), PageRequest()).rows.first)
        var query = EntitlementQuery(of: one)
        query.resource = foreign.id
        #expect(try await test.catalog.entitlements(query, PageRequest()).rows.isEmpty)
        #expect(try await test.catalog.entitlementCount(query) == .exactly(0))
        var typed = ResourceQuery(of: one)
        typed.type = foreign.typeID
        #expect(try await test.catalog.resourceCount(typed) == .exactly(0))
        query.application = other
        #expect(try await test.catalog.entitlements(query, PageRequest()).rows.count == 1)
    }

    @Test func `is found as long as one data source tells of it`() async throws {
        let (application, first) = try await test.application()
        let second = try await test.catalog.addDataSource(to: application, kind: .file, named: "second").id
        try await test.importDirectory(Directory(users: ["u1": "Zacharias"], groups: ["g": ["u1"]]), into: first)
        try await test.importDirectory(Directory(users: ["u1": "Zach"], groups: ["g": ["u1"]]), into: second)
        try await test.importDirectory(Directory(users: ["u1": "Zachary"], groups: ["g": ["u1"]]), into: second)
        try await test.importDirectory(Directory(users: ["u2": "Bob"]), into: second)
        #expect(
            try await test.catalog.search("zacharias", limit: 5).count {
                if case .resource = $0 { true } else { false }
            } == 1)
    }

    @Test func `of a targeted sync keeps what follows from other grants`() async throws {
        let (application, source) = try await test.application()
        let directory = Directory(
            users: ["ann": "Ann", "bob": "Bob"], groups: ["staff": ["ann"]],
            roles: ["admin": .init(users: ["ann", "bob"], groups: ["staff"])])
        try await test.importDirectory(directory, into: source)
        let before = try await test.state(of: application)
        func ann() async throws -> ListedGrant {
            let ids = try await test.ids(of: application)
            return try await test.catalog.grant(
                of: try #require(ids.entitlements["role:admin:assigned"]), to: try #require(ids.accounts["ann"]))
        }
        do {
            let grant = try await ann()
            #expect(grant.isDirect && grant.isInherited)
        }
        // The role alone, unchanged: its members by the group aren't in the file.
        let part = try await test.importDirectory(directory, into: source, as: .partial) { $0.identity.type != "role" }
        #expect(part.state == .done && part.revision == nil, "\(part.error)")
        #expect(try await test.state(of: application).grants == before.grants)
        do {
            let grant = try await ann()
            #expect(grant.isDirect && grant.isInherited)
        }
        let ids = try await test.ids(of: application)
        let ways = try await test.catalog.explain(
            entitlement: try #require(ids.entitlements["role:admin:assigned"]),
            principal: try #require(ids.accounts["ann"]), at: .now)
        #expect(ways.paths.count == 2)
        // What is held directly only is gone when the part no longer has it.
        var changed = directory
        changed.roles["admin"] = .init(users: ["ann"], groups: ["staff"])
        try await test.importDirectory(changed, into: source, as: .partial) { $0.identity.type != "role" }
        #expect(try await test.state(of: application).grants == changed.grants)
    }

    @Test func `of a targeted sync stays below what the file doesn't have`() async throws {
        let (application, source) = try await test.application()
        func importTeam(_ name: String, as type: SyncType) async throws {
            let path = test.url.appending(path: "\(UUID().uuidString).c1z").path
            let writer = try C1ZFile.write(path)
            _ = try writer.startSync(type, parent: "")
            var types = RecordBatch(.resourceType)
            try types.append(ResourceType("company", displayName: "Company", traits: []))
            try types.append(ResourceType("team", displayName: "Team", traits: []))
            try writer.put(types)
            var resources = RecordBatch(.resource)
            if type == .full { try resources.append(Resource(ResourceID("company", "c"), name: "Company")) }
            try resources.append(Resource(ResourceID("team", "t"), name: name, under: ResourceID("company", "c")))
            try writer.put(resources)
            try writer.endSync()
            _ = try writer.save()
            #expect(try await test.importFile(path, into: source).state == .done)
        }
        try await importTeam("Team", as: .full)
        try await importTeam("Renamed", as: .partial)
        let team = try #require(
            try await test.catalog.resources(ResourceQuery(of: application), PageRequest()).rows.first {
                $0.externalID == "t"
            })
        #expect(team.name == "Renamed" && team.parentName == "Company")
    }

    @Test func `as past is what nobody holds any more`() async throws {
        let (application, source) = try await test.application()
        var directory = Directory(
            users: ["ann": "Ann"], groups: ["staff": ["ann"]], roles: ["admin": .init(users: ["ann"])])
        try await test.importDirectory(directory, into: source)
        let ids = try await test.ids(of: application)
        let (role, ann) = (try #require(ids.entitlements["role:admin:assigned"]), try #require(ids.accounts["ann"]))
        let begun = try await test.catalog.grant(of: role, to: ann).since
        // Directly and through the group, and then only through the group: it goes on.
        directory.roles["admin"] = .init(users: ["ann"], groups: ["staff"])
        try await test.importDirectory(directory, into: source)
        directory.roles["admin"] = .init(groups: ["staff"])
        try await test.importDirectory(directory, into: source)
        var past = GrantQuery(.heldBy(ann))
        past.isPast = true
        #expect(try await test.catalog.grants(past, PageRequest()).rows.isEmpty)
        #expect(try await test.catalog.grantCount(past) == .exactly(0))
        let now = try await test.catalog.grant(of: role, to: ann)
        #expect(now.since == begun && now.isInherited && !now.isDirect)
        directory.roles["admin"] = .init()
        try await test.importDirectory(directory, into: source)
        let ended = try await test.catalog.grants(past, PageRequest()).rows
        #expect(ended.map(\.entitlementID) == [role])
        #expect(ended.map(\.since) == [begun] && ended.first?.until != nil)
    }

    @Test func `of a type follows its name, also when nothing else changes`() async throws {
        let (application, source) = try await test.application()
        func importType(_ type: String) async throws -> ImportRun {
            let url = test.url.appending(path: "grants.csv")
            try Data(
                "User ID,Email Address,Resource Type,Resource Name,Entitlement\nu1,a@x.org,\(type),Main,read\n".utf8
            ).write(to: url)
            return try await test.importFile(url.path, into: source)
        }
        #expect(try await importType("Database").state == .done)
        #expect(try await importType("DATABASE").state == .done)
        #expect(try await test.catalog.resourceTypes(of: application).map(\.name).contains("DATABASE"))
        #expect(try await importType("DATABASE").revision == nil)
    }

    @Test func `is found by a name in any script`() async throws {
        let (application, source) = try await test.application()
        try await test.importDirectory(Directory(users: ["u1": "Ann"], groups: ["g": ["u1"]]), into: source)
        let ann = try #require(try await test.ids(of: application).accounts["u1"])
        var edits = ResourceEdits()
        edits.name = .set("ÄRZTE")
        try await test.catalog.edit(resource: ann, edits, by: "test")
        try await test.importDirectory(Directory(users: ["u1": "Anna"], groups: ["g": ["u1"]]), into: source)
        var query = ResourceQuery(of: application)
        query.kind = .account
        query.text = "ärzte"
        query.moment = .revision(try #require(try await test.catalog.revisions(of: application, limit: 1).first).number)
        #expect(try await test.catalog.resources(query, PageRequest()).rows.map(\.name) == ["ÄRZTE"])
    }

    @Test func `is worked on by one program at a time`() throws {
        var first: FolderLock? = try FolderLock(test.catalog.folder)
        let isHad = first != nil
        #expect(isHad)
        let isTaken = try FolderLock(test.catalog.folder) == nil
        #expect(isTaken)
        first = nil
        let isFree = try FolderLock(test.catalog.folder) != nil
        #expect(isFree)
    }
}
