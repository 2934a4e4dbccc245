import AccessModel
import Foundation
import Testing

@testable import C1Z

/// A sync of five pages that can be stopped anywhere.
private enum Walk {
    static let pages = 5

    /// Writes the pages that are missing; `stop` is asked before and after each commit.
    static func go(_ file: String, in folder: String? = nil, stop: (String) -> Void = { _ in }) throws {
        let writer = try C1ZFile.write(file, options: options(in: folder))
        let run =
            try writer.latestUnfinishedSync(of: .full, now: noon.seconds).map { try writer.resumeSync($0.id) }
            ?? writer.startSync(.full, parent: "")
        for page in (Int(run.token) ?? 0)..<pages {
            try writer.put(Sample.resource("u\(page)"))
            try writer.put(Sample.membership("g\(page)", expanding: page == 2 ? ["x"] : nil))
            stop("put \(page)")
            try writer.commit(reaching: String(page + 1))
            stop("commit \(page)")
        }
        _ = try writer.deleteOldSyncs()
        stop("clean")
        try writer.endSync()
        stop("end")
        _ = try writer.save()
    }
}

@Suite struct `a killed writer` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.file("sync.c1z")
    }

    private func reference() throws -> Contents {
        let other = try TemporaryFolder()
        try Walk.go(other.file("sync.c1z"))
        return try Contents(of: nil, in: C1ZFile.open(other.file("sync.c1z")))
    }

    @Test(arguments: ["put 0", "commit 0", "put 2", "commit 2", "put 4", "commit 4", "clean"])
    func `is gone on from`(stop: String) async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String, stop = stop as String] in
            try Walk.go(file) { if $0 == stop { kill(getpid(), SIGKILL) } }
        }
        #expect(!FileManager.default.fileExists(atPath: file))
        let writer = try C1ZFile.write(file, options: options())
        #expect(writer.isContinuation)
        let done = stop == "clean" ? 5 : (Int(stop.suffix(1)) ?? 0) + (stop.hasPrefix("commit") ? 1 : 0)
        // The first sync's row is committed with its first page.
        let runs = try writer.syncRuns()
        #expect(runs.map(\.token) == (done == 0 ? [] : [String(done)]))
        let contents = try Contents(of: nil, in: writer)
        #expect(contents.count(.resource) == done && contents.count(.grant) == done)
        withExtendedLifetime(writer) {}
    }

    @Test(arguments: ["put 1", "commit 3", "clean", "end"])
    func `loses nothing`(stop: String) async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String, stop = stop as String] in
            try Walk.go(file) { if $0 == stop { kill(getpid(), SIGKILL) } }
        }
        if stop == "end" {
            _ = try C1ZFile.write(file, options: options()).save()
        } else {
            try Walk.go(file)
        }
        #expect(try Contents(of: nil, in: C1ZFile.open(file)) == reference())
        #expect(folder.names == ["sync.c1z"])
    }

    @Test func `leaves the file as it was`() async throws {
        try Walk.go(file)
        let before = try content(of: file)
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            try Walk.go(file) { if $0 == "end" { kill(getpid(), SIGKILL) } }
        }
        #expect(try content(of: file) == before)
        #expect(try C1ZFile.open(file).syncRuns().count == 1)
    }

    @Test func `isn't gone on from when the file changed`() async throws {
        try Walk.go(file)
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            try Walk.go(file) { if $0 == "commit 2" { kill(getpid(), SIGKILL) } }
        }
        let other = try content(of: Fixture.named("basic-sqlite").path)
        try Data(other).write(to: URL(filePath: file))
        let writer = try C1ZFile.write(file, options: options())
        #expect(!writer.isContinuation)
        #expect(
            try writer.syncRuns().map(\.id) == C1ZFile.open(Fixture.named("basic-sqlite").path).syncRuns().map(\.id))
        writer.discard()
        #expect(folder.names == ["sync.c1z"])
    }

    @Test func `isn't gone on from when the file is gone`() async throws {
        try Walk.go(file)
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            try Walk.go(file) { if $0 == "commit 2" { kill(getpid(), SIGKILL) } }
        }
        try FileManager.default.removeItem(atPath: file)
        let writer = try C1ZFile.write(file, options: options())
        #expect(!writer.isContinuation)
        #expect(try writer.syncRuns().isEmpty)
        writer.discard()
    }

    @Test func `leaves a file alone that somebody else has replaced`() throws {
        try Walk.go(file)
        let writer = try C1ZFile.write(file, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.endSync()
        let other = folder.file("other.c1z")
        try Walk.go(other)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: other))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: other, toPath: file)
        let error = #expect(throws: C1ZError.self) { try writer.save() }
        #expect(error?.code == .conflict)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes)
    }

    @Test func `keeps others out wherever their working copies are`() throws {
        let places = try ["one", "two"].map { name in
            let place = folder.file(name)
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            return place
        }
        let writer = try C1ZFile.write(file, options: options(in: places[0]))
        for place in [places[1], nil] {
            let error = #expect(throws: C1ZError.self) { try C1ZFile.write(file, options: options(in: place)) }
            #expect(error?.code == .busy)
        }
        writer.discard()
        #expect(folder.names == ["one", "two"])
    }

    @Test(arguments: [true, false]) func `leaves a link to its file a link`(exists: Bool) throws {
        let link = folder.file("link.c1z")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "sync.c1z")
        if exists { try Walk.go(file) }
        try Walk.go(link)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "sync.c1z")
        #expect(try C1ZFile.open(file).syncRuns().count == (exists ? 2 : 1))
    }

    @Test func `may have had its working copy elsewhere`() async throws {
        let work = folder.file("work")
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: false)
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String, work = work as String] in
            try Walk.go(file, in: work) { if $0 == "commit 2" { kill(getpid(), SIGKILL) } }
        }
        // Beside the file is only the lock.
        #expect(folder.names == [".sync.c1z.work", "work"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file(".sync.c1z.work")).isEmpty)
        // A file of the same name in another folder has a working copy of its own.
        let other = try TemporaryFolder()
        let writer = try C1ZFile.write(other.file("sync.c1z"), options: options(in: work))
        #expect(!writer.isContinuation)
        writer.discard()
        try Walk.go(file, in: work)
        #expect(try Contents(of: nil, in: C1ZFile.open(file)) == reference())
        #expect(try FileManager.default.contentsOfDirectory(atPath: work).isEmpty)
        #expect(folder.names == ["sync.c1z", "work"])
    }

    @Test func `leaves an export that is begun afresh`() async throws {
        let source = try Fixture.named("multi-sqlite").path
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            let writer = try SQLiteWriter(file, options: options())
            _ = try writer.startSync(.full, parent: "")
            try writer.put(Sample.resource("u"))
            try writer.commit(reaching: "1")
            kill(getpid(), SIGKILL)
        }
        let reader = try C1ZFile.open(source)
        let run = try #require(try reader.latestFinishedSync())
        try SyncExport.write(run, from: reader, to: file)
        #expect(try C1ZFile.open(file).syncRuns() == [run])
    }
}

