/// The CSV of list flags: commas separate, double quotes protect, two quotes in quotes are one.
enum CommaSeparated {
    /// The fields of one line; the empty text has none.
    static func fields(of text: String) throws(FlagSyntaxProblem) -> [String] {
        guard !text.isEmpty else { return [] }
        var reader = Reader(rest: text.utf8[...])
        return try reader.fields()
    }

    /// The fields of a map flag: a single pair is taken as it stands, commas and quotes included.
    static func pairs(of text: String) throws(FlagSyntaxProblem) -> [String] {
        let bare = trimmed(text)
        guard !bare.isEmpty else { return [] }
        return bare.utf8.count(where: { $0 == UInt8(ascii: "=") }) == 1 ? [bare] : try fields(of: bare)
    }

    private static func trimmed(_ text: String) -> String {
        let isQuote = { (byte: UInt8) in byte == UInt8(ascii: "\"") }
        let start = text.utf8.drop(while: isQuote)
        let length = start.reversed().drop(while: isQuote).count
        return String(decoding: start.prefix(length), as: UTF8.self)
    }

    private struct Reader {
        var rest: Substring.UTF8View

        private static let comma = UInt8(ascii: ",")
        private static let quote = UInt8(ascii: "\"")

        mutating func fields() throws(FlagSyntaxProblem) -> [String] {
            var fields: [String] = []
            while true {
                fields.append(try field())
                guard let next = rest.popFirst() else { return fields }
                guard next == Self.comma else { throw FlagSyntaxProblem("text after a closing quote") }
            }
        }

        private mutating func field() throws(FlagSyntaxProblem) -> String {
            guard rest.first == Self.quote else { return try bareField() }
            rest.removeFirst()
            return try quotedField()
        }

        private mutating func bareField() throws(FlagSyntaxProblem) -> String {
            let field = rest.prefix { $0 != Self.comma }
            guard !field.contains(Self.quote) else {
                throw FlagSyntaxProblem("a quote inside an item without quotes")
            }
            rest = rest[field.endIndex...]
            return String(decoding: field, as: UTF8.self)
        }

        private mutating func quotedField() throws(FlagSyntaxProblem) -> String {
            var field: [UInt8] = []
            while let byte = rest.popFirst() {
                guard byte == Self.quote else {
                    field.append(byte)
                    continue
                }
                guard rest.first == Self.quote else { return String(decoding: field, as: UTF8.self) }
                rest.removeFirst()
                field.append(Self.quote)
            }
            throw FlagSyntaxProblem("a quote that is never closed")
        }
    }
}
