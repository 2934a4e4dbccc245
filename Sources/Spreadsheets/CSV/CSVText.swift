/// Text that spreadsheet programs read as a table (RFC 4180), and never as a formula.
public enum CSVText {
    /// A row with its line break.
    public static func row(_ cells: [String]) -> String { cells.map { cell($0) }.joined(separator: ",") + "\r\n" }

    private static let formulaStarts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]
    private static let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r", ";", "\t"]

    /// It looks at scalars: a line break of two, or a quotation mark with an accent, is one character, but not to whoever reads the file.
    private static func cell(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        let safe = formulaStarts.contains(first) ? "'\(text)" : text
        guard safe.unicodeScalars.contains(where: special.contains) else { return safe }
        var quoted = String.UnicodeScalarView()
        quoted.append("\"")
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted.append("\"") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
