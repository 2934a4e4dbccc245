/// All that the sudoers files say, one after the other, before anything is resolved.
struct SudoersSource: Sendable {
    struct AliasKey: Sendable, Hashable {
        var kind: SudoersAliasKind
        var name: [UInt8]
    }

    private(set) var specifications: [SudoersSpecification] = []
    private(set) var defaults: [SudoersDefaults] = []
    private(set) var aliases: [AliasKey: SudoersAlias] = [:]
    private(set) var problems: [SudoProblem]

    init(_ entries: [SudoersEntry], problems: [SudoProblem] = []) {
        self.problems = problems
        for entry in entries {
            switch entry {
            case .specification(let specification): specifications.append(specification)
            case .defaults(let defaults): self.defaults.append(defaults)
            case .aliases(let aliases): add(aliases)
            case .include: break
            }
        }
    }

    /// The first definition of a name counts; a second one takes the rest of its line with it.
    private mutating func add(_ line: [SudoersAlias]) {
        for alias in line {
            let key = AliasKey(kind: alias.kind, name: alias.name)
            if let first = aliases[key] {
                let name = String(decoding: alias.name, as: UTF8.self)
                report("\(name) is already defined at \(first.place.file):\(first.place.line)", at: alias.place)
                return
            }
            aliases[key] = alias
        }
    }

    private mutating func report(_ message: String, at place: SudoersPlace) {
        problems.append(
            SudoProblem(
                file: place.file, line: place.line, column: place.column, message: message + ". It is left out."))
    }
}

extension SudoersPrivilege {
    /// The commands with all that carries over from the one before.
    var completeCommands: [SudoersCommandRule] {
        var result: [SudoersCommandRule] = []
        result.reserveCapacity(commands.count)
        for var rule in commands {
            if let previous = result.last { rule.inherit(from: previous) }
            result.append(rule)
        }
        return result
    }
}

extension SudoersCommandRule {
    fileprivate mutating func inherit(from previous: SudoersCommandRule) {
        runAs = runAs ?? previous.runAs
        options.notBefore = options.notBefore ?? previous.options.notBefore
        options.notAfter = options.notAfter ?? previous.options.notAfter
        options.timeout = options.timeout ?? previous.options.timeout
        options.directory = options.directory ?? previous.options.directory
        options.root = options.root ?? previous.options.root
        if options.role == nil, options.type == nil {
            options.role = previous.options.role
            options.type = previous.options.type
        }
        for subject in SudoersTag.Subject.allCases {
            let field = SudoersTags.field(subject)
            // `ALL` has SETENV of its own accord and takes none over.
            if subject == .environment, allowsEverything, tags[keyPath: field] == nil { continue }
            tags[keyPath: field] = tags[keyPath: field] ?? previous.tags[keyPath: field]
        }
    }

    /// Whether the command is a plain `ALL`, which implies `SETENV`.
    var allowsEverything: Bool {
        guard case .command(let command) = command.subject else { return false }
        return command.path == nil && !self.command.isNegated
    }
}
