extension SudoResolver {
    /// Who holds a block.
    mutating func holders(of block: Block) throws -> [SudoPolicy.Holder] {
        guard rights[block.right].isActive else { return [] }
        if let removed = block.removed {
            var allowed = try scene.allowed(by: block.items)
            allowed.subtract(removed)
            return try flatHolders(block.items, allowed)
        }
        guard try needsFlattening(block.users) else { return try nestedHolders(block.users) }
        return try flatHolders(block.items, try scene.allowed(by: block.items))
    }

    /// The members of a user alias.
    mutating func members(of name: [UInt8]) throws -> [SudoPolicy.Holder] {
        guard let alias = scene.expansion.alias(name, .user) else { return [] }
        let items = try scene.expansion.items(of: [SudoersMember(subject: .alias(name))], .user)
        let key = SudoersSource.AliasKey(kind: .user, name: name)
        if try scene.expansion.cyclic.contains(key) || needsFlattening(alias.members) {
            return try flatHolders(items, try scene.allowed(by: items))
        }
        return try nestedHolders(alias.members)
    }

    /// Whether a list means something else than all its elements together.
    ///
    /// What an alias takes away matters to the elements before it only, so the first may take away from itself.
    private mutating func needsFlattening(_ members: [SudoersMember]) throws -> Bool {
        for (index, member) in members.enumerated() {
            if member.isNegated { return true }
            guard index > 0, case .alias = member.subject else { continue }
            let items = try scene.expansion.items(of: [member], .user)
            if items.contains(where: \.isNegated) { return true }
        }
        return false
    }

    private mutating func nestedHolders(_ members: [SudoersMember]) throws -> [SudoPolicy.Holder] {
        var result: Set<SudoPolicy.Holder> = []
        for member in members {
            if case .alias(let name) = member.subject, scene.expansion.alias(name, .user) != nil {
                result.insert(.alias(String(decoding: name, as: UTF8.self)))
            } else {
                result.formUnion(try holders(meantBy: member.subject))
            }
        }
        return try sorted(result)
    }

    /// Groups and netgroups that can't be looked up stay, lest someone is missed.
    private mutating func flatHolders(
        _ items: [SudoersExpansion.Item], _ allowed: AccountSet
    ) throws -> [SudoPolicy.Holder] {
        let names = scene.accounts.names
        var holders = Set(
            allowed.indices(below: names.count).map {
                SudoPolicy.Holder.user(String(decoding: names[$0], as: UTF8.self))
            })
        for item in items where !item.isNegated {
            let subject = scene.expansion.subject(of: item)
            guard case .some(let indices) = scene.accounts.match(subject) else { continue }
            for index in indices where index >= names.count && allowed.contains(index) {
                if let holder = stranger(scene.accounts.strangers[index - names.count]) { holders.insert(holder) }
            }
        }
        return try sorted(holders)
    }

    private mutating func holders(meantBy subject: SudoersMember.Subject) throws -> [SudoPolicy.Holder] {
        let names = scene.accounts.names
        func user(_ index: Int) -> SudoPolicy.Holder { .user(String(decoding: names[index], as: UTF8.self)) }
        if case .userGroup(let name) = subject, let groups = scene.accounts.group(name) {
            return groups.map { .group(scene.accounts.groupName($0)) }
        }
        switch scene.accounts.match(subject) {
        case .everybody: return names.indices.map(user)
        case .some(let indices):
            return indices.compactMap { index in
                index < names.count ? user(index) : stranger(scene.accounts.strangers[index - names.count])
            }
        }
    }

    /// Someone of whom the host knows no account.
    private mutating func stranger(_ subject: SudoersMember.Subject) -> SudoPolicy.Holder? {
        switch subject {
        case .word(let name) where SudoAccounts.number(name) == nil: return .user(String(decoding: name, as: UTF8.self))
        case .userGroup(let name) where !name.isNumberedOrForeign:
            return .group(String(decoding: name.dropFirst(), as: UTF8.self))
        default:
            reportUnresolved(subject)
            return nil
        }
    }

    mutating func reportUnresolved(_ subject: SudoersMember.Subject) {
        let kind =
            switch subject {
            case .word: "user"
            case .userGroup: "group"
            default: "netgroup"
            }
        unresolved.insert(Array("sudoers \(kind) \(SudoersText.text(subject))".utf8))
    }

    private mutating func sorted(_ holders: Set<SudoPolicy.Holder>) throws -> [SudoPolicy.Holder] {
        holdersLeft -= holders.count
        guard holdersLeft >= 0 else { throw SudoersLimitExceeded(path: "sudoers", limit: "10000000 grants") }
        return holders.sorted(by: SudoPolicy.Holder.precedes)
    }

    /// Whether a list takes away from someone who is not known here.
    func hasUnknownNegation(_ items: [SudoersExpansion.Item]) -> Bool {
        items.contains { item in
            guard item.isNegated, case .some(let indices) = scene.accounts.match(scene.expansion.subject(of: item))
            else { return false }
            return indices.contains { index in
                let place = index - scene.accounts.names.count
                guard scene.accounts.strangers.indices.contains(place) else { return false }
                if case .word = scene.accounts.strangers[place] { return false }
                return true
            }
        }
    }
}

extension [UInt8] {
    /// Whether a group is written as a number or belongs to a plug-in of sudo.
    fileprivate var isNumberedOrForeign: Bool {
        let second = dropFirst().first
        return second == .init(ascii: ":") || SudoAccounts.number(Array(dropFirst())) != nil
    }
}
