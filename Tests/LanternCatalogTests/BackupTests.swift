import Foundation
import GRDB
import Testing

@testable import LanternCatalog

@Suite struct `a backup` {
    @Test func `leaves what is of an older version as it is`() async throws {
        let test = try TestCatalog()
        let folder = try DataFolder(test.url.appending(path: "old").path)
        let old = try DatabaseQueue(path: folder.catalog)
        try Schema.migrator.migrate(old, upTo: "11: icons")
        try old.close()
        let error = #expect(throws: CatalogError.self) { try SQLiteCatalog(in: folder, tables: .upToDate) }
        #expect(error?.description.contains("older Lantern") == true)
        let catalog = try SQLiteCatalog(in: folder, tables: .ofAnyVersion)
        let copy = try DataFolder(test.url.appending(path: "copy").path)
        try catalog.copyDatabase(to: copy.catalog)
        try catalog.close()
        for path in [folder.catalog, copy.catalog] {
            let queue = try DatabaseQueue(path: path)
            #expect(try await queue.read { try Schema.migrator.appliedMigrations($0).last } == "11: icons")
        }
        #expect(try await SQLiteCatalog(in: copy).applicationCount() == 0)
    }

    @Test func `holds what was there, with the files that it came from`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        let directory = Directory(users: ["ann": "Ann"], groups: ["staff": ["ann"]])
        try await test.importDirectory(directory, into: source)
        let other = try TestCatalog()
        let folder = try DataFolder(other.url.appending(path: "copy").path)
        let hashes = try await test.catalog.uploadHashes()
        #expect(try test.catalog.folder.copyFiles(hashes, to: folder).isEmpty)
        try test.catalog.copyDatabase(to: folder.catalog)
        // What comes later is not in it.
        try await test.importDirectory(Directory(), into: source)

        let copy = try SQLiteCatalog(in: folder)
        defer { try? copy.close() }
        #expect(try await copy.integrityProblems().isEmpty)
        #expect(folder.missingFiles(try await copy.uploadHashes()).isEmpty)
        #expect(try await copy.application(application).counts.accounts == 1)
        #expect(try await test.catalog.application(application).counts.accounts == 0)
        for hash in hashes { unlink(folder.upload(hash)) }
        #expect(folder.missingFiles(hashes) == hashes.sorted())
    }
}
