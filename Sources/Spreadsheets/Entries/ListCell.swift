/// A cell with several values between commas.
enum ListCell {
    /// The values, without white space at their ends; empty ones are left out.
    ///
    /// A value in quotes may have commas in it, and quotes that are doubled.
    static func values(_ cell: String) -> [String] {
        var values: [String] = []
        var value = String.UnicodeScalarView()
        var isQuoted = false
        var rest = cell.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if isQuoted {
                guard scalar == "\"" else {
                    value.append(scalar)
                    continue
                }
                isQuoted = rest.first == "\""
                if isQuoted {
                    value.append("\"")
                    rest.removeFirst()
                }
            } else if scalar == "\"", value.allSatisfy({ $0.properties.isWhitespace }) {
                isQuoted = true
                value = String.UnicodeScalarView()
            } else if scalar == "," {
                values.append(String(value).trimmed)
                value = String.UnicodeScalarView()
            } else {
                value.append(scalar)
            }
        }
        values.append(String(value).trimmed)
        return values.filter { !$0.isEmpty }
    }
}
