/// Everybody whom sudoers can mean, numbered.
///
/// First come the accounts of the host. Behind them come the names that no account of the host has: an account of a
/// directory may still have them, and so may the members of a group that is not known here.
struct SudoAccounts {
    /// The accounts that one element of a list means.
    enum Match {
        case everybody
        case some([Int])
    }

    let names: [[UInt8]]
    /// Elements that mean no account of the host but may mean others, by their place behind `names`.
    private(set) var strangers: [SudoersMember.Subject] = []
    /// How many numbers there are.
    private(set) var count = 0
    private let numbers: [UInt32]
    private var byName: [[UInt8]: [Int]] = [:]
    private var byNumber: [UInt32: [Int]] = [:]
    private var groups: [[UInt8]: [Int]] = [:]
    private var strangerIndices: [SudoersMember.Subject: Int] = [:]
    private let members: [[Int]]
    private let groupNames: [String]
    private let groupNumbers: [UInt32: [Int]]
    private let netgroups: SudoNetgroups
    private let foldsUserNames: Bool
    private let foldsGroupNames: Bool

    /// The invoking user, whoever that is.
    var myself: Int { count - 2 }
    /// Any account that nothing names.
    var others: Int { count - 1 }

    init(
        _ given: SudoSurroundings, netgroups: SudoNetgroups, naming subjects: [SudoersMember.Subject],
        foldsUserNames: Bool, foldsGroupNames: Bool
    ) {
        names = given.userIDs.map { Array($0.name.utf8) }
        numbers = given.userIDs.map(\.uid)
        self.netgroups = netgroups
        self.foldsUserNames = foldsUserNames
        self.foldsGroupNames = foldsGroupNames
        var exact: [[UInt8]: [Int]] = [:]
        for (index, name) in names.enumerated() {
            exact[name, default: []].append(index)
            byName[foldsUserNames ? name.lowercased : name, default: []].append(index)
            byNumber[numbers[index], default: []].append(index)
        }
        members = given.groups.map { $0.members.flatMap { exact[Array($0.utf8)] ?? [] } }
        groupNames = given.groups.map(\.name)
        groupNumbers = Dictionary(grouping: given.groups.indices) { given.groups[$0].gid }
        for (index, group) in given.groups.enumerated() {
            let name = Array(group.name.utf8)
            groups[foldsGroupNames ? name.lowercased : name, default: []].append(index)
        }
        addStrangers(subjects)
    }

    private mutating func addStrangers(_ subjects: [SudoersMember.Subject]) {
        addStranger(.word(Self.root))
        for subject in subjects {
            switch subject {
            case .word, .userGroup: addStranger(subject)
            case .netgroup(let name):
                guard let users = netgroups.users(name) else {
                    addStranger(subject)
                    continue
                }
                for case let user? in users { addStranger(.word(user)) }
            default: break
            }
        }
        count = names.count + strangers.count + 2
    }

    private mutating func addStranger(_ subject: SudoersMember.Subject) {
        guard strangerIndices[subject] == nil, isUnknown(subject) else { return }
        strangerIndices[subject] = names.count + strangers.count
        strangers.append(subject)
    }

    private static let root = Array("root".utf8)

    private func isUnknown(_ subject: SudoersMember.Subject) -> Bool {
        switch subject {
        case .word(let word): users(word).isEmpty
        case .userGroup(let name): group(name) == nil
        default: true
        }
    }

    /// Whom an element of a user list means.
    func match(_ subject: SudoersMember.Subject) -> Match {
        switch subject {
        case .all: return .everybody
        case .myself: return .some([myself])
        case .word(let word), .alias(let word): return .some(users(word, orStranger: .word(word)))
        case .userGroup(let name):
            guard let group = group(name) else { return .some(stranger(subject)) }
            return .some(group.flatMap { members[$0] })
        case .netgroup(let name): return match(netgroup: name)
        case .network, .command: return .some([])
        }
    }

    private func match(netgroup name: [UInt8]) -> Match {
        guard let users = netgroups.users(name) else { return .some(stranger(.netgroup(name))) }
        if users.contains(where: { $0 == nil }) { return .everybody }
        return .some(users.compactMap { $0 }.flatMap { self.users($0, orStranger: .word($0)) })
    }

    private func users(_ word: [UInt8], orStranger subject: SudoersMember.Subject) -> [Int] {
        let known = users(word)
        return known.isEmpty ? stranger(subject) : known
    }

    private func stranger(_ subject: SudoersMember.Subject) -> [Int] {
        strangerIndices[subject].map { [$0] } ?? []
    }

    /// The accounts of the host that a name or `#` and a number means.
    func users(_ word: [UInt8]) -> [Int] {
        if let number = Self.number(word) {
            if let known = byNumber[number] { return known }
            return number == 0 ? users(Self.root) : []
        }
        return byName[foldsUserNames ? word.lowercased : word] ?? []
    }

    /// The groups of the host that `%name` or `%#number` means; nil when there is none.
    func group(_ name: [UInt8]) -> [Int]? {
        let text = Array(name.dropFirst())
        if let number = Self.number(text) { return groupNumbers[number] }
        return groups[foldsGroupNames ? text.lowercased : text]
    }

    /// The name of a group of the host by its place.
    func groupName(_ index: Int) -> String { groupNames[index] }

    /// Whether one of the accounts is root.
    func containsRoot(_ accounts: AccountSet) -> Bool {
        let roots = (byNumber[0] ?? []) + users(Self.root, orStranger: .word(Self.root))
        return (roots + stranger(.word(Array("#0".utf8)))).contains { accounts.contains($0) }
    }

    /// Those whom the last matching element of a list allows.
    func allowed(
        by items: [SudoersExpansion.Item], in expansion: SudoersExpansion, _ work: inout SudoWork
    ) throws -> AccountSet {
        var allowed = AccountSet(count: count)
        var undecided = AccountSet(allOf: count)
        try work.spend(words: allowed.byteCount / 4)
        for item in items.reversed() {
            switch match(expansion.subject(of: item)) {
            case .everybody:
                if !item.isNegated { allowed.formUnion(undecided) }
                return allowed
            case .some(let indices):
                try work.spend(words: indices.count + 1)
                for index in indices where undecided.contains(index) {
                    undecided.remove(index)
                    if !item.isNegated { allowed.insert(index) }
                }
            }
        }
        return allowed
    }

    /// The number of `#1001`, as sudo reads it; -1 stands for no account.
    static func number(_ text: [UInt8]) -> UInt32? {
        guard text.first == .init(ascii: "#") else { return nil }
        var digits = text.dropFirst()
        let isNegative = digits.first == .init(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            value = value * 10 + Int64(digit - .init(ascii: "0"))
            guard value <= Int64(UInt32.max) else { return nil }
        }
        if isNegative, value > -Int64(Int32.min) { return nil }
        let id = UInt32(truncatingIfNeeded: isNegative ? -value : value)
        return id == .max ? nil : id
    }
}

/// How much resolving may still do; foreign files must not keep it busy for ever.
struct SudoWork {
    /// About ten seconds.
    private var wordsLeft = 2_000_000_000
    private var bytesLeft = 256 << 20

    mutating func spend(words: Int) throws {
        wordsLeft -= words
        guard wordsLeft >= 0 else { throw SudoersLimitExceeded(path: "sudoers", limit: "can be worked out") }
    }

    mutating func keep(bytes: Int) throws {
        bytesLeft -= bytes
        guard bytesLeft >= 0 else { throw SudoersLimitExceeded(path: "sudoers", limit: "fits into memory") }
    }
}
