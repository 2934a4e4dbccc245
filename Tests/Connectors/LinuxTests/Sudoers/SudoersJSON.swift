@testable import LinuxConnector

/// A sudoers syntax tree in the words and the layout of `cvtsudoers -f json`.
struct SudoersJSON {
    let source: SudoersSource

    var text: [UInt8] {
        var pairs: [(String, JSONShape)] = []
        if !source.defaults.isEmpty { pairs.append(("Defaults", .array(source.defaults.map(defaults)))) }
        let titles = ["User_Aliases", "Runas_Aliases", "Host_Aliases", "Command_Aliases"]
        for (kind, title) in zip(SudoersAliasKind.allCases, titles) {
            let aliases = source.aliases.values.filter { $0.kind == kind }.sorted {
                $0.name.lexicographicallyPrecedes($1.name)
            }
            guard !aliases.isEmpty else { continue }
            pairs.append(
                (
                    title,
                    .object(
                        aliases.map { alias in
                            (
                                String(decoding: alias.name, as: UTF8.self),
                                .array(alias.members.map { member($0, kind.role) })
                            )
                        })
                ))
        }
        let specifications = source.specifications.flatMap(specifications)
        if !specifications.isEmpty { pairs.append(("User_Specs", .array(specifications))) }
        return pairs.isEmpty ? [] : JSONShape.object(pairs).text() + [UInt8(ascii: "\n")]
    }

    private func defaults(_ line: SudoersDefaults) -> JSONShape {
        let role: Role =
            switch line.scope {
            case .host: .host
            case .command: .command
            case .runAs: .runAsUser
            case .user, .everywhere: .user
            }
        var pairs: [(String, JSONShape)] = []
        if !line.binding.isEmpty { pairs.append(("Binding", .array(line.binding.map { member($0, role) }))) }
        pairs.append(("Options", .array(line.settings.map(setting))))
        return .object(pairs)
    }

    private func setting(_ setting: SudoersDefaults.Setting) -> JSONShape {
        let name = String(decoding: setting.name, as: UTF8.self)
        guard let value = setting.value else { return .single(name, .flag(setting.operation == .on)) }
        guard ["env_keep", "env_check", "env_delete"].contains(name) else { return .single(name, .text(value)) }
        let operation =
            switch setting.operation {
            case .add: "list_add"
            case .remove: "list_remove"
            default: "list_assign"
            }
        let words = value.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return .object([
            ("operation", .text(Array(operation.utf8))), (name, .array(words.map { .text(Array($0)) })),
        ])
    }

    private func specifications(_ specification: SudoersSpecification) -> [JSONShape] {
        specification.privileges.map { privilege in
            .object([
                ("User_List", .array(specification.users.map { member($0, .user) })),
                ("Host_List", .array(privilege.hosts.map { member($0, .host) })),
                ("Cmnd_Specs", .array(commandRules(privilege))),
            ])
        }
    }

    /// Like cvtsudoers, puts commands together whose neighbours differ in nothing it looks at.
    private func commandRules(_ privilege: SudoersPrivilege) -> [JSONShape] {
        let complete = privilege.completeCommands
        var result: [JSONShape] = []
        var index = 0
        while index < complete.count {
            var pairs = heading(complete[index])
            var commands = [member(complete[index].command, .command)]
            while index + 1 < complete.count,
                continues(complete[index], privilege.commands[index + 1], complete[index + 1])
            {
                index += 1
                commands.append(member(complete[index].command, .command))
            }
            index += 1
            pairs.append(("Commands", .array(commands)))
            result.append(.object(pairs))
        }
        return result
    }

    private func continues(
        _ rule: SudoersCommandRule, _ written: SudoersCommandRule, _ next: SudoersCommandRule
    ) -> Bool {
        guard written.runAs == nil, written.options.directory == nil, written.options.root == nil,
            written.options.role == nil, written.options.type == nil
        else { return false }
        return SudoersTag.Subject.allCases.allSatisfy { subject in
            let field = SudoersTags.field(subject)
            guard let value = next.tags[keyPath: field] else { return true }
            if subject == .environment, value, rule.tags.environment == nil { return false }
            return value == rule.tags[keyPath: field]
        }
    }

