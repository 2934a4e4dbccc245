/// The states outside of commands, strings and settings.
extension SudoersLexer {
    /// What may start at a place, in the order in which the first of equally long ones wins.
    private enum Rule {
        case token(SudoersToken.Kind)
        case text(SudoersToken.Kind)
        case settingsStart, comma, digest, wrongDigest
        case include(SudoersToken.Kind, keyword: Int)
        case defaults, aliasKeyword(SudoersAliasKind)
        case network, option(SudoersOption), bindingCommand, digestKind(SudoersDigest.Kind)
        case pathValue, command, quote
    }

    private struct Match {
        var rule: Rule?
        var length = 0

        mutating func consider(_ rule: Rule, _ length: Int) {
            if length > self.length { self = Match(rule: rule, length: length) }
        }
    }

    mutating func generalStep() -> SudoersToken? {
        var match = Match()
        considerState(&match)
        considerWords(&match)
        considerPunctuation(&match)
        let common = commonLength(position)
        if common > match.length || match.rule == nil {
            if let step = commonStep() { return step }
            return state == .initial && byte(position) == .init(ascii: "#") ? comment() : unexpected()
        }
        if state == .initial, commentLength(position) > match.length { return comment() }
        guard let rule = match.rule else { return unexpected() }
        return apply(rule, match.length)
    }

    private func commonLength(_ start: Int) -> Int {
        max(newlineLength(start), blankLength(start), continuationLength(start))
    }

    private func considerState(_ match: inout Match) {
        switch state {
        case .binding:
            let blanks = blankLength(position)
            if byte(position + blanks) == .init(ascii: ",") {
                match.consider(.comma, blanks + 1 + blankLength(position + blanks + 1))
            }
            match.consider(.settingsStart, blanks)
        case .digest: considerDigest(&match)
        case .initial:
            match.consider(.include(.include, keyword: 8), literalLength("@include", position))
            match.consider(.include(.includeDirectory, keyword: 11), literalLength("@includedir", position))
            if isAtLineStart { considerLineStart(&match) }
        default: break
        }
    }

    private func considerDigest(_ match: inout Match) {
        var hexadecimal = 0
        while byte(position + hexadecimal).hexValue != nil { hexadecimal += 1 }
        var base64 = 0
        while byte(position + base64).isBase64 { base64 += 1 }
        guard base64 > 0 else { return }
        let count = digestKind.byteCount
        let isHexadecimal = hexadecimal == base64
        let isPadded = byte(position + base64 - 1) == .init(ascii: "=")
        let expected = isHexadecimal ? count * 2 : isPadded ? 4 * ((count + 2) / 3) : (4 * count + 2) / 3
        match.consider(base64 == expected ? .digest : .wrongDigest, base64)
    }

    private func considerLineStart(_ match: inout Match) {
        for (keyword, kind) in [("#include", SudoersToken.Kind.include), ("#includedir", .includeDirectory)] {
            let count = keyword.utf8.count
            guard bytes[position...].starts(with: keyword.utf8), byte(position + count).isBlank else { continue }
            match.consider(.include(kind, keyword: count), restOfLineLength(position))
        }
        let blanks = blankLength(position)
        if literalLength("Defaults", position + blanks) > 0 {
            match.consider(.defaults, blanks + 8 + bindingLength(position + blanks + 8))
        }
        let keywords: [(StaticString, SudoersAliasKind)] = [
            ("Host_Alias", .host), ("Cmnd_Alias", .command), ("Cmd_Alias", .command), ("User_Alias", .user),
            ("Runas_Alias", .runAs),
        ]
        for (keyword, kind) in keywords {
            let length = literalLength(keyword, position + blanks)
            if length > 0 { match.consider(.aliasKeyword(kind), blanks + length) }
        }
    }

    /// The sign of a binding and its first name, which together make `Defaults` a keyword longer than any word.
    private func bindingLength(_ start: Int) -> Int {
        switch byte(start) {
        case .init(ascii: ":"), .init(ascii: "@"), .init(ascii: ">"), .init(ascii: "!"): break
        default: return 0
        }
        var index = start + 1 + blankLength(start + 1)
        while byte(index) == .init(ascii: "!") { index += 1 }
        if byte(index) == .init(ascii: "\"") { index += 1 }
        let name = nameLength(index)
        return name > 0 ? index + name - start : 0
    }

    private func considerWords(_ match: inout Match) {
        let isNaming = state == .initial || state == .binding
        if byte(position).isCapital { match.consider(tagRule.rule, tagRule.length) }
        considerGroups(&match, isNaming: isNaming)
        match.consider(.network, networkLength(position))
        match.consider(.token(.all), literalLength("ALL", position))
        let capitals = aliasLength(position)
        if capitals > 0 {
            if state == .initial, let option = optionAt(position, capitals) {
                match.consider(.option(option), capitals)
            }
            match.consider(.text(.alias), capitals)
        }
        considerCommands(&match)
        if isNaming {
            match.consider(.quote, byte(position) == .init(ascii: "\"") ? 1 : 0)
            match.consider(.text(.word), nameLength(position))
        }
    }

