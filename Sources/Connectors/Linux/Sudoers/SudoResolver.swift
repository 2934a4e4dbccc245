/// Works out who may do what on one host.
struct SudoResolver {
    /// One right-hand side with what follows from it alone.
    struct Right {
        var right: SudoRight
        var id: [UInt8]
        var scope: SudoCommandScope
        /// The accounts it may be run as.
        var targets: AccountSet
        /// Who is meant when no target is written.
        var defaultTargets: [String] = []
        var isActive: Bool
        var isApproximate = false
    }

    /// A right-hand side at one place, for the users named there.
    struct Block {
        var right: Int
        var users: [SudoersMember]
        var items: [SudoersExpansion.Item]
        var place: SudoersPlace
        /// Those who have it, before later denials.
        var allowed: AccountSet?
        /// Those from whom a later denial takes all of it.
        var removed: AccountSet?
        /// What later denials take from all who have it.
        var exceptions: [SudoersCommand] = []
        var isApproximate = false
    }

    let now: Int64
    let host: SudoHost
    let defaults: SudoDefaults
    var scene: SudoScene
    var rights: [Right] = []
    var blocks: [Block] = []
    var unresolved: Set<[UInt8]> = []
    private var rightIndices: [[UInt8]: Int] = [:]
    var holdersLeft = 10_000_000

    init(_ source: SudoersSource, given: SudoSurroundings, netgroups: SudoNetgroups) throws {
        now = given.now
        host = SudoHost(given, netgroups: netgroups)
        var expansion = SudoersExpansion(source.aliases)
        defaults = try SudoDefaults(source.defaults, on: host, &expansion)
        let drafts = try Self.drafts(source, on: host, &expansion, &unresolved)
        let values = defaults.values(of: "runas_default")
        for value in [values.common ?? Array("root".utf8)] + values.special.map(\.value) {
            _ = expansion.index(of: .word(value))
        }
        let accounts = SudoAccounts(
            given, netgroups: netgroups, naming: expansion.subjects,
            foldsUserNames: defaults.isOn("case_insensitive_user", unlessSaid: true),
            foldsGroupNames: defaults.isOn("case_insensitive_group", unlessSaid: true))
        scene = SudoScene(expansion: expansion, accounts: accounts)
        for draft in drafts { try add(draft) }
    }

    /// A block before targets are worked out.
    private struct Draft {
        var right: SudoRight
        var block: Block
    }

    private static func drafts(
        _ source: SudoersSource, on host: SudoHost, _ expansion: inout SudoersExpansion,
        _ unresolved: inout Set<[UInt8]>
    ) throws -> [Draft] {
        var drafts: [Draft] = []
        for specification in source.specifications {
            for privilege in specification.privileges {
                let hosts = try expansion.items(of: privilege.hosts, .host)
                let answer = host.answer(to: hosts, in: expansion)
                for name in answer.unresolved { unresolved.insert(Array(name.utf8)) }
                guard answer.isMatching else { continue }
                var block = Block(
                    right: 0, users: specification.users, items: try expansion.items(of: specification.users, .user),
                    place: specification.place, isApproximate: answer.isApproximate)
                let rights = try rights(of: privilege, hosts: hosts, &expansion)
                if isLoose(specification.users, privilege, in: expansion) { block.isApproximate = true }
                drafts += rights.map { Draft(right: $0, block: block) }
            }
        }
        return drafts
    }

    /// Whether any list stands for less than it seems.
    private static func isLoose(
        _ users: [SudoersMember], _ privilege: SudoersPrivilege, in expansion: SudoersExpansion
    ) -> Bool {
        expansion.isLoose(users, .user) || expansion.isLoose(privilege.hosts, .host)
            || privilege.commands.contains { rule in
                expansion.isLoose([rule.command], .command) || expansion.isLoose(rule.runAs?.users ?? [], .runAs)
                    || expansion.isLoose(rule.runAs?.groups ?? [], .runAs)
            }
    }

    /// Neighbouring commands that differ in nothing but the command are one right-hand side.
    private static func rights(
        of privilege: SudoersPrivilege, hosts: [SudoersExpansion.Item], _ expansion: inout SudoersExpansion
    ) throws -> [SudoRight] {
        var rights: [SudoRight] = []
        let rules = privilege.completeCommands
        var start = 0
        while start < rules.count {
            let first = rules[start]
            let end = rules[start...].firstIndex { !first.isLike($0) } ?? rules.count
            rights.append(
                SudoRight(
                    hosts: hosts, targets: try first.runAs?.users.map { try expansion.items(of: $0, .runAs) },
                    targetGroups: try first.runAs?.groups.map { try expansion.items(of: $0, .runAs) },
                    options: first.options, tags: first.tags,
                    commands: try expansion.items(of: rules[start..<end].map(\.command), .command)))
            start = end
        }
        return rights
    }

    private mutating func add(_ draft: Draft) throws {
        let id = draft.right.digest(in: scene.expansion)
        var block = draft.block
        if let known = rightIndices[id] {
            block.right = known
        } else {
            block.right = rights.count
            rightIndices[id] = rights.count
            rights.append(try complete(draft.right, id: id))
        }
        blocks.append(block)
    }

    private mutating func complete(_ right: SudoRight, id: [UInt8]) throws -> Right {
        let scope = SudoCommandScope(right.commands, in: scene.expansion)
        var result = Right(
            right: right, id: id, scope: scope, targets: AccountSet(count: scene.accounts.count),
            isActive: right.isActive(at: now), isApproximate: scope.isApproximate)
        if let targets = right.targets {
            result.targets = try scene.allowed(by: targets)
        } else if right.targetGroups != nil {
            result.targets.insert(scene.accounts.myself)
        } else {
            try addDefaultTargets(to: &result)
        }
        return result
    }

    /// Without a target in the rule, `runas_default` says it; what it says for some users counts for all.
    private mutating func addDefaultTargets(to right: inout Right) throws {
        let values = defaults.values(of: "runas_default")
        let all = [values.common ?? Array("root".utf8)] + values.special.map(\.value)
        for value in all {
            let item = SudoersExpansion.Item(subject: scene.expansion.index(of: .word(value)), isNegated: false)
            right.targets.formUnion(try scene.allowed(by: [item]))
            right.defaultTargets.append(String(decoding: value, as: UTF8.self))
        }
        if all.count > 1 { right.isApproximate = true }
    }
}

extension SudoersCommandRule {
    /// Whether both differ in nothing but the command.
    fileprivate func isLike(_ other: SudoersCommandRule) -> Bool {
        runAs == other.runAs && options == other.options && tags == other.tags
    }
}
