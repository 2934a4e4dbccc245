/// Markup that can be sent to a browser.
///
/// It is made of literals only. What is put into them is escaped, unless it is markup itself: a forgotten escape doesn't compile.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    typealias StringLiteralType = StaticString

    init(stringLiteral value: StaticString) { text = value.description }
    init(stringInterpolation parts: Interpolation) { text = parts.text }
    private init(_ text: String) { self.text = text }

    /// Nothing.
    static let blank: HTML = ""

    /// The pieces one after the other.
    static func join(_ pieces: some Sequence<HTML>) -> HTML { HTML(pieces.map(\.text).joined()) }

    static func += (left: inout HTML, right: HTML) { left.text += right.text }
    static func + (left: HTML, right: HTML) -> HTML { HTML(left.text + right.text) }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        typealias StringLiteralType = StaticString

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
        mutating func appendInterpolation(_ content: String) { text += content.escapedForHTML }
        mutating func appendInterpolation(_ content: Substring) { text += String(content).escapedForHTML }
        mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
        mutating func appendInterpolation(_ markup: HTML) { text += markup.text }
        mutating func appendInterpolation(_ markup: HTML?) { text += markup?.text ?? "" }
        mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { text += piece.text } }
    }
}

extension String {
    /// The text with what means something in markup replaced; controls that no page may hold are shown as such.
    fileprivate var escapedForHTML: String {
        var escaped = ""
        escaped.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped += "\u{FFFD}"
            // Marks that turn the direction of text would let a name pass for another.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