    private var tagRule: (rule: Rule, length: Int) {
        var end = position
        while byte(end).isCapital || byte(end) == .init(ascii: "_") { end += 1 }
        let colon = end + blankLength(end)
        guard byte(colon) == .init(ascii: ":"), let tag = SudoersTag(bytes[position..<end]) else {
            return (.text(.alias), 0)
        }
        return (.token(.tag(tag)), colon + 1 - position)
    }

    private func considerGroups(_ match: inout Match, isNaming: Bool) {
        if byte(position) == .init(ascii: "+") {
            if isNaming { match.consider(.token(.invalid("a netgroup has no name")), 1) }
            let name = wordLength(position + 1)
            if name > 0 { match.consider(.text(.netgroup), 1 + name) }
        } else if byte(position) == .init(ascii: "%") {
            let sign = byte(position + 1) == .init(ascii: ":") ? 2 : 1
            if isNaming { match.consider(.token(.invalid("a group has no name")), sign) }
            for length in [nameLength(position + sign) + sign, nameLength(position + 1) + 1] where length > sign {
                match.consider(.text(.userGroup), length)
            }
        }
    }

    private func optionAt(_ start: Int, _ length: Int) -> SudoersOption? {
        let known: [SudoersOption] = [
            .timeout, .notBefore, .notAfter, .directory, .root, .role, .type, .appArmorProfile,
        ]
        return known.first { $0.rawValue.utf8.elementsEqual(bytes[start..<(start + length)]) }
    }

    private func considerCommands(_ match: inout Match) {
        let path = pathLength(position)
        let regex = regexLength(position)
        let sudoedit = literalLength("sudoedit", position)
        if state == .binding { match.consider(.bindingCommand, max(path, regex, sudoedit)) }
        for kind in SudoersDigest.Kind.allCases where bytes[position...].starts(with: kind.rawValue.utf8) {
            match.consider(.digestKind(kind), 6)
        }
        match.consider(.command, sudoedit)
        if state == .path { match.consider(.pathValue, max(path, wordLength(position))) }
        match.consider(.command, max(path, regex))
        if state == .path { match.consider(.quote, byte(position) == .init(ascii: "\"") ? 1 : 0) }
    }

    private func considerPunctuation(_ match: inout Match) {
        let kind: SudoersToken.Kind? =
            switch byte(position) {
            case .init(ascii: "("): .open
            case .init(ascii: ")"): .close
            case .init(ascii: ","): .comma
            case .init(ascii: "="): .equals
            case .init(ascii: ":"): .colon
            default: nil
            }
        if let kind { match.consider(.token(kind), 1) }
    }

    private mutating func apply(_ rule: Rule, _ length: Int) -> SudoersToken? {
        switch rule {
        case .token(let kind): return plain(kind, length)
        case .text(let kind): return take(kind, length)
        case .comma: return plain(.comma, length)
        case .settingsStart:
            consume(length)
            state = .variable
            return nil
        case .digest:
            state = .initial
            return take(.digest, length)
        case .wrongDigest:
            state = .initial
            consume(length)
            return nil
        case .include(let kind, let keyword): return directive(kind, keyword, then: .include)
        case .defaults: return defaults(length)
        case .aliasKeyword(let kind): return directive(.aliasKeyword(kind), length, then: .initial)
        case .network: return network(length)
        case .option(let option): return self.option(option, length)
        case .bindingCommand: return bindingCommand(length)
        case .digestKind(let kind):
            digestKind = kind
            state = .digest
            return plain(.digestKind(kind), length)
        case .pathValue:
            state = outerState
            return take(.word, length)
        case .command: return startCommand(length)
        case .quote:
            if state != .path { outerState = state }
            startString()
            return nil
        }
    }

    private mutating func plain(_ kind: SudoersToken.Kind, _ length: Int) -> SudoersToken {
        let result = token(kind)
        consume(length)
        return result
    }

    /// A keyword that must stand at the start of a line.
    private mutating func directive(_ kind: SudoersToken.Kind, _ length: Int, then next: State) -> SudoersToken {
        guard !isContinued else { return plain(.invalid("a continued line can't start a directive"), length) }
        let result = plain(kind, length)
        state = next
        return result
    }

    private mutating func defaults(_ length: Int) -> SudoersToken {
        let blanks = blankLength(position)
        let sign = position + blanks + 8
        let scope: SudoersDefaults.Scope? =
            switch length > blanks + 8 ? byte(sign) : 0 {
            case .init(ascii: ":"): .user
            case .init(ascii: ">"): .runAs
            case .init(ascii: "@"): .host
            case .init(ascii: "!"): .command
            default: nil
            }
        let end = scope == nil ? sign : sign + 1 + blankLength(sign + 1)
        return directive(.defaults(scope ?? .everywhere), end - position, then: .binding)
    }

    private mutating func network(_ length: Int) -> SudoersToken {
        guard Self.isValidNetwork(bytes[position..<(position + length)]) else {
            return plain(.invalid("an IPv6 address has :: more than once"), length)
        }
        return take(.network, length)
    }

    private mutating func option(_ option: SudoersOption, _ length: Int) -> SudoersToken {
        if option == .directory || option == .root {
            outerState = state
            state = .path
        }
        return plain(.option(option), length)
    }
}

extension UInt8 {
    fileprivate var isBase64: Bool {
        isCapital || isLowerCase || isDigit || self == .init(ascii: "+") || self == .init(ascii: "/")
            || self == .init(ascii: "=")
    }
}
