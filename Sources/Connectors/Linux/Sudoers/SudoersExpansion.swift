/// Replaces aliases by what they stand for.
///
/// In a list the last matching element decides. A list without aliases decides the same as the nested one when the
/// signs of an alias and its members are multiplied, and when of equal elements only the last is kept: so no list is
/// longer than there are different elements, however deep aliases are nested.
struct SudoersExpansion {
    /// One element of a list without aliases.
    struct Item: Hashable, Sendable {
        /// Its place in `subjects`.
        var subject: Int32
        var isNegated: Bool
    }

    /// Elements of all lists together.
    static let mostItems = 4_000_000

    private let aliases: [SudoersSource.AliasKey: SudoersAlias]
    private(set) var subjects: [SudoersMember.Subject] = []
    private var indices: [SudoersMember.Subject: Int32] = [:]
    private var expanded: [SudoersSource.AliasKey: [Item]] = [:]
    private(set) var cyclic: Set<SudoersSource.AliasKey> = []
    /// Aliases of which more may be said here than sudo would: circles that take something away.
    private var loose: Set<SudoersSource.AliasKey> = []
    /// One alias of each circle.
    private(set) var circles: [SudoersAlias] = []
    private var itemsLeft: Int

    init(_ aliases: [SudoersSource.AliasKey: SudoersAlias], atMost items: Int = mostItems) {
        self.aliases = aliases
        itemsLeft = items
    }

    /// The elements of `members`, each once.
    mutating func items(of members: [SudoersMember], _ kind: SudoersAliasKind) throws -> [Item] {
        for case .alias(let name) in members.lazy.map(\.subject) {
            let key = SudoersSource.AliasKey(kind: kind, name: name)
            if aliases[key] != nil, expanded[key] == nil { try expand(key) }
        }
        return try flatten(members, kind)
    }

    func alias(_ name: [UInt8], _ kind: SudoersAliasKind) -> SudoersAlias? {
        aliases[SudoersSource.AliasKey(kind: kind, name: name)]
    }

    func subject(of item: Item) -> SudoersMember.Subject { subjects[Int(item.subject)] }

    /// Whether a list that was expanded may stand for less than its elements say.
    func isLoose(_ members: [SudoersMember], _ kind: SudoersAliasKind) -> Bool {
        guard !loose.isEmpty else { return false }
        return members.contains { member in
            guard case .alias(let name) = member.subject else { return false }
            return loose.contains(SudoersSource.AliasKey(kind: kind, name: name))
        }
    }

    /// The place of a subject in `subjects`, where it is put if it is new.
    mutating func index(of subject: SudoersMember.Subject) -> Int32 {
        if let index = indices[subject] { return index }
        let index = Int32(subjects.count)
        subjects.append(subject)
        indices[subject] = index
        return index
    }

    /// All aliases directly in `members` are expanded already, or in the cycle that is left out.
    private mutating func flatten(_ members: [SudoersMember], _ kind: SudoersAliasKind) throws -> [Item] {
        var items: [Item] = []
        for member in members {
            guard case .alias(let name) = member.subject else {
                items.append(Item(subject: index(of: member.subject), isNegated: member.isNegated))
                continue
            }
            let key = SudoersSource.AliasKey(kind: kind, name: name)
            if let inner = expanded[key] {
                try spend(inner.count)
                // Taking away twice gives: of a circle that takes away, all that it names may be given.
                let isGiven = member.isNegated && loose.contains(key)
                items += inner.lazy.map {
                    Item(subject: $0.subject, isNegated: !isGiven && $0.isNegated != member.isNegated)
                }
            } else if aliases[key] == nil, kind != .command {
                // To sudo the name of no alias is the name of a user, group or host.
                items.append(Item(subject: index(of: .word(name)), isNegated: member.isNegated))
            }
        }
        return try lastOccurrences(items)
    }

    private mutating func lastOccurrences(_ items: [Item]) throws -> [Item] {
        try spend(items.count)
        guard items.count > 1 else { return items }
        var seen: Set<Int32> = []
        seen.reserveCapacity(items.count)
        let kept = items.reversed().filter { seen.insert($0.subject).inserted }
        return kept.reversed()
    }

    private mutating func spend(_ count: Int) throws {
        itemsLeft -= count
        guard itemsLeft >= 0 else {
            throw SudoersLimitExceeded(path: "sudoers", limit: "can be worked out behind its aliases")
        }
    }
}

extension SudoersExpansion {
    /// Tarjan's walk, which finishes an alias after those it names; without recursion, for chains may be long.
    private struct Walk {
        var path: [(key: SudoersSource.AliasKey, next: Int)] = []
        var order: [SudoersSource.AliasKey: Int] = [:]
        var lowest: [SudoersSource.AliasKey: Int] = [:]
        var open: [SudoersSource.AliasKey] = []

        mutating func enter(_ key: SudoersSource.AliasKey) {
            lowest[key] = order.count
            order[key] = order.count
            path.append((key, 0))
            open.append(key)
        }

        mutating func lower(_ key: SudoersSource.AliasKey, to value: Int) {
            lowest[key] = min(lowest[key] ?? value, value)
        }
    }

    private mutating func expand(_ root: SudoersSource.AliasKey) throws {
        var walk = Walk()
        walk.enter(root)
        while let (key, next) = walk.path.last {
            guard let members = aliases[key]?.members, next < members.count else {
                try leave(key, &walk)
                continue
            }
            walk.path[walk.path.count - 1].next += 1
            guard case .alias(let name) = members[next].subject else { continue }
            let child = SudoersSource.AliasKey(kind: key.kind, name: name)
            guard aliases[child] != nil, expanded[child] == nil else { continue }
            if let order = walk.order[child] {
                walk.lower(key, to: order)
            } else {
                walk.enter(child)
            }
        }
    }

    private mutating func leave(_ key: SudoersSource.AliasKey, _ walk: inout Walk) throws {
        walk.path.removeLast()
        guard let lowest = walk.lowest[key] else { return }
        if let parent = walk.path.last?.key { walk.lower(parent, to: lowest) }
        guard lowest == walk.order[key], let start = walk.open.lastIndex(of: key) else { return }
        let component = Array(walk.open[start...])
        walk.open.removeSubrange(start...)
        try finish(component)
    }

    private mutating func finish(_ component: [SudoersSource.AliasKey]) throws {
        if component.count == 1, let alias = aliases[component[0]],
            !alias.members.contains(where: { $0.subject == .alias(alias.name) })
        {
            expanded[component[0]] = try flatten(alias.members, alias.kind)
            if isLoose(alias.members, alias.kind) { loose.insert(component[0]) }
            return
        }
        // Each alias of a circle reaches all the others, so it stands for what they name together.
        let circle = component.sorted { $0.name.lexicographicallyPrecedes($1.name) }.compactMap { aliases[$0] }
        circles += circle.prefix(1)
        var items: [Item] = []
        for alias in circle { items += try flatten(alias.members, alias.kind) }
        let isLoose =
            items.contains(where: \.isNegated)
            || circle.contains { $0.members.contains(where: \.isNegated) || self.isLoose($0.members, $0.kind) }
        items = items.map { Item(subject: $0.subject, isNegated: false) }
        let union = try lastOccurrences(items)
        for key in component {
            try spend(union.count)
            expanded[key] = union
            cyclic.insert(key)
            if isLoose { loose.insert(key) }
        }
    }
}
