import AccessModel

/// All accounts and groups, in byte order of their names.
struct AccountBook: Sendable {
    /// A member of a group.
    struct Member: Sendable, Equatable {
        /// Its place among the accounts.
        let account: Int
        /// Whether the group is the account's own, which no list of members shows.
        let isPrimary: Bool
    }

    let accounts: [Account]
    let groups: [AccountGroup]
    /// The members of each group, in the order of the accounts.
    let members: [[Member]]
    /// How many listed members of each group are no account.
    let danglingMembers: [Int]
    /// The groups each account is in.
    let memberships: [[Int]]
    private let accountPlaces: [ByteKey: Int]
    private let groupPlaces: [ByteKey: Int]
    private let accountsByNumber: [UInt32: [Int]]
    private let groupByNumber: [UInt32: Int]

    /// - Parameters:
    ///   - accounts: in the order in which they were found; of several with one name the first counts.
    ///   - groups: likewise. A number that several have belongs to the first.
    init(accounts found: [Account], groups foundGroups: [AccountGroup]) {
        accounts = Self.distinct(found, by: \.name)
        groups = Self.distinct(foundGroups, by: \.name)
        let accountPlaces = Dictionary(
            uniqueKeysWithValues: accounts.indices.map { [accounts] in (ByteKey(accounts[$0].name), $0) })
        let groupPlaces = Dictionary(
            uniqueKeysWithValues: groups.indices.map { [groups] in (ByteKey(groups[$0].name), $0) })
        groupByNumber = Dictionary(
            foundGroups.compactMap { group in groupPlaces[ByteKey(group.name)].map { (group.gid, $0) } },
            uniquingKeysWith: { first, _ in first })
        accountsByNumber = Dictionary(grouping: accounts.indices) { [accounts] in accounts[$0].uid }
        self.accountPlaces = accountPlaces
        self.groupPlaces = groupPlaces

        var isMember = [[Int: Bool]](repeating: [:], count: groups.count)
        var dangling = [Int](repeating: 0, count: groups.count)
        for (place, group) in groups.enumerated() {
            for name in Set(group.listedMembers.map { ByteKey($0) }) {
                if let account = accountPlaces[name] { isMember[place][account] = false } else { dangling[place] += 1 }
            }
        }
        for (place, account) in accounts.enumerated() {
            if let group = groupByNumber[account.gid] { isMember[group][place] = true }
        }
        danglingMembers = dangling
        members = isMember.map { members in
            members.map { Member(account: $0.key, isPrimary: $0.value) }.sorted { $0.account < $1.account }
        }
        var memberships = [[Int]](repeating: [], count: accounts.count)
        for (group, members) in members.enumerated() {
            for member in members { memberships[member.account].append(group) }
        }
        self.memberships = memberships
    }

    /// The place of the account `name`.
    func account(_ name: String) -> Int? { accountPlaces[ByteKey(name)] }

    /// The place of the group `name`.
    func group(_ name: String) -> Int? { groupPlaces[ByteKey(name)] }

    /// The places of all accounts with this number.
    func accounts(numbered uid: UInt32) -> [Int] { accountsByNumber[uid] ?? [] }

    /// The place of the group with this number.
    func group(numbered gid: UInt32) -> Int? { groupByNumber[gid] }

    /// The names of the groups that an account is in.
    func groupNames(ofAccount place: Int) -> [String] { memberships[place].map { groups[$0].name } }

    private static func distinct<Entry>(_ entries: [Entry], by name: (Entry) -> String) -> [Entry] {
        var seen: Set<ByteKey> = []
        return entries.filter { seen.insert(ByteKey(name($0))).inserted }
            .sorted { name($0).utf8.lexicographicallyPrecedes(name($1).utf8) }
    }
}
