/// Cuts a sudoers file into tokens, the way sudo's own lexer does: the longest match wins, the state decides what may
/// match, and nothing the parser does changes it.
struct SudoersLexer: Sendable {
    enum State: Sendable {
        case initial
        /// After `Defaults`, up to the blank that ends its binding.
        case binding
        /// Before the name of a setting.
        case variable
        /// After the name of a setting.
        case setting
        /// The arguments of a command.
        case command
        /// Arguments written as a regular expression.
        case regex
        case string
        case digest
        case include
        /// The value of `CWD` and `CHROOT`.
        case path
    }

    /// The text; it ends in a newline and has no NUL.
    let bytes: [UInt8]
    var position = 0
    var line = 1
    var lineStart = 0
    var state = State.initial
    /// The state to return to after a string or a path.
    var outerState = State.initial
    var isContinued = false
    var sawSpace = false
    var isAtLineStart = true
    var digestKind = SudoersDigest.Kind.sha224
    var command = SudoersToken(kind: .command, line: 0, column: 0)
    var string: SudoersToken?
    var stringStart = (line: 0, column: 0)

    init(_ text: [UInt8]) {
        bytes = Self.withoutNULs(text)
    }

    /// The next token; `.end` for ever after the last.
    mutating func next() -> SudoersToken {
        while position < bytes.count {
            if let token = step() { return token }
        }
        return token(.end)
    }

    private mutating func step() -> SudoersToken? {
        switch state {
        case .initial, .binding, .digest, .path: generalStep()
        case .command: commandStep()
        case .regex: regexStep()
        case .string: stringStep()
        case .variable: variableStep()
        case .setting: settingStep()
        case .include: includeStep()
        }
    }

    /// sudo reads line by line and drops what follows a NUL up to the end of its line.
    private static func withoutNULs(_ text: [UInt8]) -> [UInt8] {
        var text = text
        if text.contains(0) {
            var isDropping = false
            text.removeAll { byte in
                if byte == .newline { isDropping = false } else if byte == 0 { isDropping = true }
                return isDropping
            }
        }
        if text.last != .newline { text.append(.newline) }
        return text
    }
}

extension SudoersLexer {
    /// The byte at `index`, or 0 behind the end.
    func byte(_ index: Int) -> UInt8 {
        index < bytes.count ? bytes[index] : 0
    }

    func token(_ kind: SudoersToken.Kind) -> SudoersToken {
        SudoersToken(kind: kind, line: line, column: position - lineStart + 1)
    }

    mutating func consume(_ count: Int) {
        let end = min(position + count, bytes.count)
        while position < end {
            if bytes[position] == .newline {
                line += 1
                lineStart = position + 1
            }
            position += 1
        }
        isAtLineStart = position > 0 && bytes[position - 1] == .newline
    }

    /// Consumes `count` bytes as a token whose text is what they say without escapes.
    mutating func take(_ kind: SudoersToken.Kind, _ count: Int) -> SudoersToken {
        var result = token(kind)
        result.text = SudoersEscapes.removed(from: bytes[position..<(position + count)])
        consume(count)
        return result
    }

    /// What no state has a rule for.
    mutating func unexpected() -> SudoersToken {
        let result = token(.invalid("syntax error"))
        consume(1)
        return result
    }

    /// Newlines, blanks, continuations and `!` mean the same in every state.
    ///
    /// The outer nil says that none of them starts here, the inner that there is no token for it.
    mutating func commonStep() -> SudoersToken?? {
        if case let length = newlineLength(position), length > 0 { return .some(endLine(length)) }
        if case let length = blankLength(position), length > 0 {
            sawSpace = true
            consume(length)
            return .some(nil)
        }
        if case let length = continuationLength(position), length > 0 {
            continueLine(length)
            return .some(nil)
        }
        guard byte(position) == .init(ascii: "!") else { return nil }
        return .some(negation())
    }

    mutating func endLine(_ length: Int) -> SudoersToken {
        let result = token(.newline)
        consume(length)
        state = .initial
        isContinued = false
        return result
    }

    mutating func continueLine(_ length: Int) {
        sawSpace = true
        isContinued = true
        consume(length)
    }

    /// Two `!` cancel each other.
    private mutating func negation() -> SudoersToken? {
        let result = token(.not)
        var length = 0
        while byte(position + length) == .init(ascii: "!") { length += 1 }
        consume(length)
        return length % 2 == 1 ? result : nil
    }

    /// The comment at `#`, which ends the line with it.
    mutating func comment() -> SudoersToken {
        let result = token(.newline)
        let length = commentLength(position)
        consume(length)
        guard length > 0, bytes[position - 1] == .newline else {
            if length == 0 { consume(1) }
            return SudoersToken(kind: .invalid("syntax error"), line: result.line, column: result.column)
        }
        state = .initial
        isContinued = false
        return result
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let backslash = UInt8(ascii: "\\")

    /// A space or a tab.
    var isBlank: Bool { self == .init(ascii: " ") || self == .init(ascii: "\t") }

    /// `0` to `9`.
    var isDigit: Bool { (.init(ascii: "0") ... .init(ascii: "9")).contains(self) }

    var isCapital: Bool { (.init(ascii: "A") ... .init(ascii: "Z")).contains(self) }
    var isLowerCase: Bool { (.init(ascii: "a") ... .init(ascii: "z")).contains(self) }
    var hexValue: UInt8? {
        switch self {
        case .init(ascii: "0") ... .init(ascii: "9"): self - .init(ascii: "0")
        case .init(ascii: "a") ... .init(ascii: "f"): self - .init(ascii: "a") + 10
        case .init(ascii: "A") ... .init(ascii: "F"): self - .init(ascii: "A") + 10
        default: nil
        }
    }
}
