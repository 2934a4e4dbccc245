/// Why a spreadsheet can't be read.
///
/// The text doesn't name the file, so that the caller can say what it is called where the person sees it.
public struct SpreadsheetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The row as a spreadsheet program counts it; nil when it is about the whole file.
    public let row: Int?
    /// The header of the column, when it is about one.
    public let column: String?
    /// What is wrong and what to do, in two sentences.
    public let message: String

    /// An error with its place.
    public init(_ message: String, row: Int? = nil, column: String? = nil) {
        self.row = row
        self.column = column
        self.message = message
    }

    /// The place, what is wrong, and what to do.
    public var description: String {
        SheetPlace(row: row, column: column).prefixed(to: message)
    }
}

extension SpreadsheetError {
    /// The file isn't what its first bytes promise.
    static func damaged(_ what: String) -> SpreadsheetError {
        SpreadsheetError("The file is damaged: \(what). Save or download it again.")
    }

    /// A limit against files that are made to use up memory or time.
    static func tooLarge(_ what: String, row: Int? = nil) -> SpreadsheetError {
        SpreadsheetError("\(what). Split the file, or raise the limit.", row: row)
    }
}

/// Where in a sheet something is.
struct SheetPlace {
    let row: Int?
    let column: String?

    func prefixed(to message: String) -> String {
        switch (row, column.map { ShownText.quoted($0) }) {
        case (let row?, let column?): "row \(row), column \(column): \(message)"
        case (let row?, nil): "row \(row): \(message)"
        case (nil, let column?): "column \(column): \(message)"
        case (nil, nil): message
        }
    }
}

/// Text of a file inside a message.
enum ShownText {
    private static let longest = 60

    /// The text in quotes, cut, and without what could steer a terminal.
    static func quoted(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard shown.count < longest else {
                shown.append("…")
                break
            }
            shown.append(isPlain(scalar) ? scalar : "\u{FFFD}")
        }
        return "\"\(String(shown))\""
    }

    /// The texts in quotes, at most the first 30 of them.
    static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(30).map { quoted($0) }.joined(separator: ", ")
        return texts.count > 30 ? "\(shown) and \(texts.count - 30) more" : shown
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        default: true
        }
    }
}
