import AccessModel
import Logging

extension Inspection {
    /// What sudoers says; no policy when there is no sudoers file, or it can't be read.
    struct Sudo: Sendable {
        var policy: SudoPolicy?
        var coverage = Coverage()
        /// Lines of sudoers that could not be used.
        var errors = 0

        var rules: [SudoPolicy.Rule] { policy?.rules ?? [] }
        var aliases: [SudoPolicy.Alias] { policy?.aliases ?? [] }
    }

    /// Where sudo keeps its rules.
    static let sudoers = "/etc/sudoers"

    /// Whether sudo rules can be listed: whether `/etc/sudoers` is readable or there is none.
    func canReadSudoers() -> Bool {
        do {
            _ = try files.open(Self.sudoers)
            return true
        } catch let error as InspectedRootError {
            return error.isNotFound
        } catch {
            return false
        }
    }

    func readSudo() async throws -> Loaded<Sudo> {
        var reader = SourceReader(files)
        reader.watch(Self.sudoers)
        reader.watch("/etc/sudoers.d")
        guard options.readsSudo else { return try finish(Sudo(), reader) }
        var sudo = Sudo()
        do {
            sudo.policy = try await readSudoPolicy(in: files, given: sudoSurroundings(try await accounts().book))
        } catch SudoersError.unreadable(let path) {
            reader.cover(Coverage(unreadable: [path]))
        }
        if let policy = sudo.policy {
            reader.cover(Coverage(read: [Self.sudoers], unresolved: policy.unresolved))
            reader.remark(policy.problems)
            sudo.errors = policy.problems.count
            if options.requiresComplete, let problem = policy.problems.first {
                throw ServiceError(.permissionDenied, "\(problem) --require-complete does not go on without it.")
            }
        }
        sudo.coverage = reader.coverage
        return try finish(sudo, reader)
    }

    /// The facts that resolving sudoers needs.
    func sudoSurroundings(_ book: AccountBook) -> SudoSurroundings {
        var reader = SourceReader(files)
        let name = readHostName(&reader)
        let service = nameService
        return SudoSurroundings(
            hostName: name.short, fullHostName: name.full,
            localAddresses: files.isForeign ? nil : LocalAddresses.all(),
            userIDs: book.accounts.map { ($0.name, $0.uid, $0.gid) },
            groups: book.groups.indices.map { place in
                (
                    book.groups[place].name, book.groups[place].gid,
                    book.members[place].map { book.accounts[$0.account].name }
                )
            },
            now: now(),
            netgroupMembers: { name in try await service?.netgroup(name) })
    }
}
