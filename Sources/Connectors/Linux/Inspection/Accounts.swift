import AccessModel
import ChildProcesses
import Logging

extension Inspection {
    /// Accounts, groups and what is said of all of them.
    struct Accounts: Sendable {
        var book: AccountBook
        var definitions: LoginDefinitions
        var shells: LoginShells
        var sources: NameSources
        var subordinateUsers: [ByteKey: [String]]
        var addresses: [ByteKey: String]
        var coverage: Coverage

        /// Whether the account at `place` is one of those that are listed.
        func lists(_ place: Int, _ options: Options) -> Bool {
            options.includesSystemAccounts || definitions.users.contains(book.accounts[place].uid)
        }

        /// The ranges of user ids that an account may hand out.
        func subordinateRanges(of account: Account) -> [String] {
            (subordinateUsers[ByteKey(account.name)] ?? []) + (subordinateUsers[ByteKey(String(account.uid))] ?? [])
        }
    }

    /// Asks the directory, when there is one.
    var nameService: NameService? { commands.map(NameService.init) }

    func readAccounts() async throws -> Loaded<Accounts> {
        var reader = SourceReader(files)
        let read = try AccountFiles(from: &reader)
        let book = try await book(of: read, &reader)
        return try finish(
            Accounts(
                book: book, definitions: read.definitions, shells: read.shells, sources: read.sources,
                subordinateUsers: read.subordinateUsers, addresses: read.addresses, coverage: reader.coverage), reader)
    }

    private func book(of read: AccountFiles, _ reader: inout SourceReader) async throws -> AccountBook {
        let plain = AccountBook(accounts: read.accounts, groups: read.groups)
        guard let nameService, usesDirectory(read) else { return plain }
        let referred = try await referredNames(plain)
        reader.cover(Coverage(read: ["getent passwd", "getent group"]))
        do {
            return try await DirectoryAccounts(service: nameService).book(
                adding: read, referredUsers: referred.users, referredGroups: referred.groups)
        } catch let error as CommandError {
            // Half a directory would look like the removal of the other half.
            throw ServiceError(.unavailable, "accounts: \(error)")
        }
    }

    private func usesDirectory(_ read: AccountFiles) -> Bool {
        switch options.accountSource {
        case .files: false
        case .nss: true
        case .auto:
            read.sources.reachBeyondFiles || (read.hasCompatibilityEntries && read.sources.passwd.contains("compat"))
        }
    }

    /// Names that sudoers and sshd refer to; a directory may know them without listing them.
    private func referredNames(_ book: AccountBook) async throws -> (users: [String], groups: [String]) {
        var users: [String] = []
        var groups = options.rootEquivalentGroups
        if options.readsSudo, let policy = try? await readSudoPolicy(in: files, given: sudoSurroundings(book)) {
            for holder in policy.rules.flatMap(\.holders) + policy.aliases.flatMap(\.members) {
                if case .user(let name) = holder { users.append(name) }
                if case .group(let name) = holder { groups.append(name) }
            }
        }
        var reader = SourceReader(files)
        if let daemon = readDaemonConfiguration(&reader) {
            let settings = [daemon.global] + daemon.blocks.map(\.settings)
            users += settings.flatMap { $0.list("allowusers") }.filter { !$0.contains { "*?@!".contains($0) } }
            groups += settings.flatMap { $0.list("allowgroups") }.filter { !$0.contains { "*?!".contains($0) } }
        }
        users += readSessions(&reader).keys.sorted().map(\.text)
        return (users, groups)
    }
}
