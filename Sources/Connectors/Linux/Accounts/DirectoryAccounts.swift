import AccessModel

/// Adds the accounts and groups that live outside the files.
struct DirectoryAccounts {
    let service: NameService

    /// The accounts and groups of `files` and of the directory; what both have is taken from the files.
    ///
    /// - Parameters:
    ///   - users: names of accounts that something refers to. A directory that doesn't list its accounts still knows them.
    ///   - groups: names of groups that something refers to.
    func book(
        adding files: AccountFiles, referredUsers users: [String], referredGroups groups: [String]
    ) async throws -> AccountBook {
        var groupEntries = try await service.groups()
        groupEntries += try await service.groups(
            named: missing(groups, from: files.groups.map(\.name) + groupEntries.map(\.name)))
        var accountEntries = try await service.accounts()
        let listed = files.accounts.map(\.name) + accountEntries.map(\.name)
        let referred = users + (files.groups.flatMap(\.listedMembers) + groupEntries.flatMap(\.members))
        accountEntries += try await service.accounts(named: missing(referred, from: listed))
        accountEntries.removeAll { isTransient($0, files.sources) }
        try await addMemberships(of: accountEntries, in: files, to: &groupEntries)
        return AccountBook(
            accounts: files.accounts
                + accountEntries.map { Account($0, password: .unknown, age: nil, source: .nss) },
            groups: files.groups + groupEntries.map { AccountGroup($0, shadow: nil, source: .nss) })
    }

    /// Adds accounts to the groups that they are in without being in their lists.
    private func addMemberships(
        of accounts: [PasswdEntry], in files: AccountFiles, to groups: inout [GroupEntry]
    ) async throws {
        let people = files.accounts.filter { files.definitions.users.contains($0.uid) }.map(\.name)
        let names = unique(people + accounts.map(\.name))
        let numbers = try await service.groupNumbers(of: names)
        let fileNumbers = Set(files.groups.map(\.gid))
        let known = fileNumbers.union(groups.map(\.gid))
        let unknown = Set(numbers.values.flatMap(\.self)).subtracting(known).sorted()
        groups += try await service.groups(named: unknown.map(String.init))
        let places = Dictionary(groups.indices.map { (groups[$0].gid, $0) }, uniquingKeysWith: { first, _ in first })
        for name in names {
            for gid in numbers[ByteKey(name)] ?? [] where !fileNumbers.contains(gid) {
                if let place = places[gid] { groups[place].members.append(name) }
            }
        }
    }

    /// Whether systemd made the account up while a service runs.
    private func isTransient(_ account: PasswdEntry, _ sources: NameSources) -> Bool {
        sources.passwd.contains("systemd") && (61184...65519).contains(account.uid)
    }

    private func missing(_ names: [String], from known: [String]) -> [String] {
        let known = Set(known.map { ByteKey($0) })
        return unique(names).filter { !known.contains(ByteKey($0)) }
    }

    private func unique(_ names: [String]) -> [String] {
        Set(names.map { ByteKey($0) }).sorted().map(\.text)
    }
}
