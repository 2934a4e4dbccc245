import AccessModel
import BatonWire
import C1Z
import Foundation
import SyncEngine
import Synchronization
import Testing
import WireForm

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

private var application: SmallDirectory {
    var application = DirectoryFile.application(
        [
            DirectoryFile.all(.user), DirectoryFile.id("staff"), DirectoryFile.value("b-cyd", of: "badge"),
            DirectoryFile.value("g-ops", of: "code", .group),
        ], expanding: ["bid:e:group/described:member"])
    application.pageSize = 2
    return application
}

@Suite struct `a sync with identities of another file that was stopped` {
    private static func sync(_ external: String, into file: String? = nil) throws -> TestSync {
        var sync = try TestSync(into: file)
        sync.external = ExternalResources(file: external)
        return sync
    }

    @Test func `by a kill at any moment comes to the same end`() async throws {
        let external = try await DirectoryFile().file
        let undisturbed = try await Self.sync(external).contents(of: application.client)
        #expect(undisturbed.rows(.grant).count > 8)
        let looks = Notes<Int>()
        var probe = try eventfulSync(into: Temporary.path()) { looks.add($0) }
        probe.external = ExternalResources(file: external)
        try await probe.run(application.client)
        for moment in stride(from: 1, through: looks.count, by: 2) {
            let file = try Temporary.path()
            await #expect(processExitsWith: .signal(SIGKILL), "at \(moment) of \(looks.count)") {
                [file = file as String, moment = moment as Int, external = external as String] in
                var sync = try eventfulSync(into: file) { number in
                    if number == moment { kill(getpid(), SIGKILL) }
                }
                sync.external = ExternalResources(file: external)
                try await sync.run(application.client)
            }
            expectSame(
                try await Self.sync(external, into: file).contents(of: application.client), as: undisturbed,
                "killed at \(moment)")
        }
    }

    @Test func `by cancellation at any report comes to the same end`() async throws {
        let external = try await DirectoryFile().file
        let undisturbed = try await Self.sync(external).contents(of: application.client)
        let probe = try Self.sync(external)
        try await probe.run(application.client)
        for moment in 1...probe.progress.all.count {
            var sync = try Self.sync(external)
            let cancel = Mutex<(@Sendable () -> Void)?>(nil)
            sync.progress = ProgressBook { _, number in
                if number == moment { cancel.withLock { $0 }?() }
            }
            let gate = AsyncStream<Void>.makeStream()
            let task = Task { [sync] in
                for await _ in gate.stream { break }
                return try await sync.run(application.client)
            }
            cancel.withLock { $0 = { task.cancel() } }
            gate.continuation.yield()
            _ = await task.result
            expectSame(
                try await Self.sync(external, into: sync.file).contents(of: application.client), as: undisturbed,
                "stopped at \(moment)")
        }
    }

    @Test func `by damage in the other file has nothing of it, and comes to the same end without it`() async throws {
        let external = try await DirectoryFile().file
        let undisturbed = try await Self.sync(external).contents(of: application.client)
        let place = try Temporary.path(named: "directory.c1z")
        try C1ZFile.open(external).copyWithDamagedGrant(to: place)
        let first = try Self.sync(place)
        let error = try await first.failure(of: application.client)
        #expect("\(error)".contains(place) && "\(error)".contains("is damaged"))
        let unfinished = try Contents(of: first.file, sync: try #require(try first.unfinished()).id)
        #expect(unfinished.ids(.resource).allSatisfy { $0.hasPrefix("role/") })
        #expect(unfinished.ids(.grant).count == 4)
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.copyItem(atPath: external, toPath: place)
        let again = try Self.sync(place, into: first.file)
        #expect(try await again.run(application.client).isResumed)
        expectSame(try Contents(of: first.file), as: undisturbed)
    }

    @Test func `is left alone by one without them or with others`() async throws {
        let external = try await DirectoryFile().file
        var broken = application.client
        broken.grants = { _ in throw ServiceError(.internal, "boom") }
        let first = try Self.sync(external)
        _ = try await first.failure(of: broken)
        let unfinished = try #require(try first.unfinished())
        #expect(try await !TestSync(into: first.file).run(application.client).isResumed)
        var fewer = try Self.sync(external, into: first.file)
        fewer.external?.traits = [.user]
        #expect(try await !fewer.run(application.client).isResumed)
        let again = try await Self.sync(external, into: first.file).run(application.client)
        #expect(again.isResumed && again.syncID == unfinished.id)
    }
}

extension C1ZReader {
    /// Copies the latest sync into a new file; the first grant has an annotation there that is none.
    fileprivate func copyWithDamagedGrant(to file: String) throws {
        let writer = try C1ZFile.write(file)
        _ = try writer.startSync(.full, parent: "")
        for kind in RecordKind.allCases {
            var records: [[UInt8]] = []
            try read(kind, of: latestFinishedSync()?.id, where: .all) { records.append(Array($0.data)) }
            if kind == .grant {
                var damaged = WireWriter()
                records[0].withUnsafeBytes { damaged.append($0) }
                damaged.field(4, [0xFF])
                records[0] = damaged.bytes
            }
            var batch = RecordBatch(kind)
            for record in records { try record.withUnsafeBytes { try batch.append($0) } }
            try writer.put(batch)
        }
        try writer.endSync()
        _ = try writer.save()
    }
}
