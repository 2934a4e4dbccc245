/// The first bytes of a file, which say what it is.
enum FileSignature {
    static func format(
        of source: any ByteSource, _ hint: SpreadsheetFormat?
    ) throws(SpreadsheetError) -> SpreadsheetFormat {
        let start = try source.bytes(at: 0, count: 8)
        guard !start.isEmpty else {
            throw SpreadsheetError("The file is empty. It needs a row of headers, and a row for each entry.")
        }
        if start.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw SpreadsheetError(
                "This is an old workbook (.xls), or one with a password. "
                    + "Save it as .xlsx without a password, or as .csv.")
        }
        // An old workbook of the first editions has no container round it.
        if start.starts(with: [0x09, 0x08]) || start.starts(with: [0x09, 0x04]) {
            throw SpreadsheetError("This is an old workbook (.xls). Save it as .xlsx or .csv.")
        }
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return .xlsx
        }
        if start.starts(with: "%PDF".utf8) {
            throw SpreadsheetError("This is a PDF file. Give the sheet as .xlsx or .csv.")
        }
        guard hint != .xlsx else {
            throw SpreadsheetError("This is no .xlsx workbook. Save the sheet as .xlsx or .csv.")
        }
        return .csv
    }
}
