import Spreadsheets
import Testing

@Suite struct `the encoding of a csv file` {
    private static let text = "Náme;b\r\n1;\"€ – 😀\n\"\r\n"
    private static let rows = [["Náme", "b"], ["1", "€ – 😀\n"]]

    private func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return isBigEndian ? bytes.reversed() : bytes
        }
    }

    @Test func `may be utf 8 with or without a mark`() throws {
        #expect(try Spreadsheet.csv(Self.text).allRows() == Self.rows)
        #expect(try Spreadsheet.csv("\u{FEFF}\(Self.text)").allRows() == Self.rows)
    }

    @Test(arguments: [true, false]) func `may be utf 16 with or without a mark`(isBigEndian: Bool) throws {
        for mark in ["", "\u{FEFF}"] {
            let bytes = utf16(mark + Self.text, isBigEndian: isBigEndian)
            #expect(try Spreadsheet.open(bytes: bytes).allRows() == Self.rows)
        }
    }

    @Test(arguments: [true, false]) func `may be utf 16 of any length`(isBigEndian: Bool) throws {
        let filler = String(repeating: "é😀", count: 9000)
        for shift in 0..<4 {
            let cell = String(repeating: "x", count: shift) + filler
            let bytes = utf16("\u{FEFF}a,b\n1,\(cell)\n", isBigEndian: isBigEndian)
            #expect(try Spreadsheet.open(bytes: bytes).allRows()[1] == ["1", cell])
        }
    }

    @Test func `replaces halves of characters in utf 16`() throws {
        let bytes: [UInt8] = [0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x00, 0xD8, 0x62, 0, 0x0A, 0, 0x00, 0xDC, 0x0A, 0, 0, 0xD8]
        let rows = [["a"], ["\u{FFFD}b"], ["\u{FFFD}"], ["\u{FFFD}"]]
        #expect(try Spreadsheet.open(bytes: bytes).allRows() == rows)
        #expect(try Spreadsheet.open(bytes: bytes + [0x61]).allRows().last == ["\u{FFFD}\u{FFFD}"])
    }

    @Test func `is windows 1252 when it can't be utf 8`() throws {
        let bytes = Array("Name,b\n".utf8) + [0x4D, 0xFC, 0x2C, 0x80, 0x93, 0x78, 0x94, 0x0A]
        #expect(try Spreadsheet.open(bytes: bytes).allRows()[1] == ["Mü", "€“x”"])
    }

    @Test func `is windows 1252 for a single letter at the end of a long file`() throws {
        let lines = String(repeating: "abcdefgh,2\n", count: 20_000)
        let bytes = Array("a,b\n\(lines)".utf8) + [0xE9, 0x2C, 0x31]
        #expect(try Spreadsheet.open(bytes: bytes).allRows().last == ["é", "1"])
    }

    @Test func `stays utf 8 when only some bytes are broken`() throws {
        let bytes = Array("a,b\né,ü\n".utf8) + [0xE9, 0x2C, 0x31, 0x0A] + Array("ö,3\n".utf8)
        let problem = "error row 3, column \"a\": The cell isn't UTF-8. Save the file as CSV in UTF-8."
        #expect(try Spreadsheet.open(bytes: bytes).allProblems() == [problem])
        let marked = [0xEF, 0xBB, 0xBF] + Array("a,b\n".utf8) + [0xE9, 0x2C, 0x31, 0x0A]
        #expect(try Spreadsheet.open(bytes: marked).allProblems().count == 1)
    }

    @Test(arguments: [
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
        [0x80],
        [0xF8], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
    ]) func `is strict about utf 8`(bytes: [UInt8]) throws {
        let file = [0xEF, 0xBB, 0xBF] + Array("a,b\n1,".utf8) + bytes + Array("\n2,3\n".utf8)
        let sheet = try Spreadsheet.open(bytes: file)
        #expect(try sheet.next()?.isBroken == true)
        #expect(try sheet.next()?.isBroken == false)
    }

    @Test(arguments: [[0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61]])
    func `is refused when it is utf 32`(bytes: [UInt8]) {
        #expect(throws: SpreadsheetError("The file is UTF-32 text. Save it as CSV in UTF-8.")) {
            try Spreadsheet.open(bytes: bytes)
        }
    }
}
