/// Commands and their arguments.
extension SudoersLexer {
    /// A path, a regular expression or `sudoedit`; arguments may follow unless it is a directory.
    mutating func startCommand(_ length: Int) -> SudoersToken? {
        command = token(.command)
        command.text = SudoersEscapes.removedFromPath(bytes[position..<(position + length)])
        let isDirectory =
            byte(position) == .init(ascii: "/") && byte(position + length - 1) == .init(ascii: "/")
        consume(length)
        if isDirectory { return command }
        state = .command
        return nil
    }

    /// A command in the binding of `Defaults`, which has no arguments.
    mutating func bindingCommand(_ length: Int) -> SudoersToken {
        var result = token(.command)
        result.text = SudoersEscapes.removedFromPath(bytes[position..<(position + length)])
        consume(length)
        return result
    }

    mutating func commandStep() -> SudoersToken? {
        if byte(position) == .backslash, continuationLength(position) == 0 { return escapedArgument() }
        let length = argumentLength(position)
        if length > 1 || (length == 1 && byte(position) != .init(ascii: "=")) {
            return argument(length)
        }
        // A carriage return before the newline is no end of a command for sudo: it takes the line for broken.
        if newlineLength(position) != 2, byte(position).endsCommand { return endCommand() }
        if let step = commonStep() { return step }
        return unexpected()
    }

    private mutating func argument(_ length: Int) -> SudoersToken? {
        if command.arguments == nil, byte(position) == .init(ascii: "^") {
            state = .regex
            isAtLineStart = false
            return nil
        }
        append(bytes[position..<(position + length)], afterSpace: sawSpace)
        sawSpace = false
        consume(length)
        return nil
    }

    private mutating func escapedArgument() -> SudoersToken? {
        let escaped = byte(position + 1)
        switch escaped {
        case .init(ascii: "*"), .init(ascii: "?"), .init(ascii: "["), .init(ascii: "]"), .init(ascii: "!"),
            .init(ascii: "^"):
            append(bytes[position..<(position + 2)], afterSpace: sawSpace)
        case .backslash: append([escaped], afterSpace: sawSpace)
        case _ where SudoersEscapes.isSpecial(escaped): append([escaped], afterSpace: sawSpace)
        default: return unexpected()
        }
        sawSpace = false
        consume(2)
        return nil
    }

    private mutating func endCommand() -> SudoersToken {
        state = .initial
        isAtLineStart = false
        return command
    }

    private func argumentLength(_ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case .init(ascii: "#"), .backslash, .init(ascii: ":"), .init(ascii: ","), .init(ascii: " "),
                .init(ascii: "\t"), .carriageReturn, .newline:
                return index - start
            default: index += 1
            }
        }
        return index - start
    }

    private mutating func append(_ text: some Collection<UInt8>, afterSpace: Bool) {
        guard command.arguments != nil else {
            command.arguments = Array(text)
            return
        }
        if afterSpace { command.arguments?.append(.init(ascii: " ")) }
        command.arguments?.append(contentsOf: text)
    }

    mutating func regexStep() -> SudoersToken? {
        let next = byte(position)
        if continuationLength(position) > 0 || newlineLength(position) == 2 {
            if let step = commonStep() { return step }
        }
        switch next {
        case .backslash:
            guard byte(position + 1) != .carriageReturn else { return unexpected() }
            append(bytes[position..<(position + 2)], afterSpace: false)
            consume(2)
            return nil
        case .init(ascii: "#"), .newline, .carriageReturn:
            state = .initial
            isAtLineStart = false
            return token(.invalid("a regular expression does not end in $"))
        case .init(ascii: "$"):
            append([next], afterSpace: false)
            consume(1)
            state = .initial
            isContinued = false
            return command
        default:
            appendRegexPart()
            return nil
        }
    }

    private mutating func appendRegexPart() {
        var end = position
        part: while end < bytes.count {
            switch bytes[end] {
            case .init(ascii: "#"), .backslash, .newline, .carriageReturn, .init(ascii: "$"): break part
            default: end += 1
            }
        }
        var part = bytes[position..<end]
        if isContinued {
            part = part.drop(while: \.isBlank)
            isContinued = false
        }
        if !part.isEmpty { append(part, afterSpace: false) }
        consume(end - position)
    }
}

extension UInt8 {
    fileprivate var endsCommand: Bool {
        switch self {
        case .init(ascii: "#"), .init(ascii: ":"), .init(ascii: ","), .init(ascii: "="), .carriageReturn, .newline:
            true
        default: false
        }
    }
}
