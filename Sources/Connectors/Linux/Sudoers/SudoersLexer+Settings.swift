/// Strings, the settings of `Defaults` and the paths of includes.
extension SudoersLexer {
    mutating func startString() {
        string = nil
        stringStart = (line, position - lineStart + 1)
        state = .string
        consume(1)
    }

    mutating func stringStep() -> SudoersToken? {
        let continuation = continuationLength(position)
        if continuation > 0 {
            continueLine(continuation)
            consume(blankLength(position))
            return nil
        }
        switch byte(position) {
        case .init(ascii: "\""): return endString()
        case _ where newlineLength(position) > 0:
            string = nil
            state = .initial
            return token(.invalid("a quoted text does not end on its line"))
        case .carriageReturn: return unexpected()
        default:
            appendStringPart()
            return nil
        }
    }

    private mutating func appendStringPart() {
        var end = position
        if byte(end) == .backslash, byte(end + 1) != .init(ascii: "\"") {
            end += 1
        } else {
            while end < bytes.count {
                if bytes[end] == .backslash, byte(end + 1) == .init(ascii: "\"") {
                    end += 2
                } else if bytes[end] == .backslash || bytes[end] == .init(ascii: "\"") || bytes[end] == .newline
                    || bytes[end] == .carriageReturn
                {
                    break
                } else {
                    end += 1
                }
            }
        }
        let part = SudoersEscapes.removed(from: bytes[position..<end])
        if string == nil { string = SudoersToken(kind: .word, line: stringStart.line, column: stringStart.column) }
        string?.text.append(contentsOf: part)
        consume(end - position)
    }

    private mutating func endString() -> SudoersToken {
        let end = token(.invalid("a quoted text is empty"))
        consume(1)
        state = outerState
        guard var result = string else { return end }
        string = nil
        guard state == .initial || state == .binding else { return result }
        if result.text.first == .init(ascii: "%") {
            let isNameless = result.text.count == 1 || result.text.elementsEqual("%:".utf8)
            result.kind = isNameless ? .invalid("a group has no name") : .userGroup
        } else if result.text.first == .init(ascii: "+") {
            result.kind = result.text.count == 1 ? .invalid("a netgroup has no name") : .netgroup
        }
        return result
    }

    mutating func variableStep() -> SudoersToken? {
        var length = 0
        while byte(position + length).isLowerCase || byte(position + length) == .init(ascii: "_") { length += 1 }
        if length > 0 {
            state = .setting
            return take(.variable, length)
        }
        if byte(position) == .init(ascii: "#") { return comment() }
        if let step = commonStep() { return step }
        return unexpected()
    }

    mutating func settingStep() -> SudoersToken? {
        switch byte(position) {
        case .init(ascii: ","):
            state = .variable
            return punctuation(.comma, 1)
        case .init(ascii: "="): return punctuation(.equals, 1)
        case .init(ascii: "+") where byte(position + 1) == .init(ascii: "="): return punctuation(.plusEquals, 2)
        case .init(ascii: "-") where byte(position + 1) == .init(ascii: "="): return punctuation(.minusEquals, 2)
        case .init(ascii: "\""):
            outerState = .setting
            startString()
            return nil
        case .init(ascii: "#"): return comment()
        default:
            if let step = commonStep() { return step }
            let length = valueLength(position)
            return length > 0 ? take(.word, length) : unexpected()
        }
    }

    private mutating func punctuation(_ kind: SudoersToken.Kind, _ length: Int) -> SudoersToken {
        let result = token(kind)
        consume(length)
        return result
    }

    private func valueLength(_ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] == .backslash {
                guard byte(index + 1) != .newline, byte(index + 1) != .carriageReturn else { break }
                index += 2
            } else if bytes[index].endsValue || (index == start && bytes[index] == .init(ascii: "!")) {
                break
            } else {
                index += 1
            }
        }
        return min(index, bytes.count) - start
    }

    mutating func includeStep() -> SudoersToken? {
        if byte(position) == .init(ascii: "\"") {
            outerState = .initial
            startString()
            return nil
        }
        let length = includedPathLength(position)
        let common = max(newlineLength(position), blankLength(position), continuationLength(position))
        if length >= common, length > 0 {
            state = .initial
            return take(.word, length)
        }
        if let step = commonStep() { return step }
        return unexpected()
    }

    private func includedPathLength(_ start: Int) -> Int {
        guard !byte(start).isSpace, start < bytes.count else { return 0 }
        var index = start
        while index < bytes.count {
            if bytes[index] == .backslash, index > start, byte(index + 1).isBlank {
                index += 2
            } else if bytes[index].isSpace {
                break
            } else {
                index += 1
            }
        }
        return index - start
    }
}

extension UInt8 {
    fileprivate var endsValue: Bool {
        switch self {
        case .init(ascii: "#"), .init(ascii: "="), .init(ascii: ","), .init(ascii: " "), .init(ascii: "\t"),
            .init(ascii: "\r"), .init(ascii: "\n"), .init(ascii: "\\"), .init(ascii: "\""):
            true
        default: false
        }
    }

    fileprivate var isSpace: Bool {
        self == .init(ascii: " ") || (.init(ascii: "\t") ... .init(ascii: "\r")).contains(self)
    }
}
