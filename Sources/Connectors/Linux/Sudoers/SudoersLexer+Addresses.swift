/// Network addresses and networks, as far as the lexer tells them from words.
extension SudoersLexer {
    /// The longest address or network at `start`.
    func networkLength(_ start: Int) -> Int {
        max(networkLengthIPv4(start), networkLengthIPv6(start))
    }

    private func networkLengthIPv4(_ start: Int) -> Int {
        let address = addressLengthIPv4(start)
        guard address > 0 else { return 0 }
        guard byte(start + address) == .init(ascii: "/") else { return address }
        let mask = max(
            addressLengthIPv4(start + address + 1), prefixLength(start + address + 1, atMost: 32))
        return mask > 0 ? address + 1 + mask : address
    }

    private func networkLengthIPv6(_ start: Int) -> Int {
        var longest = 0
        for address in addressLengthsIPv6(start) where address > 0 {
            longest = max(longest, address)
            guard byte(start + address) == .init(ascii: "/") else { continue }
            let mask = max(
                addressLengthsIPv6(start + address + 1).max() ?? 0, prefixLength(start + address + 1, atMost: 128))
            if mask > 0 { longest = max(longest, address + 1 + mask) }
        }
        return longest
    }

    private func addressLengthIPv4(_ start: Int) -> Int {
        var index = start
        for part in 0..<4 {
            if part > 0 {
                guard byte(index) == .init(ascii: ".") else { return 0 }
                index += 1
            }
            let length = octetLength(index)
            guard length > 0 else { return 0 }
            index += length
        }
        return index - start
    }

    private func octetLength(_ start: Int) -> Int {
        guard byte(start).isDigit else { return 0 }
        guard byte(start + 1).isDigit else { return 1 }
        guard byte(start + 2).isDigit else { return 2 }
        let value = (0..<3).reduce(0) { $0 * 10 + Int(byte(start + $1) - .init(ascii: "0")) }
        return (100...255).contains(value) ? 3 : 2
    }

    /// The longest decimal number from 0 to `limit` without a leading zero.
    private func prefixLength(_ start: Int, atMost limit: Int) -> Int {
        guard byte(start).isDigit else { return 0 }
        if byte(start) == .init(ascii: "0") { return 1 }
        var value = 0
        var index = start
        while byte(index).isDigit, value * 10 + Int(byte(index) - .init(ascii: "0")) <= limit {
            value = value * 10 + Int(byte(index) - .init(ascii: "0"))
            index += 1
        }
        return index - start
    }

    /// Without and with a dotted tail.
    private func addressLengthsIPv6(_ start: Int) -> [Int] {
        var index = start
        var groups = 0
        var dotted = 0
        while groups < 7, let end = groupEnd(index) {
            index = end
            groups += 1
            if (2...6).contains(groups), byte(index) == .init(ascii: ":") {
                let tail = addressLengthIPv4(index + 1)
                if tail > 0 { dotted = index + 1 + tail - start }
            }
        }
        guard groups >= 2 else { return [0, dotted] }
        return [index + hexLength(index) - start, dotted]
    }

    /// Behind up to four hexadecimal digits and a colon.
    private func groupEnd(_ start: Int) -> Int? {
        let end = start + hexLength(start)
        return byte(end) == .init(ascii: ":") ? end + 1 : nil
    }

    private func hexLength(_ start: Int) -> Int {
        var length = 0
        while length < 4, byte(start + length).hexValue != nil { length += 1 }
        return length
    }

    /// Whether `::` stands at most once in the address and once in the mask.
    static func isValidNetwork(_ text: ArraySlice<UInt8>) -> Bool {
        var pairs = 0
        var previous: UInt8 = 0
        for byte in text {
            if byte == .init(ascii: ":"), previous == byte { pairs += 1 }
            if pairs > 1 { return false }
            if byte == .init(ascii: "/") { pairs = 0 }
            previous = byte
        }
        return true
    }
}
