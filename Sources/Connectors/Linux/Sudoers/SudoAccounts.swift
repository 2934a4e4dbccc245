struct SudoAccounts {
    /// The number of `#1001`, as sudo reads it; -1 stands for no account.
    static func number(_ text: [UInt8]) -> UInt32? {
        guard text.first == .init(ascii: "#") else { return nil }
        var digits = text.dropFirst()
        let isNegative = digits.first == .init(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            value = value * 10 + Int64(digit - .init(ascii: "0"))
            guard value <= Int64(UInt32.max) else { return nil }
        }
        if isNegative, value > -Int64(Int32.min) { return nil }
        let id = UInt32(truncatingIfNeeded: isNegative ? -value : value)
        return id == .max ? nil : id
    }
}
