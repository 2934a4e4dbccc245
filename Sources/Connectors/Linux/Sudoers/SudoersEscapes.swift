/// Removes the backslashes of sudoers.
enum SudoersEscapes {
    /// A word: `\x41` is a byte in hexadecimal, any other escaped byte stands for itself.
    static func removed(from text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(.backslash) else { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == .backslash, index + 1 < text.endIndex else {
                result.append(text[index])
                index += 1
                continue
            }
            if let value = hexadecimal(text[(index + 1)...]) {
                result.append(value)
                index += 4
            } else {
                result.append(text[index + 1])
                index += 2
            }
        }
        // sudo keeps words as C strings.
        return Array(result.prefix { $0 != 0 })
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> UInt8? {
        let digits = Array(text.prefix(3))
        guard digits.count == 3, digits[0] == .init(ascii: "x"), let high = digits[1].hexValue,
            let low = digits[2].hexValue
        else { return nil }
        return high << 4 | low
    }

    /// A path: only the characters that mean something to sudoers are escaped, `\*` stays as it is.
    static func removedFromPath(_ text: ArraySlice<UInt8>) -> [UInt8] {
        if text.first == .init(ascii: "^") { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == .backslash, index + 1 < text.endIndex, isSpecial(text[index + 1]) { index += 1 }
            result.append(text[index])
            index += 1
        }
        return result.suffix(9).elementsEqual("/sudoedit".utf8) ? Array("sudoedit".utf8) : result
    }

    static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case .init(ascii: ","), .init(ascii: ":"), .init(ascii: "="), .init(ascii: " "), .init(ascii: "\t"),
            .init(ascii: "#"):
            true
        default: false
        }
    }
}
