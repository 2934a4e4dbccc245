/// What is wrong with the text of a value, such as `not a whole number`.
public struct FlagSyntaxProblem: Error, Sendable {
    /// The end of a sentence that starts with where the text stands.
    public let reason: String

    /// A problem that reads on from where the text stands.
    public init(_ reason: String) {
        self.reason = reason
    }
}

extension FlagValue {
    /// Reads a value as it would be typed on the command line.
    public init(parsing text: String, as kind: Flag.Kind) throws(FlagSyntaxProblem) {
        switch kind {
        case .string: self = .string(text)
        case .bool: self = .bool(try Self.bool(text))
        case .int: self = .int(try Self.int(text))
        case .strings: self = .strings(try CommaSeparated.fields(of: text))
        case .map: self = .map(try Self.map(text))
        }
    }

    static func parse(_ text: String, as kind: Flag.Kind) -> Result<FlagValue, FlagSyntaxProblem> {
        Result { () throws(FlagSyntaxProblem) in try FlagValue(parsing: text, as: kind) }
    }

    /// This value with a later one added, as a repeated flag has it: lists and maps grow, all else is replaced.
    func adding(_ later: FlagValue) -> FlagValue {
        switch (self, later) {
        case (.strings(let items), .strings(let more)): .strings(items + more)
        case (.map(let pairs), .map(let more)): .map(pairs.merging(more) { $1 })
        default: later
        }
    }

    private static func bool(_ text: String) throws(FlagSyntaxProblem) -> Bool {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: throw FlagSyntaxProblem("neither true nor false")
        }
    }

    private static func map(_ text: String) throws(FlagSyntaxProblem) -> [String: String] {
        var pairs: [String: String] = [:]
        for field in try CommaSeparated.pairs(of: text) {
            guard let equals = field.unicodeScalars.firstIndex(of: "=") else {
                throw FlagSyntaxProblem("not of the form key=value")
            }
            pairs[String(field[..<equals])] = String(field[field.unicodeScalars.index(after: equals)...])
        }
        return pairs
    }

    private static func int(_ text: String) throws(FlagSyntaxProblem) -> Int {
        let isNegative = text.hasPrefix("-")
        var digits = Substring(text)
        if isNegative || text.hasPrefix("+") { digits.removeFirst() }
        let radix = takeRadix(from: &digits)
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
            let number = Int((isNegative ? "-" : "") + digits.filter { $0 != "_" }, radix: radix)
        else { throw FlagSyntaxProblem("not a whole number") }
        return number
    }

    /// Go's number prefixes; a plain leading zero means octal there.
    private static func takeRadix(from digits: inout Substring) -> Int {
        let prefixes = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)]
        for (prefix, radix) in prefixes where digits.hasPrefix(prefix) {
            digits = digits.dropFirst(2)
            return radix
        }
        guard digits.hasPrefix("0"), digits.utf8.count > 1 else { return 10 }
        digits = digits.dropFirst()
        return 8
    }
}
