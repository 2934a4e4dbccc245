/// A sheet as comma separated values.
final class CSVSheet: ExportSheet {
    private let file: ReplacementFile

    init(_ file: ReplacementFile) {
        self.file = file
    }

    func half(_ cells: [UnsafeRawBufferPointer]) -> [UInt8] {
        var text: [UInt8] = []
        for (place, cell) in cells.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            CSVCell.append(cell, to: &text)
        }
        return text
    }

    func cost(of half: [UInt8]) -> Int { half.count + 40 }

    func add(_ person: [UInt8], _ entitlement: [UInt8]) throws {
        file.output.raw(person)
        file.output.raw(",")
        file.output.raw(entitlement)
        file.output.raw("\n")
        try file.output.settle()
    }

    func finish() throws {
        try file.commit()
    }
}

/// One value of a CSV file, quoted when it must be (RFC 4180, and what Go's writer quotes beyond it).
enum CSVCell {
    static func append(_ cell: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        guard needsQuotes(cell) else { return text.append(contentsOf: cell) }
        let quote = UInt8(ascii: "\"")
        text.append(quote)
        for byte in cell {
            if byte == quote { text.append(quote) }
            text.append(byte)
        }
        text.append(quote)
    }

    private static func needsQuotes(_ cell: UnsafeRawBufferPointer) -> Bool {
        guard let first = cell.first else { return false }
        // PostgreSQL takes a bare \. for the end of its input.
        if cell.elementsEqual([UInt8(ascii: "\\"), UInt8(ascii: ".")]) { return true }
        if first == 0x20 || (0x09...0x0D).contains(first) { return true }
        if first >= 0x80, startsWithSpace(cell) { return true }
        return cell.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }
    }

    private static func startsWithSpace(_ cell: UnsafeRawBufferPointer) -> Bool {
        String(decoding: cell.prefix(4), as: UTF8.self).unicodeScalars.first?.properties.isWhitespace ?? false
    }
}
