extension SudoResolver {
    /// Users for whom a setting of `Defaults` holds.
    struct Settings {
        var unasked: AccountSet
        var exempt: AccountSet
        var noExecution: AccountSet
        var environment: AccountSet
        /// Whose password is asked for instead of the user's own.
        var others: [(owner: String, users: AccountSet)]
        var freeTargets: [AccountSet]
        var freeCommands: [SudoCommandScope]
    }

    mutating func settings() throws -> Settings {
        var unasked = AccountSet(allOf: scene.accounts.count)
        unasked.subtract(try defaults.users(with: "authenticate", unlessSaid: true, &scene))
        var others: [(String, AccountSet)] = []
        for (name, owner) in [("rootpw", "root"), ("runaspw", "runas_default"), ("targetpw", "target")] {
            others.append((owner, try defaults.users(with: name, unlessSaid: false, &scene)))
        }
        let free = defaults.withoutPassword
        return Settings(
            unasked: unasked, exempt: try defaults.exemptUsers(&scene),
            noExecution: try defaults.users(with: "noexec", unlessSaid: false, &scene),
            environment: try defaults.users(with: "setenv", unlessSaid: false, &scene), others: others,
            freeTargets: try free.targets.map { try scene.allowed(by: $0) },
            freeCommands: free.commands.map { SudoCommandScope($0, in: scene.expansion) })
    }

    /// For whom something holds.
    enum Extent { case nobody, some, everybody }

    mutating func extent(_ users: AccountSet, in block: Int) throws -> Extent {
        if users.isEmpty { return .nobody }
        let having = try scene.allowed(by: blocks[block].items)
        if users.isSuperset(of: having) { return having.isEmpty ? .nobody : .everybody }
        return users.isDisjoint(with: having) ? .nobody : .some
    }

    /// For whom of a block no password is asked.
    mutating func withoutPassword(_ block: Int, _ settings: Settings) throws -> Extent {
        let right = rights[blocks[block].right]
        if right.right.tags.password == false { return .everybody }
        if right.right.tags.password == true { return try extent(settings.exempt, in: block) }
        var users = settings.unasked
        users.formUnion(settings.exempt)
        let extent = try extent(users, in: block)
        guard extent != .everybody else { return extent }
        if settings.freeTargets.contains(where: { $0.isSuperset(of: right.targets) }) { return .everybody }
        if settings.freeCommands.contains(where: \.isEverything) { return .everybody }
        let isPartlyFree =
            settings.freeTargets.contains { !$0.isDisjoint(with: right.targets) }
            || settings.freeCommands.contains { scope in
                scope.allowed.contains { command in right.scope.allowed.contains { $0.mayOverlap(command) } }
            }
        return isPartlyFree ? .some : extent
    }
}
