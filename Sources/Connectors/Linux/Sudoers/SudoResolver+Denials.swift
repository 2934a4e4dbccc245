extension SudoResolver {
    /// Beyond so many pairs of rules, denials are only said to be there.
    private static let mostPairs = 1_000_000

    /// Lets each denial take from what stands before it.
    mutating func applyDenials() throws {
        var pairsLeft = Self.mostPairs
        let denials = blocks.indices.filter { index in
            let right = rights[blocks[index].right]
            return right.isActive && !right.scope.denied.isEmpty && !right.targets.isEmpty
        }
        for later in denials {
            pairsLeft -= later
            guard pairsLeft >= 0 else {
                for earlier in 0..<(denials.last ?? 0) { blocks[earlier].isApproximate = true }
                return
            }
            for earlier in 0..<later { try apply(rights[blocks[later].right], of: later, to: earlier) }
        }
    }

    private mutating func apply(_ denial: Right, of later: Int, to earlier: Int) throws {
        let right = rights[blocks[earlier].right]
        guard right.isActive, !right.scope.allowed.isEmpty, !right.targets.isDisjoint(with: denial.targets) else {
            return
        }
        try scene.work.spend(words: denial.scope.denied.count * right.scope.allowed.count)
        let denied = denial.scope.denied.filter { command in right.scope.allowed.contains { $0.mayOverlap(command) } }
        guard !denied.isEmpty else { return }
        let whom = try allowed(in: later)
        let having = try allowed(in: earlier)
        guard !having.isDisjoint(with: whom) else { return }
        guard covers(denial, right) else {
            blocks[earlier].isApproximate = true
            return
        }
        if right.scope.allowed.allSatisfy({ command in denied.contains { $0.covers(command) } }) {
            var removed = blocks[earlier].removed ?? AccountSet(count: scene.accounts.count)
            removed.formUnion(having.intersection(whom))
            blocks[earlier].removed = removed
        } else if whom.isSuperset(of: having) {
            let known = blocks[earlier].exceptions
            blocks[earlier].exceptions += denied.filter { !known.contains($0) }
        } else {
            blocks[earlier].isApproximate = true
        }
    }

    /// Whether the denial holds for every account and group the right can be used for.
    private func covers(_ denial: Right, _ right: Right) -> Bool {
        guard denial.targets.isSuperset(of: right.targets) else { return false }
        guard let groups = right.right.targetGroups else { return true }
        guard let denied = denial.right.targetGroups, !denied.contains(where: \.isNegated) else { return false }
        let subjects = Set(denied.map(\.subject))
        let namesAll = denied.contains { scene.expansion.subject(of: $0) == .all }
        return namesAll || groups.allSatisfy { $0.isNegated || subjects.contains($0.subject) }
    }

    /// Those who have a block, before later denials.
    mutating func allowed(in block: Int) throws -> AccountSet {
        if let known = blocks[block].allowed { return known }
        let allowed = try scene.allowed(by: blocks[block].items)
        try scene.work.keep(bytes: allowed.byteCount)
        blocks[block].allowed = allowed
        return allowed
    }
}
