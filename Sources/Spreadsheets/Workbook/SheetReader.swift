/// The rows of one sheet of a workbook.
struct SheetReader: RowReader {
    private static let lastRow = 1_048_576

    private var xml: XMLReader
    private let cells: CellText
    private let limits: SpreadsheetLimits
    private var rowNumber = 0
    private var isInData = false
    private var gaps = 0
    private var cell = CellText.Raw()

    init(_ xml: XMLReader, _ cells: CellText, _ limits: SpreadsheetLimits) {
        self.xml = xml
        self.cells = cells
        self.limits = limits
    }

    mutating func next() throws(SpreadsheetError) -> SheetRow? {
        while true {
            switch try xml.next() {
            case .start where isInData && xml.isNamed("row"): return try readRow()
            // Drawings also have rows, after the data.
            case .start where xml.isNamed("sheetData"): isInData = true
            case .end where xml.isNamed("sheetData"): isInData = false
            case .finished: return nil
            default: break
            }
        }
    }

    private mutating func readRow() throws(SpreadsheetError) -> SheetRow {
        try beginRow()
        var row = SheetRow(rowNumber)
        row.bytes.reserveCapacity(256)
        row.marks.reserveCapacity(16)
        var column = 0
        while true {
            switch try xml.next() {
            case .start where xml.isNamed("c"):
                column = try beginCell(after: column, &row)
                try readCell(&row)
            case .end where xml.isNamed("row"), .finished: return row
            default: break
            }
        }
    }

    private mutating func beginRow() throws(SpreadsheetError) {
        let last = rowNumber
        rowNumber += 1
        if let reference = xml.attribute("r") {
            guard let number = Int(String(decoding: reference, as: UTF8.self)), number > last, number <= Self.lastRow
            else {
                throw SpreadsheetError(
                    "The rows after this one are out of order. "
                        + "Open the file in a spreadsheet program and save it again.",
                    row: max(last, 1))
            }
            rowNumber = number
        }
        guard rowNumber <= min(limits.rows, Self.lastRow) else {
            throw .tooLarge("The sheet has more than \(min(limits.rows, Self.lastRow)) rows", row: rowNumber)
        }
    }

    /// Takes the attributes of a cell, and gives the number of its column: the first one is 1.
    private mutating func beginCell(after last: Int, _ row: inout SheetRow) throws(SpreadsheetError) -> Int {
        var column = last + 1
        if let reference = xml.attribute("r") {
            guard let place = CellReference(reference), place.row == row.number else {
                throw SpreadsheetError(
                    "A cell isn't where it says. Open the file in a spreadsheet program and save it again.",
                    row: row.number)
            }
            column = place.column
        }
        gaps += max(0, column - row.marks.count - 1)
        guard gaps <= limits.gaps else {
            throw .tooLarge("The sheet has more than \(limits.gaps) empty places between its cells")
        }
        guard column <= limits.columns else {
            throw .tooLarge("The row has more than \(limits.columns) columns", row: row.number)
        }
        cell.column = column - 1
        cell.type = CellText.CellType(xml.attribute("t"))
        cell.style = xml.attribute("s").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        cell.value.removeAll(keepingCapacity: true)
        cell.inline = RichText()
        return column
    }

    private mutating func readCell(_ row: inout SheetRow) throws(SpreadsheetError) {
        var isValue = false
        var isInline = false
        while true {
            switch try xml.next() {
            case .start where xml.isNamed("v"): isValue = true
            case .start where xml.isNamed("is"): isInline = true
            case .start where isInline: cell.inline.begin(xml)
            case .text where isValue: cell.value.append(contentsOf: xml.text)
            case .text where isInline: cell.inline.add(xml.text)
            case .end where xml.isNamed("v"): isValue = false
            case .end where xml.isNamed("is"): isInline = false
            case .end where isInline: cell.inline.end(xml)
            case .end where xml.isNamed("c"), .finished: return finishCell(&row)
            default: break
            }
            guard max(cell.value.count, cell.inline.bytes.count) <= limits.cellBytes else {
                throw .tooLarge("A cell has more than \(limits.cellBytes) bytes", row: row.number)
            }
        }
    }

    private func finishCell(_ row: inout SheetRow) {
        let start = row.bytes.count
        let kind = cells.append(cell, to: &row)
        let size = row.bytes.count - start
        if size > limits.cellBytes || row.bytes.count > limits.rowBytes {
            row.dropBytes(from: start)
            row.fault("The cell has too many bytes. Shorten it.", column: cell.column)
        }
        let padding = cell.column + 1 - row.marks.count
        if padding > 0 { row.marks.append(contentsOf: repeatElement(SheetRow.CellMark(), count: padding)) }
        // A place that is taken already was named twice: both values can't be right.
        if row.marks[cell.column].start < row.marks[cell.column].end, row.marks[cell.column].end <= start {
            row.fault("The cell comes twice. Save the file again.", column: cell.column)
        }
        row.marks[cell.column] = SheetRow.CellMark(start: start, end: row.bytes.count, kind: kind)
    }
}

/// A place in a sheet, such as `BC12`.
struct CellReference {
    let column: Int
    let row: Int

    init?(_ text: ArraySlice<UInt8>) {
        var column = 0
        var row = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where row == 0 && column < 100_000:
                column = column * 26 + Int(byte) - 0x40
            case UInt8(ascii: "0")...UInt8(ascii: "9") where column > 0 && row < 10_000_000:
                row = row * 10 + Int(byte) - 0x30
            default: return nil
            }
        }
        guard column > 0, row > 0 else { return nil }
        self.column = column
        self.row = row
    }

    /// The letters of a column; the first one is 0.
    static func letters(of column: Int) -> String {
        var letters = ""
        var rest = column + 1
        while rest > 0 {
            let letter = Unicode.Scalar(UInt8(0x41 + (rest - 1) % 26))
            letters.insert(Character(letter), at: letters.startIndex)
            rest = (rest - 1) / 26
        }
        return letters
    }
}