@Suite struct `a second writer` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.file("sync.c1z")
    }

    @Test func `of one process is told that the file is in use`() throws {
        let first = try C1ZFile.write(file, options: options())
        let failure = failure { _ = try C1ZFile.write(file, options: options()) }
        #expect(failure?.code == .busy && failure?.isClear == true)
        _ = try first.startSync(.full, parent: "")
        try first.endSync()
        _ = try first.save()
        #expect(try C1ZFile.write(file, options: options()).syncRuns().count == 1)
    }

    @Test func `of another process is told that the file is in use`() async throws {
        let first = try C1ZFile.write(file, options: options())
        await #expect(processExitsWith: .exitCode(7)) { [file = file as String] in
            exit(failure { _ = try C1ZFile.write(file, options: options()) }?.code == .busy ? 7 : 8)
        }
        first.discard()
        await #expect(processExitsWith: .exitCode(7)) { [file = file as String] in
            try C1ZFile.write(file, options: options()).discard()
            exit(7)
        }
    }

    @Test func `doesn't keep others from reading`() throws {
        try Walk.go(file)
        let writer = try C1ZFile.write(file, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.commit(reaching: "x")
        #expect(try C1ZFile.open(file).syncRuns().count == 1)
        writer.discard()
    }
}

@Suite struct `a working copy` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `isn't made where something else is`() throws {
        let file = folder.file("sync.c1z")
        let place = folder.file(".sync.c1z.work")
        for destination in [folder.file("none"), folder.path] {
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: destination)
            let failure = failure { _ = try C1ZFile.write(file) }
            #expect(failure?.code == .failed && failure?.isClear == true)
            try FileManager.default.removeItem(atPath: place)
        }
        _ = try folder.file(".sync.c1z.work", holding: [1])
        #expect(failure { _ = try C1ZFile.write(file) }?.isClear == true)
        #expect(try content(of: place) == [1])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to make another user's folder"))
    func `of another user isn't used`() throws {
        let place = folder.file(".sync.c1z.work")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try #require(chown(place, 12_345, 12_345) == 0)
        #expect(
            failure { _ = try C1ZFile.write(folder.file("sync.c1z")) }?.description.contains("another user") == true)
    }

    @Test func `can't be read by others`() throws {
        let writer = try C1ZFile.write(folder.file("sync.c1z"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(".sync.c1z.work"))
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        writer.discard()
        #expect(folder.names.isEmpty)
    }

    @Test func `with old side files is begun afresh`() throws {
        let file = folder.file("sync.c1z")
        let place = folder.file(".sync.c1z.work")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        for name in ["db-wal", "db-shm", "db-journal", "db.new"] {
            _ = try folder.file(".sync.c1z.work/\(name)", holding: Array(repeating: 7, count: 5000))
        }
        try Walk.go(file)
        #expect(folder.names == ["sync.c1z"])
    }
}
