import AccessModel
import CommandLineKit
import LanternCatalog
import LanternSignIn

/// `lantern backup`, `lantern restore` and `lantern doctor`.
struct Keeping: Sendable {
    private let path: String

    init(_ flags: ParsedFlags) {
        path = flags.string("data-dir")
    }

    /// Copies everything into a new folder, while the server may be running.
    func backup(to path: String) async throws {
        try await copy(DataFolder(used: self.path), to: path, done: "backed up")
    }

    /// Puts a backup into the data folder, which must not hold anything yet.
    func restore(from path: String) async throws {
        let source = try DataFolder(used: path, otherwise: "holds no backup.")
        let folder = try DataFolder(self.path)
        guard !folder.isUsed else {
            throw CatalogError(
                .failedPrecondition,
                "\(folder.path): holds data already. Move it away first, or name another --data-dir.")
        }
        try await copy(source, to: folder.path, done: "restored")
    }

    private func copy(_ source: DataFolder, to path: String, done: String) async throws {
        let target = try DataFolder(path)
        guard !target.isUsed else {
            throw CatalogError(.alreadyExists, "\(path): holds data already. Name a new folder.")
        }
        // Nothing is changed in what is copied, whatever version of the program wrote it.
        let catalog = try SQLiteCatalog(in: source, tables: .ofAnyVersion)
        defer { try? catalog.close() }
        let signIn = try SignIn(at: source.accounts, isBroughtUpToDate: false)
        defer { try? signIn.close() }
        try signIn.copyDatabase(to: target.accounts)
        try catalog.copyDatabase(to: target.catalog)
        // The files that the copy names: more may have come meanwhile.
        let copied = try SQLiteCatalog(in: target)
        defer { try? copied.close() }
        let missing = try source.copyFiles(try await copied.uploadHashes(), to: target)
        try source.copySecretKey(to: target)
        var text = "\(source.path): \(done) to \(path).\n"
        if !missing.isEmpty { text += "\(missing.count) uploaded files were gone before; their imports are kept.\n" }
        StandardStreams.process.output(text)
    }

    /// Looks whether everything is sound.
    func examine() async throws {
        let folder = try DataFolder(used: path)
        let catalog = try SQLiteCatalog(in: folder, tables: .upToDate)
        defer { try? catalog.close() }
        let signIn = try SignIn(at: folder.accounts)
        defer { try? signIn.close() }
        var problems: [String] = []
        for problem in try await catalog.integrityProblems() { problems.append("\(folder.catalog): \(problem)") }
        for problem in try await signIn.integrityProblems() { problems.append("\(folder.accounts): \(problem)") }
        let hashes = try await catalog.uploadHashes()
        for hash in folder.missingFiles(hashes) { problems.append("\(folder.upload(hash)): an uploaded file is gone.") }
        for source in try await catalog.externalSources() where !source.sealedSecret.isEmpty {
            do { _ = try SecretBox(in: folder, makingKey: false).unseal(source.sealedSecret, of: source.id) } catch {
                problems.append("\(source.name): \(error)")
            }
        }
        if try await signIn.isNew() {
            StandardStreams.process.output("Nobody can sign in yet: the server prints a link when it starts.\n")
        }
        let count = try await catalog.applicationCount()
        StandardStreams.process.output("\(count) applications, \(hashes.count) uploaded files\n")
        guard problems.isEmpty else {
            throw CatalogError(.dataLoss, problems.joined(separator: "\n") + "\nRestore a backup: lantern restore.")
        }
        StandardStreams.process.output("Everything is sound.\n")
    }
}
