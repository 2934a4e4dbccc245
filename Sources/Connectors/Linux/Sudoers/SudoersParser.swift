/// Reads one sudoers file; a broken line costs that line only.
///
/// sudo itself goes on after a broken line, and so does this: what is dropped and what is kept of such a line is the
/// same.
struct SudoersParser {
    /// Why a line is broken.
    struct Failure: Error {
        var message: String
        var line: Int
        var column: Int
    }

    let file: String
    private var lexer: SudoersLexer
    private(set) var token: SudoersToken
    private(set) var entries: [SudoersEntry] = []
    private(set) var problems: [SudoProblem] = []
    /// How many more members of lists may be read.
    private(set) var membersLeft: Int

    init(_ text: [UInt8], file: String, atMost members: Int) {
        self.file = file
        membersLeft = members
        lexer = SudoersLexer(text)
        token = lexer.next()
    }

    /// Reads to the end, or until there are too many members.
    mutating func parse() {
        while token.kind != .end, membersLeft > 0 {
            do throws(Failure) {
                try parseLine()
            } catch {
                report(error)
                skipLine()
            }
        }
    }

    private mutating func parseLine() throws(Failure) {
        switch token.kind {
        case .newline: advance()
        case .include, .includeDirectory: try parseInclude()
        case .aliasKeyword(let kind): try parseAliases(kind)
        case .defaults(let scope): try parseDefaults(scope)
        default: try parseSpecification()
        }
    }

    private mutating func skipLine() {
        while token.kind != .newline, token.kind != .end { advance() }
        advance()
    }

    /// A path with rubbish behind it is still followed.
    private mutating func parseInclude() throws(Failure) {
        let place = place
        let isDirectory = token.kind == .includeDirectory
        advance()
        let path = try expect(.word, "a path")
        entries.append(.include(SudoersInclude(place: place, path: path.text, isDirectory: isDirectory)))
        try endLine()
    }

    /// An alias counts as soon as its list is complete, even if the line breaks later.
    private mutating func parseAliases(_ kind: SudoersAliasKind) throws(Failure) {
        var aliases: [SudoersAlias] = []
        defer { entries.append(.aliases(aliases)) }
        repeat {
            advance()
            let place = place
            if let reserved = reservedName { throw failure("\(reserved) is reserved and can't name an alias") }
            let name = try expect(.alias, "the name of an alias")
            _ = try expect(.equals, "=")
            aliases.append(SudoersAlias(kind: kind, name: name.text, members: try members(of: kind), place: place))
        } while token.kind == .colon
        try endLine()
    }

    private var reservedName: String? {
        switch token.kind {
        case .all: "ALL"
        case .option(let option): option.rawValue
        default: nil
        }
    }

    private mutating func parseDefaults(_ scope: SudoersDefaults.Scope) throws(Failure) {
        let place = place
        advance()
        let binding: [SudoersMember] =
            switch scope {
            case .everywhere: []
            case .host: try members(of: .host)
            case .user, .runAs: try members(of: .user)
            case .command: try members(of: .command)
            }
        var settings = [try parseSetting()]
        while token.kind == .comma {
            advance()
            settings.append(try parseSetting())
        }
        let defaults = SudoersDefaults(place: place, scope: scope, binding: binding, settings: settings)
        try endLine()
        entries.append(.defaults(defaults))
    }

    private mutating func parseSetting() throws(Failure) -> SudoersDefaults.Setting {
        countMember()
        if token.kind == .not {
            advance()
            return .init(name: try expect(.variable, "the name of a setting").text, operation: .off)
        }
        let name = try expect(.variable, "the name of a setting").text
        let operation: SudoersDefaults.Setting.Operation
        switch token.kind {
        case .equals: operation = .assign
        case .plusEquals: operation = .add
        case .minusEquals: operation = .remove
        default: return .init(name: name, operation: .on)
        }
        advance()
        return .init(name: name, operation: operation, value: try expect(.word, "a value").text)
    }

    private mutating func parseSpecification() throws(Failure) {
        let place = place
        let users = try members(of: .user)
        var privileges = [try parsePrivilege()]
        while token.kind == .colon {
            advance()
            do throws(Failure) {
                privileges.append(try parsePrivilege())
            } catch {
                // What stands before the colon survives if the line or the next colon follows at once.
                guard token.kind == .newline || token.kind == .colon else { throw error }
                report(error)
            }
        }
        try endLine()
        entries.append(.specification(SudoersSpecification(place: place, users: users, privileges: privileges)))
    }

    private mutating func parsePrivilege() throws(Failure) -> SudoersPrivilege {
        let hosts = try members(of: .host)
        _ = try expect(.equals, "=")
        var commands = [try parseCommandRule()]
        while token.kind == .comma {
            advance()
            commands.append(try parseCommandRule())
        }
        return SudoersPrivilege(hosts: hosts, commands: commands)
    }
}

extension SudoersParser {
    var place: SudoersPlace { SudoersPlace(file: file, line: token.line, column: token.column) }

    mutating func advance() { token = lexer.next() }

    /// What follows the current token.
    var following: SudoersToken.Kind {
        var copy = lexer
        return copy.next().kind
    }

    mutating func expect(_ kind: SudoersToken.Kind, _ name: String) throws(Failure) -> SudoersToken {
        guard token.kind == kind else { throw unexpected("\(name) is missing") }
        defer { advance() }
        return token
    }

    func failure(_ message: String) -> Failure {
        Failure(message: message, line: token.line, column: token.column)
    }

    /// The lexer's reason if it had one, otherwise `message`.
    func unexpected(_ message: String) -> Failure {
        if case .invalid(let reason) = token.kind, reason != "syntax error" { return failure(reason) }
        return failure(message)
    }

    private mutating func endLine() throws(Failure) {
        guard token.kind == .newline else { throw unexpected("the line should end here") }
        advance()
    }

    private mutating func report(_ failure: Failure) {
        problems.append(
            SudoProblem(
                file: file, line: failure.line, column: failure.column,
                message: "\(failure.message). The line is left out, as sudo does."))
    }

    mutating func countMember() {
        membersLeft = max(0, membersLeft - 1)
        if membersLeft == 0 { token = SudoersToken(kind: .end, line: token.line, column: token.column) }
    }
}
