/// The `Defaults` that matter for who may do what.
struct SudoDefaults {
    /// One setting for some users.
    private struct Line {
        /// Nil stands for everybody.
        var users: [SudoersExpansion.Item]?
        var setting: SudoersDefaults.Setting
    }

    private var lines: [Line] = []
    /// Settings bound to targets or commands.
    private var boundToTargets: [(items: [SudoersExpansion.Item], setting: SudoersDefaults.Setting)] = []
    private var boundToCommands: [(items: [SudoersExpansion.Item], setting: SudoersDefaults.Setting)] = []

    init(
        _ defaults: [SudoersDefaults], on host: SudoHost, _ expansion: inout SudoersExpansion
    ) throws {
        for line in defaults {
            let settings = line.settings.filter { Self.names.contains(String(decoding: $0.name, as: UTF8.self)) }
            guard !settings.isEmpty else { continue }
            switch line.scope {
            case .everywhere: add(settings, for: nil)
            case .host:
                let items = try expansion.items(of: line.binding, .host)
                if host.answer(to: items, in: expansion).isMatching { add(settings, for: nil) }
            case .user: add(settings, for: try expansion.items(of: line.binding, .user))
            case .runAs:
                let items = try expansion.items(of: line.binding, .runAs)
                boundToTargets += settings.map { (items, $0) }
            case .command:
                let items = try expansion.items(of: line.binding, .command)
                boundToCommands += settings.map { (items, $0) }
            }
        }
    }

    private static let names: Set<String> = [
        "authenticate", "exempt_group", "runas_default", "rootpw", "targetpw", "runaspw", "noexec", "setenv",
        "command_timeout", "case_insensitive_user", "case_insensitive_group",
    ]

    private mutating func add(_ settings: [SudoersDefaults.Setting], for users: [SudoersExpansion.Item]?) {
        lines += settings.map { Line(users: users, setting: $0) }
    }

    /// A switch that holds for the whole host.
    func isOn(_ name: String, unlessSaid initial: Bool) -> Bool {
        let last = lines.last { $0.users == nil && $0.setting.name.elementsEqual(name.utf8) && $0.setting.value == nil }
        return last.map { $0.setting.operation == .on } ?? initial
    }

    /// The users for whom a switch is on.
    func users(with name: String, unlessSaid initial: Bool, _ scene: inout SudoScene) throws -> AccountSet {
        let everybody = AccountSet(allOf: scene.accounts.count)
        var result = initial ? everybody : AccountSet(count: scene.accounts.count)
        for line in lines where line.setting.name.elementsEqual(name.utf8) && line.setting.value == nil {
            let users = try line.users.map { try scene.allowed(by: $0) } ?? everybody
            if line.setting.operation == .on { result.formUnion(users) } else { result.subtract(users) }
        }
        return result
    }

    /// The members of the group whose users are never asked for a password.
    func exemptUsers(_ scene: inout SudoScene) throws -> AccountSet {
        let everybody = AccountSet(allOf: scene.accounts.count)
        var result = AccountSet(count: scene.accounts.count)
        for line in lines where line.setting.name.elementsEqual("exempt_group".utf8) {
            let users = try line.users.map { try scene.allowed(by: $0) } ?? everybody
            result.subtract(users)
            guard line.setting.operation == .assign, let group = line.setting.value,
                case .some(let members) = scene.accounts.match(.userGroup([.init(ascii: "%")] + group))
            else { continue }
            for member in members where users.contains(member) { result.insert(member) }
        }
        return result
    }

    /// A value for the whole host and the values that only some users have instead.
    func values(of name: String) -> (common: [UInt8]?, special: [(users: [SudoersExpansion.Item], value: [UInt8])]) {
        var common: [UInt8]?
        var special: [(users: [SudoersExpansion.Item], value: [UInt8])] = []
        for line in lines where line.setting.name.elementsEqual(name.utf8) {
            if let users = line.users {
                if let value = line.setting.value { special.append((users, value)) }
            } else {
                common = line.setting.operation == .assign ? line.setting.value : nil
                special.removeAll()
            }
        }
        return (common, special)
    }

    /// The lists of targets and of commands for which no password is asked.
    var withoutPassword: (targets: [[SudoersExpansion.Item]], commands: [[SudoersExpansion.Item]]) {
        func isFree(_ setting: SudoersDefaults.Setting) -> Bool {
            setting.name.elementsEqual("authenticate".utf8) && setting.operation == .off
        }
        return (
            boundToTargets.filter { isFree($0.setting) }.map(\.items),
            boundToCommands.filter { isFree($0.setting) }.map(\.items)
        )
    }
}

/// What lists are resolved against.
struct SudoScene {
    var expansion: SudoersExpansion
    let accounts: SudoAccounts
    var work = SudoWork()

    /// Whom a list of users or targets allows.
    mutating func allowed(by items: [SudoersExpansion.Item]) throws -> AccountSet {
        try accounts.allowed(by: items, in: expansion, &work)
    }
}
