/// How long what starts at an index is; 0 says that it doesn't start there.
extension SudoersLexer {
    func blankLength(_ start: Int) -> Int {
        var index = start
        while byte(index).isBlank { index += 1 }
        return index - start
    }

    func newlineLength(_ start: Int) -> Int {
        if byte(start) == .newline { return 1 }
        return byte(start) == .carriageReturn && byte(start + 1) == .newline ? 2 : 0
    }

    /// A backslash, blanks and the newline they hide.
    func continuationLength(_ start: Int) -> Int {
        guard byte(start) == .backslash else { return 0 }
        let end = start + 1 + blankLength(start + 1)
        let newline = newlineLength(end)
        return newline > 0 ? end + newline - start : 0
    }

    func wordLength(_ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let value = bytes[index]
            if value == .backslash {
                let escaped = byte(index + 1)
                guard index + 1 < bytes.count, escaped != .newline, escaped != .init(ascii: "\t") else { break }
                index += 2
            } else if value.endsWord {
                break
            } else {
                index += 1
            }
        }
        return index - start
    }

    /// `#` and a number.
    func numberLength(_ start: Int) -> Int {
        guard byte(start) == .init(ascii: "#") else { return 0 }
        let first = byte(start + 1) == .init(ascii: "-") ? start + 2 : start + 1
        var index = first
        while byte(index).isDigit { index += 1 }
        return index > first ? index - start : 0
    }

    func nameLength(_ start: Int) -> Int {
        max(wordLength(start), numberLength(start))
    }

    func pathLength(_ start: Int) -> Int {
        guard byte(start) == .init(ascii: "/") else { return 0 }
        var index = start + 1
        while index < bytes.count {
            let value = bytes[index]
            if value == .backslash {
                guard SudoersEscapes.isSpecial(byte(index + 1)) else { break }
                index += 2
            } else if value == .newline || value == .carriageReturn || SudoersEscapes.isSpecial(value) {
                break
            } else {
                index += 1
            }
        }
        return index - start > 1 ? index - start : 0
    }

    /// `^…$`, where `\$` may end it as well as stand inside: the longest counts.
    func regexLength(_ start: Int) -> Int {
        guard byte(start) == .init(ascii: "^") else { return 0 }
        var index = start + 1
        var longest = 0
        while index < bytes.count {
            let isEscaped = bytes[index - 1] == .backslash && index - 1 > start
            switch bytes[index] {
            case .newline, .carriageReturn: return longest
            case .init(ascii: "#") where !isEscaped: return longest
            case .init(ascii: "$"):
                longest = index + 1 - start
                if !isEscaped { return longest }
            default: break
            }
            index += 1
        }
        return longest
    }

    func aliasLength(_ start: Int) -> Int {
        guard byte(start).isCapital else { return 0 }
        var index = start + 1
        while byte(index).isCapital || byte(index).isDigit || byte(index) == .init(ascii: "_") { index += 1 }
        return index - start
    }

    func literalLength(_ text: StaticString, _ start: Int) -> Int {
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return 0 }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[start..<(start + count)]) } ? count : 0
    }

    /// A comment with its newline; `#` before a number is none.
    func commentLength(_ start: Int) -> Int {
        guard byte(start) == .init(ascii: "#") else { return 0 }
        let first = byte(start + 1)
        let second = byte(start + 2)
        let isText =
            first == .init(ascii: "-")
            ? !(second == .newline || second == .carriageReturn || second.isDigit)
            : !(first == .newline || first == .carriageReturn || first.isDigit)
        guard isText else { return 1 + newlineLength(start + 1) }
        var index = start + 1
        while index < bytes.count, bytes[index] != .newline { index += 1 }
        return min(index + 1, bytes.count) - start
    }

    /// The rest of the line with its newline.
    func restOfLineLength(_ start: Int) -> Int {
        let end = bytes[start...].firstIndex(of: .newline) ?? bytes.count - 1
        return end + 1 - start
    }
}

extension UInt8 {
    /// Whether a word stops before it.
    fileprivate var endsWord: Bool {
        switch self {
        case .init(ascii: "#"), .init(ascii: ">"), .init(ascii: "!"), .init(ascii: "="), .init(ascii: ":"),
            .init(ascii: ","), .init(ascii: "("), .init(ascii: ")"), .init(ascii: " "), .init(ascii: "\t"),
            .init(ascii: "\r"), .init(ascii: "\n"), .init(ascii: "\\"), .init(ascii: "\""):
            true
        default: false
        }
    }
}
