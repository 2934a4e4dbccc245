/// Where below the base address a request goes.
///
/// What is put into the literal is one segment each and escaped: `"/groups/\(id)/members"` stays below `/groups` whatever the id.
public struct RequestPath: Sendable, ExpressibleByStringInterpolation {
    /// Percent-encoded.
    let text: String
    /// The same with a placeholder for each value: which endpoint this is.
    let template: String
    /// Why it can't be asked for; nil when it can.
    let flaw: String?

    /// A path without values.
    public init(stringLiteral value: String) {
        text = PercentEncoding.escapingUnsafe(value.utf8)
        template = text
        flaw = nil
    }

    /// A path of literal text and values.
    public init(stringInterpolation parts: Interpolation) {
        text = parts.text
        template = parts.template
        flaw = parts.flaw
    }

    /// Puts the path together.
    public struct Interpolation: StringInterpolationProtocol, Sendable {
        var text = ""
        var template = ""
        var flaw: String?

        /// Nothing yet.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Text as it stands in the program.
        public mutating func appendLiteral(_ literal: String) {
            let escaped = PercentEncoding.escapingUnsafe(literal.utf8)
            text += escaped
            template += escaped
        }

        /// One segment, or a part of one.
        public mutating func appendInterpolation(_ value: String) {
            // Servers and proxies take these for "here" and "one up", also when escaped; an empty one asks for the list.
            if value.isEmpty || value.utf8.elementsEqual(".".utf8) || value.utf8.elementsEqual("..".utf8) {
                flaw = flaw ?? "\"\(value)\" can't be a part of a path"
            }
            text += PercentEncoding.strict(value)
            template += "{}"
        }

        /// A number.
        public mutating func appendInterpolation(_ value: some BinaryInteger) {
            appendInterpolation(String(value))
        }
    }
}

/// A parameter of a query or a form.
public struct QueryParameter: Sendable, Hashable {
    /// Its name, not encoded.
    public let name: String
    /// Its value, not encoded.
    public let value: String

    /// A parameter.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// A parameter with a number.
    public init(_ name: String, _ value: Int) {
        self.init(name, String(value))
    }
}