    private func heading(_ rule: SudoersCommandRule) -> [(String, JSONShape)] {
        var pairs: [(String, JSONShape)] = []
        if let users = rule.runAs?.users { pairs.append(("runasusers", .array(users.map { member($0, .runAsUser) }))) }
        if let groups = rule.runAs?.groups {
            pairs.append(("runasgroups", .array(groups.map { member($0, .runAsGroup) })))
        }
        let options = options(rule)
        if !options.isEmpty { pairs.append(("Options", .array(options))) }
        if let role = rule.options.role, let type = rule.options.type {
            pairs.append(("SELinux_Spec", .array([.pair("role", .text(role)), .pair("type", .text(type))])))
        }
        return pairs
    }

    private func options(_ rule: SudoersCommandRule) -> [JSONShape] {
        var result: [JSONShape] = []
        if let root = rule.options.root { result.append(.pair("runchroot", .text(root))) }
        if let directory = rule.options.directory { result.append(.pair("runcwd", .text(directory))) }
        if let timeout = rule.options.timeout, timeout > 0 {
            result.append(.single("command_timeout", .number(Int64(timeout))))
        }
        for (name, time) in [("notbefore", rule.options.notBefore), ("notafter", rule.options.notAfter)] {
            guard let time else { continue }
            result.append(.single(name, .text(Array(SudoersTime.text(time).utf8))))
        }
        let tags = rule.tags
        let environment = tags.environment ?? (rule.allowsEverything ? true : nil)
        let flags: [(String, Bool?)] = [
            ("authenticate", tags.password), ("noexec", tags.execution.map(!)), ("intercept", tags.interception),
            ("send_mail", tags.mail), ("setenv", environment), ("sudoedit_follow", tags.following),
            ("log_input", tags.inputLog), ("log_output", tags.outputLog),
        ]
        for case (let name, let flag?) in flags { result.append(.single(name, .flag(flag))) }
        return result
    }
}

extension SudoersJSON {
    fileprivate enum Role { case user, host, command, runAsUser, runAsGroup }

    private func member(_ member: SudoersMember, _ role: Role) -> JSONShape {
        if case .command(let command) = member.subject { return self.command(command, member.isNegated) }
        let (name, value) = named(member.subject, role)
        guard member.isNegated else { return .single(name, value) }
        return .object([(name, value), ("negated", .flag(true))])
    }

    private func command(_ command: SudoersCommand, _ isNegated: Bool) -> JSONShape {
        var text = command.path ?? Array("ALL".utf8)
        if let arguments = command.arguments { text += [UInt8(ascii: " ")] + arguments }
        guard isNegated || !command.digests.isEmpty else { return .single("command", .text(text)) }
        var pairs: [(String, JSONShape)] = [("command", .text(text))]
        pairs += command.digests.map { ($0.kind.rawValue, .text($0.value)) }
        if isNegated { pairs.append(("negated", .flag(true))) }
        return .object(pairs)
    }

    private func named(_ subject: SudoersMember.Subject, _ role: Role) -> (String, JSONShape) {
        let wordName =
            switch role {
            case .host: "hostname"
            case .runAsGroup: "usergroup"
            case .command: "command"
            case .user, .runAsUser: "username"
            }
        switch subject {
        case .all: return (wordName, .text(Array("ALL".utf8)))
        case .myself: return (wordName, .text([]))
        case .word(let word):
            guard role == .user || role == .runAsUser, let id = SudoAccounts.number(word) else {
                return (wordName, .text(word))
            }
            return ("userid", .number(Int64(id)))
        case .alias(let name):
            let kinds: [Role: String] = [.user: "useralias", .host: "hostalias", .command: "cmndalias"]
            return (kinds[role] ?? "runasalias", .text(name))
        case .netgroup(let name): return ("netgroup", .text(Array(name.dropFirst())))
        case .network(let address): return ("networkaddr", .text(address))
        case .userGroup(let name): return group(name)
        case .command: return ("command", .text([]))
        }
    }

    private func group(_ name: [UInt8]) -> (String, JSONShape) {
        let isPlugin = name.dropFirst().first == UInt8(ascii: ":")
        let text = Array(name.dropFirst(isPlugin ? 2 : 1))
        guard let id = SudoAccounts.number(text) else { return (isPlugin ? "nonunixgroup" : "usergroup", .text(text)) }
        return (isPlugin ? "nonunixgid" : "usergid", .number(Int64(id)))
    }
}

extension SudoersAliasKind {
    fileprivate var role: SudoersJSON.Role {
        switch self {
        case .user: .user
        case .runAs: .runAsUser
        case .host: .host
        case .command: .command
        }
    }
}
