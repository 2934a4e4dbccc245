import WireForm

/// A sheet as an Excel workbook (ECMA-376): one sheet, whose cells refer to a list of shared strings.
///
/// The strings are kept until the end, each once.
final class XLSXSheet: ExportSheet {
    /// How many UTF-16 units Excel takes in one cell.
    static let longestCell = 32_767
    /// How many rows Excel takes in one sheet.
    static let mostRows = 1_048_576

    private let file: ReplacementFile
    private let path: String
    private let zip: ZipWriter
    private var strings = ByteInterner()
    private var rows = 0
    private var sheet: [UInt8] = []

    init(_ file: ReplacementFile, path: String) throws {
        self.file = file
        self.path = path
        zip = ZipWriter(file.output, for: path)
        for part in WorkbookParts.all { try zip.add(part.name, part.content) }
        try zip.begin("xl/worksheets/sheet1.xml")
        sheet.append(contentsOf: WorkbookParts.sheetStart.utf8)
    }

    func half(_ cells: [UnsafeRawBufferPointer]) -> [UInt32] {
        cells.map { cell in
            if cell.count <= Self.longestCell, cell.isPrintableASCII { return UInt32(strings.add(cell).number) }
            var text = Self.fitting(String(decoding: cell, as: UTF8.self))
            return UInt32(text.withUTF8 { strings.add(UnsafeRawBufferPointer($0)).number })
        }
    }

    func cost(of half: [UInt32]) -> Int { 80 }

    func add(_ person: [UInt32], _ entitlement: [UInt32]) throws {
        guard rows < Self.mostRows else {
            throw OutputError(path, "a sheet holds \(Self.mostRows) rows at most. Export as CSV.")
        }
        rows += 1
        sheet.append(contentsOf: "<row r=\"".utf8)
        sheet.append(decimal: UInt32(rows))
        sheet.append(contentsOf: "\">".utf8)
        for (place, string) in person.enumerated() { add(string, in: UInt8(ascii: "A") + UInt8(place)) }
        for (place, string) in entitlement.enumerated() { add(string, in: UInt8(ascii: "G") + UInt8(place)) }
        sheet.append(contentsOf: "</row>".utf8)
        if sheet.count >= 64 << 10 { try writeSheet() }
    }

    func finish() throws {
        sheet.append(contentsOf: WorkbookParts.sheetEnd.utf8)
        try writeSheet()
        try zip.end()
        try writeStrings()
        try zip.finish()
        try file.commit()
    }

    /// `text` without what Excel would refuse to hold in one cell.
    static func fitting(_ text: String) -> String {
        guard text.utf16.count > longestCell else { return text }
        var end = text.utf16.index(text.startIndex, offsetBy: longestCell)
        if String.Index(end, within: text.unicodeScalars) == nil { end = text.utf16.index(before: end) }
        return String(text[..<end])
    }

    private func add(_ string: UInt32, in column: UInt8) {
        sheet.append(contentsOf: "<c r=\"".utf8)
        sheet.append(column)
        sheet.append(decimal: UInt32(rows))
        sheet.append(contentsOf: "\" t=\"s\"><v>".utf8)
        sheet.append(decimal: string)
        sheet.append(contentsOf: "</v></c>".utf8)
    }

    private func writeSheet() throws {
        try sheet.withUnsafeBytes { try zip.write($0) }
        sheet.removeAll(keepingCapacity: true)
    }

    private func writeStrings() throws {
        try zip.begin("xl/sharedStrings.xml")
        sheet.append(contentsOf: WorkbookParts.stringsStart(cells: rows * 12, strings: strings.count).utf8)
        for number in 0..<strings.count {
            strings.withString(number) { XMLText.appendItem($0, to: &sheet) }
            if sheet.count >= 64 << 10 { try writeSheet() }
        }
        sheet.append(contentsOf: WorkbookParts.stringsEnd.utf8)
        try writeSheet()
        try zip.end()
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    fileprivate mutating func append(decimal number: UInt32) {
        var divisor: UInt32 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
