/// Lists and what precedes a command.
extension SudoersParser {
    /// A comma list of users, hosts or commands.
    mutating func members(of kind: SudoersAliasKind) throws(Failure) -> [SudoersMember] {
        var result = [try member(of: kind)]
        while token.kind == .comma {
            advance()
            result.append(try member(of: kind))
        }
        return result
    }

    private mutating func member(of kind: SudoersAliasKind) throws(Failure) -> SudoersMember {
        switch kind {
        case .command: try commandWithDigests()
        case .host: try plainMember(allowing: [.netgroup, .network], "a host")
        case .user, .runAs: try plainMember(allowing: [.netgroup, .userGroup], "a user")
        }
    }

    private mutating func plainMember(
        allowing kinds: [SudoersToken.Kind], _ name: String
    ) throws(Failure) -> SudoersMember {
        countMember()
        let isNegated = parseNegation()
        let text = token.text
        let subject: SudoersMember.Subject
        switch token.kind {
        case .all: subject = .all
        case .word: subject = .word(text)
        case .alias: subject = .alias(text)
        case .netgroup where kinds.contains(.netgroup): subject = .netgroup(text)
        case .userGroup where kinds.contains(.userGroup): subject = .userGroup(text)
        case .network where kinds.contains(.network): subject = .network(text)
        default: throw unexpected("\(name) is missing")
        }
        advance()
        return SudoersMember(subject: subject, isNegated: isNegated)
    }

    private mutating func parseNegation() -> Bool {
        guard token.kind == .not else { return false }
        advance()
        return true
    }

    mutating func parseCommandRule() throws(Failure) -> SudoersCommandRule {
        let runAs = token.kind == .open ? try parseRunAs() : nil
        let options = try parseOptions()
        var tags = SudoersTags()
        while case .tag(let tag) = token.kind {
            tags.set(tag)
            advance()
        }
        return SudoersCommandRule(runAs: runAs, options: options, tags: tags, command: try commandWithDigests())
    }

    private mutating func parseRunAs() throws(Failure) -> SudoersRunAs {
        advance()
        var result = SudoersRunAs()
        if token.kind != .close, token.kind != .colon { result.users = try members(of: .runAs) }
        if token.kind == .colon {
            advance()
            if token.kind != .close || result.users != nil { result.groups = try groups() }
        }
        _ = try expect(.close, ")")
        if result == SudoersRunAs() { result.users = [SudoersMember(subject: .myself)] }
        return result
    }

    private mutating func groups() throws(Failure) -> [SudoersMember] {
        var result = [try plainMember(allowing: [], "a group")]
        while token.kind == .comma {
            advance()
            result.append(try plainMember(allowing: [], "a group"))
        }
        return result
    }

    private mutating func commandWithDigests() throws(Failure) -> SudoersMember {
        countMember()
        let digests = try parseDigests()
        let isNegated = parseNegation()
        var command = SudoersCommand()
        switch token.kind {
        case .all: break
        case .alias where digests.isEmpty:
            defer { advance() }
            return SudoersMember(subject: .alias(token.text), isNegated: isNegated)
        case .command:
            guard token.text.count < 4096 else { throw failure("the path of a command is too long") }
            (command.path, command.arguments) = (token.text, token.arguments)
        case .word where token.text.elementsEqual("list".utf8) && digests.isEmpty: command.path = token.text
        case .alias, .word:
            let failure = failure(
                digests.isEmpty ? "a command is not an absolute path" : "only a path or ALL can have a checksum")
            advance()
            throw failure
        default: throw unexpected("a command is missing")
        }
        advance()
        command.digests = digests
        return SudoersMember(subject: .command(command), isNegated: isNegated)
    }

    private mutating func parseDigests() throws(Failure) -> [SudoersDigest] {
        var digests: [SudoersDigest] = []
        guard case .digestKind = token.kind else { return digests }
        while true {
            guard case .digestKind(let kind) = token.kind else { throw unexpected("a checksum is missing") }
            countMember()
            advance()
            _ = try expect(.colon, ":")
            digests.append(SudoersDigest(kind: kind, value: try expect(.digest, "a checksum").text))
            guard token.kind == .comma else { return digests }
            advance()
        }
    }
}

extension SudoersParser {
    private mutating func parseOptions() throws(Failure) -> SudoersOptions {
        var options = SudoersOptions()
        while let option = nextOption {
            advance()
            _ = try expect(.equals, "=")
            let value = try expect(.word, "a value").text
            try set(option, to: value, in: &options)
        }
        return options
    }

    private var nextOption: SudoersOption? {
        switch token.kind {
        case .option(let option): option
        case .alias:
            // Newer versions of sudo know the two of Solaris everywhere.
            [SudoersOption.privileges, .limitPrivileges].first { option in
                token.text.elementsEqual(option.rawValue.utf8) && following == .equals
            }
        default: nil
        }
    }

    private func set(_ option: SudoersOption, to value: [UInt8], in options: inout SudoersOptions) throws(Failure) {
        switch option {
        case .timeout:
            guard let seconds = SudoersTime.seconds(ofDuration: value) else { throw failure("TIMEOUT is no duration") }
            options.timeout = seconds
        case .notBefore:
            guard let time = SudoersTime.time(value) else { throw failure("NOTBEFORE is no time") }
            options.notBefore = time
        case .notAfter:
            guard let time = SudoersTime.time(value) else { throw failure("NOTAFTER is no time") }
            options.notAfter = time
        case .directory: options.directory = try folder(value, "CWD")
        case .root: options.root = try folder(value, "CHROOT")
        case .role: options.role = value
        case .type: options.type = value
        case .appArmorProfile: options.appArmorProfile = value
        case .privileges, .limitPrivileges: break
        }
    }

    private func folder(_ value: [UInt8], _ name: String) throws(Failure) -> [UInt8] {
        let isFolder = value.first == .init(ascii: "/") || value.first == .init(ascii: "~")
        guard isFolder || value == [.init(ascii: "*")], value.count < 4096 else {
            throw failure("\(name) is no absolute path")
        }
        return value
    }
}
