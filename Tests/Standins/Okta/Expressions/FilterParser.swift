import StandinKit
import WireForm

/// Reads filter expressions: `not`, then `and`, then `or`, with parentheses.
struct FilterParser {
    private var tokens: [Token] = []
    private var place = 0

    private enum Token: Equatable {
        case open, close
        case word(String)
        case string(String)
    }

    /// Reads a text whole, or refuses it.
    ///
    /// - Parameter ignoresCase: whether strings are compared in lower case, as `search` does.
    static func parse(_ text: String, ignoresCase: Bool = false) throws(OktaError) -> FilterExpression {
        var parser = FilterParser()
        parser.tokens = try tokens(of: text, ignoresCase: ignoresCase)
        let expression = try parser.disjunction(depth: 0)
        guard parser.place == parser.tokens.count else { throw .invalidSearch }
        return expression
    }

    private static func tokens(of text: String, ignoresCase: Bool) throws(OktaError) -> [Token] {
        var tokens: [Token] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): rest.removeFirst()
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                tokens.append(byte == UInt8(ascii: "(") ? .open : .close)
                rest.removeFirst()
            case UInt8(ascii: "\""):
                let string = try Self.string(&rest)
                tokens.append(.string(ignoresCase ? string.lowercased() : string))
            default:
                let word = rest.prefix { !" \t()\"".utf8.contains($0) }
                tokens.append(.word(String(decoding: word, as: UTF8.self)))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) throws(OktaError) -> String {
        var end = rest.startIndex + 1
        while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
            end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < rest.endIndex else { throw .invalidSearch }
        let literal = Array(rest[rest.startIndex...end])
        rest = rest[(end + 1)...]
        do {
            guard let string = try JSONValue(parsing: literal).string else { throw OktaError.invalidSearch }
            return string
        } catch {
            throw OktaError.invalidSearch
        }
    }

    private var peek: Token? { place < tokens.count ? tokens[place] : nil }

    private mutating func take(word: String) -> Bool {
        guard case .word(let text)? = peek, text.lowercased() == word else { return false }
        place += 1
        return true
    }

    private mutating func take(_ token: Token) -> Bool {
        guard peek == token else { return false }
        place += 1
        return true
    }

    private mutating func disjunction(depth: Int) throws(OktaError) -> FilterExpression {
        guard depth < 20 else { throw .invalidSearch }
        var expression = try conjunction(depth: depth)
        while take(word: "or") { expression = .or(expression, try conjunction(depth: depth)) }
        return expression
    }

    private mutating func conjunction(depth: Int) throws(OktaError) -> FilterExpression {
        var expression = try factor(depth: depth)
        while take(word: "and") { expression = .and(expression, try factor(depth: depth)) }
        return expression
    }

    private mutating func factor(depth: Int) throws(OktaError) -> FilterExpression {
        if take(word: "not") {
            guard peek == .open else { throw .invalidSearch }
            return .not(try factor(depth: depth))
        }
        guard take(.open) else { return .comparison(try comparison()) }
        let inner = try disjunction(depth: depth + 1)
        guard take(.close) else { throw .invalidSearch }
        return inner
    }

    private mutating func comparison() throws(OktaError) -> FilterExpression.Comparison {
        guard case .word(let attribute)? = peek else { throw .invalidSearch }
        place += 1
        guard case .word(let name)? = peek, let comparator = FilterExpression.Operator(rawValue: name.lowercased())
        else { throw .invalidSearch }
        place += 1
        let literal = comparator == .pr ? nil : try self.literal()
        return .init(attribute: attribute, comparator: comparator, literal: literal)
    }

    private mutating func literal() throws(OktaError) -> FilterValue {
        guard let token = peek else { throw .invalidSearch }
        place += 1
        switch token {
        case .string(let text): return .text(text)
        case .word("true"): return .flag(true)
        case .word("false"): return .flag(false)
        case .word(let text):
            guard let number = Double(text) else { throw .invalidSearch }
            return .number(number)
        case .open, .close: throw .invalidSearch
        }
    }
}
