/// What the cells of a workbook say.
struct CellText {
    let strings: SharedStrings
    let styles: CellStyles
    let usesDates1904: Bool

    /// A cell as the XML gives it.
    struct Raw {
        var type: CellType = .number
        var style = 0
        var column = 0
        var value: [UInt8] = []
        var inline = RichText()
    }

    enum CellType {
        case number, shared, text, inline, boolean, date, error

        init(_ name: ArraySlice<UInt8>?) {
            guard let name else {
                self = .number
                return
            }
            switch String(decoding: name, as: UTF8.self) {
            case "s": self = .shared
            case "str": self = .text
            case "inlineStr": self = .inline
            case "b": self = .boolean
            case "d": self = .date
            case "e": self = .error
            default: self = .number
            }
        }
    }

    /// Appends the text of a cell to the row, and says what kind it is.
    func append(_ cell: Raw, to row: inout SheetRow) -> SheetCellKind {
        switch cell.type {
        case .shared: appendShared(cell, to: &row)
        case .text: row.bytes.append(contentsOf: CharacterEscape.decode(cell.value))
        case .inline: row.bytes.append(contentsOf: cell.inline.decoded)
        case .boolean:
            if cell.value.isEmpty { return .boolean }
            let isTrue = cell.value.elementsEqual("1".utf8) || cell.value.elementsEqual("true".utf8)
            row.bytes.append(contentsOf: (isTrue ? "true" : "false").utf8)
            return .boolean
        case .date:
            row.bytes.append(contentsOf: cell.value)
            return .date
        case .error:
            let code = ShownText.quoted(String(decoding: cell.value, as: UTF8.self))
            row.fault(
                "The formula gives the error \(code); the cell counts as empty. Correct the formula.",
                column: cell.column, isError: false)
        case .number: return appendNumber(cell, to: &row)
        }
        return .text
    }

    private func appendShared(_ cell: Raw, to row: inout SheetRow) {
        guard !cell.value.isEmpty else { return }
        guard let number = Int(String(decoding: cell.value, as: UTF8.self)), let text = strings.text(number) else {
            return row.fault(
                "The cell points to a text that the file doesn't have. Save the file again.", column: cell.column)
        }
        row.bytes.append(contentsOf: text)
    }

    private func appendNumber(_ cell: Raw, to row: inout SheetRow) -> SheetCellKind {
        guard !cell.value.isEmpty else { return .text }
        let isWhole = cell.value.count <= 15 && cell.value.allSatisfy { (0x30...0x39).contains($0) }
        let format = styles.format(cell.style)
        if isWhole, format == .general {
            row.bytes.append(contentsOf: cell.value)
            return .number
        }
        let raw = String(decoding: cell.value, as: UTF8.self)
        guard let number = Self.number(cell.value, raw) else {
            row.fault("The cell's number is broken. Save the file again.", column: cell.column)
            return .text
        }
        if format == .date, let date = SerialDate(number, is1904: usesDates1904) {
            row.bytes.append(contentsOf: date.text.utf8)
            return .date
        }
        row.bytes.append(contentsOf: Self.text(of: number, raw, format).utf8)
        return .number
    }

    /// Swift takes more for numbers than workbooks may hold, such as `0x10` and `nan`.
    private static func number(_ bytes: [UInt8], _ text: String) -> Double? {
        guard bytes.count <= 64, bytes.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// A number as people wrote it: workbooks hold 7 also as `7.0` or `0.7E1`.
    private static func text(of number: Double, _ raw: String, _ format: NumberFormat) -> String {
        guard let whole = Int(exactly: number), whole.magnitude < 1_000_000_000_000_000 else { return raw }
        guard case .padded(let digits) = format, whole >= 0 else { return "\(whole)" }
        let text = "\(whole)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
