/// Reads the values of header fields from front to back: digits, tokens, quoted strings and parameters.
struct ByteScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Goes past tabs and these characters.
    mutating func skip(_ characters: String) {
        rest = rest.drop { $0 == UInt8(ascii: "\t") || characters.utf8.contains($0) }
    }

    /// Everything up to `character`, which stays; nil when it doesn't come.
    mutating func text(upTo character: Unicode.Scalar) -> String? {
        guard let end = rest.firstIndex(of: UInt8(ascii: character)) else { return nil }
        defer { rest = rest[end...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    /// Goes on at `character`, or at the end.
    mutating func skip(to character: Unicode.Scalar) {
        rest = rest.drop { $0 != UInt8(ascii: character) }
    }

    /// The number of exactly so many digits.
    mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// A token, as names are (RFC 9110, 5.6.2), a little more generously.
    mutating func token() -> String? {
        let bytes = rest.prefix { byte in
            byte > 0x20 && byte != 0x7F && !"()<>@,;:\\\"[]?={}".utf8.contains(byte)
        }
        guard !bytes.isEmpty else { return nil }
        rest = rest[bytes.endIndex...]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `name=value` or `name="value"`; nil when it is none, and then nothing is read.
    mutating func parameter(mayLackValue: Bool) -> (name: String, value: String)? {
        let before = rest
        guard let name = token() else { return nil }
        skip(" ")
        guard take("=") else {
            if mayLackValue { return (name, "") }
            rest = before
            return nil
        }
        skip(" ")
        guard let value = quoted() ?? token() else {
            rest = before
            return nil
        }
        return (name, value)
    }

    private mutating func quoted() -> String? {
        let before = rest
        guard take("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                bytes.append(escaped)
            } else {
                bytes.append(byte)
            }
        }
        rest = before
        return nil
    }
}
