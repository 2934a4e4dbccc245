import Foundation
import Testing

@testable import LanternCatalog

@Suite struct `a backup` {
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
