/// A JSON document taken apart, with the members of objects in their order and nothing merged.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number as it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    /// Reads one document (RFC 8259).
    ///
    /// - Throws: ``WireError`` with the place when the bytes are no JSON, or nest more than 100 deep.
    public init(parsing bytes: [UInt8]) throws(WireError) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }

    /// The member `name` of an object; the last one when there are several.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The text of a string.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a whole number.
    public var integer: Int64? {
        guard case .number(let text) = self else { return nil }
        return Int64(text)
    }

    /// Whether it is `true`.
    public var isTrue: Bool {
        guard case .bool(let flag) = self else { return false }
        return flag
    }

    /// The elements of an array; none for anything else.
    public var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object; none for anything else.
    public var members: [(name: String, value: JSONValue)] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// Appends the value in compact form.
    public func write(to json: inout JSONText) {
        switch self {
        case .null: json.raw("null")
        case .bool(let flag): if flag { json.raw("true") } else { json.raw("false") }
        case .number(let text): json.raw(text.utf8)
        case .string(let text): json.string(text)
        case .array(let elements):
            json.raw("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { json.raw(",") }
                element.write(to: &json)
            }
            json.raw("]")
        case .object(let members):
            json.raw("{")
            for (index, member) in members.enumerated() {
                if index > 0 { json.raw(",") }
                json.string(member.name)
                json.raw(":")
                member.value.write(to: &json)
            }
            json.raw("}")
        }
    }

    /// The value in compact form.
    public var text: String {
        var json = JSONText()
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

private struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(WireError) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw failure("something after the end of the JSON") }
        return value
    }

    private mutating func value(depth: Int) throws(WireError) -> JSONValue {
        guard depth < 100 else { throw failure("JSON nested too deeply") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(WireError) -> JSONValue {
        position += 1
        var members: [(name: String, value: JSONValue)] = []
        skipBlanks()
        if take("}") { return .object([]) }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw failure("a member without a name") }
            let name = try string()
            skipBlanks()
            guard take(":") else { throw failure("a member without a value") }
            members.append((name, try value(depth: depth + 1)))
            skipBlanks()
        } while take(",")
        guard take("}") else { throw failure("an object that does not end") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(WireError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipBlanks()
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(",")
        guard take("]") else { throw failure("an array that does not end") }
        return .array(elements)
    }

    private mutating func number() throws(WireError) -> JSONValue {
        let start = position
        _ = take("-")
        let isWhole = take("0") || skipDigits()
        guard isWhole, !take(".") || skipDigits(), !takeExponent() || skipExponent() else {
            position = start
            throw failure("no JSON value")
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Goes past digits; whether there was one.
    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position > start
    }

    private mutating func takeExponent() -> Bool { take("e") || take("E") }

    private mutating func skipExponent() -> Bool {
        if !take("+") { _ = take("-") }
        return skipDigits()
    }

    private mutating func string() throws(WireError) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &content)
            case ..<0x20: throw failure("a control character in a string")
            default: content.append(byte)
            }
        }
        throw failure("a string that does not end")
    }

    private mutating func escape(into content: inout [UInt8]) throws(WireError) {
        guard let byte = peek else { throw failure("a string that does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: String(try scalar()).utf8)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        default: throw failure("an unknown escape")
        }
    }

    /// The character of one or two `\u` escapes; half a pair becomes U+FFFD.
    private mutating func scalar() throws(WireError) -> Unicode.Scalar {
        let first = try hexadecimal()
        guard (0xD800..<0xDC00).contains(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let afterFirst = position
        position += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else {
            // What follows is a character of its own.
            position = afterFirst
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(WireError) -> UInt32 {
        var number: UInt32 = 0
        for place in position..<(position + 4) {
            guard place < bytes.count, let digit = Self.hexadecimalDigit(bytes[place]) else {
                throw failure("an escape without four hexadecimal digits")
            }
            number = number << 4 | digit
        }
        position += 4
        return number
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(WireError) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= bytes.count, bytes[position..<end].elementsEqual(expected) else { throw failure("no JSON value") }
        position = end
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private func failure(_ problem: String) -> WireError {
        WireError(offset: position, problem: problem)
    }
}
