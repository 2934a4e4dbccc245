import Spreadsheets
import Testing

@Suite struct `a csv file` {
    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,\n", [["a", "b"], ["1", ""]]),
        ("a,b\n1,", [["a", "b"], ["1", ""]]),
        ("a,b,c\n1,2\n", [["a", "b", "c"], ["1", "2"]]),
        ("a,b\n1,2,,\n", [["a", "b"], ["1", "2", "", ""]]),
        ("a,b\n\n1,2\n,\n", [["a", "b"], ["1", "2"]]),
        ("\n\na,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a\nx\n", [["a"], ["x"]]),
        (" a ,b\n 1 ,2\n", [["a", "b"], [" 1 ", "2"]]),
        ("a,b\n1,2\u{2028}3\n", [["a", "b"], ["1", "2\u{2028}3"]]),
    ]) func `is read as its rows`(text: String, rows: [[String]]) throws {
        #expect(try Spreadsheet.csv(text).allRows() == rows)
    }

    @Test(arguments: [
        ("\"x\"", "x"), ("\"x,y\"", "x,y"), ("\"x\"\"y\"", "x\"y"), ("\"\"", ""), ("\"\"\"\"", "\""),
        ("\"x\ny\"", "x\ny"), ("\"x\r\ny\"", "x\r\ny"), ("\"x\" ", "x"), ("x\"y", "x\"y"), ("x\"\"y", "x\"\"y"),
        (" \"x\"", " \"x\""),
    ]) func `has cells in quotes`(cell: String, value: String) throws {
        for end in ["\n", "\r\n", "\r", ""] {
            #expect(try Spreadsheet.csv("a,b\(end.isEmpty ? "\n" : end)1,\(cell)\(end)").allRows()[1] == ["1", value])
            #expect(try Spreadsheet.csv("a,b\n\(cell),1\(end)").allRows()[1] == [value, "1"])
        }
    }

    @Test(arguments: [
        ("a;b;c\n1;2,5;3\n", ["1", "2,5", "3"]), ("a\tb\n1\t2;3\n", ["1", "2;3"]), ("a|b\n1|2\n", ["1", "2"]),
        ("\"a;x\",b\n1,2;3\n", ["1", "2;3"]), ("\"a\n;;;\",b\n1,2\n", ["1", "2"]),
        ("sep=;\na;b,c,d\n1;2\n", ["1", "2"]),
        ("sep=|\r\na|b\r\n1|2\r\n", ["1", "2"]),
    ]) func `tells its separator`(text: String, row: [String]) throws {
        #expect(try Spreadsheet.csv(text).allRows()[1] == row)
    }

    @Test func `numbers its rows as a spreadsheet program does`() throws {
        let sheet = try Spreadsheet.csv("a,b\n1,\"x\ny\"\n\n2,z\n")
        #expect(sheet.headerRow == 1)
        #expect(try sheet.next()?.number == 2)
        #expect(try sheet.next()?.number == 4)
        #expect(try sheet.next() == nil)
        #expect(try sheet.next() == nil)
        #expect(try Spreadsheet.csv("\n\na,b\n").headerRow == 3)
    }

    @Test func `can be read again`() throws {
        let sheet = try Spreadsheet.csv("a,b\n1,2\n3,4\n")
        let first = try sheet.allRows()
        try sheet.rewind()
        #expect(try sheet.allRows() == first)
    }

    @Test(arguments: [
        (
            "a,b\n1,\"x\n2,y\n",
            """
            error row 2, column "b": A quote is opened here and never closed, so nothing after it can be read. \
            Close it, or double it.
            """
        ),
        (
            "a,b\n1,2,3\n4,5\n",
            "error row 2: The row has more cells than there are headers. Put cells with separators in quotes."
        ),
        (
            "a,b\n\"x\"y,2\n4,5\n",
            "error row 2, column \"a\": Text follows a closing quote. Double the quotes inside the cell."
        ),
        (
            "a,b\n1,x\u{0}\n",
            """
            error row 2, column "b": The cell has a zero byte, so this isn't text. Save the file as CSV in UTF-8.
            """
        ),
    ]) func `tells what is wrong with a row`(text: String, problem: String) throws {
        #expect(try Spreadsheet.csv(text).allProblems() == [problem])
    }

    @Test func `goes on after a broken row`() throws {
        let sheet = try Spreadsheet.csv("a,b\n1,2,3\n\"x\"y,\"z\n\"\n4,5\n")
        #expect(try sheet.next()?.isBroken == true)
        #expect(try sheet.next()?.isBroken == true)
        let row = try sheet.next()
        #expect(row?.isBroken == false)
        #expect(row?.cells == ["4", "5"])
        #expect(row?.number == 4)
    }

    @Test func `gives up cells and rows that are too large`() throws {
        var limits = SpreadsheetLimits()
        limits.cellBytes = 10
        limits.rowBytes = 15
        limits.columns = 3
        let large = String(repeating: "x", count: 11)
        let sheet = try Spreadsheet.csv(
            "a,b\n\(large),2\n12345678,12345678\n\"\(large)\n\"\"\",y\n1,2,3,4,5\n4,5\n", limits: limits)
        #expect(
            try sheet.allProblems() == [
                "error row 2, column \"a\": The cell has more than 10 bytes. Check its quotes, or shorten it.",
                "error row 3: The row has more than 15 bytes. Check its quotes, or shorten it.",
                "error row 4, column \"a\": The cell has more than 10 bytes. Check its quotes, or shorten it.",
                "error row 5: The row has more than 3 cells. Check the quotes of this row.",
            ])
        limits.rows = 3
        #expect(throws: SpreadsheetError("The file has more than 3 rows. Split the file, or raise the limit.", row: 4))
        {
            try Spreadsheet.csv("a\n1\n2\n3\n", limits: limits).allRows()
        }
    }

    @Test func `is the same however its pieces fall`() throws {
        // Cells end anywhere in the buffer of 64 KiB.
        for shift in 0..<24 {
            let filler = String(repeating: "f", count: (64 << 10) - 40 + shift)
            let text = "a,b\r\n\"\(filler)\",\"x\"\"é\r\ny\"\r\n1,2\r\n\"\",\"\"\"\"\r\n"
            let rows = [["a", "b"], [filler, "x\"é\r\ny"], ["1", "2"], ["", "\""]]
            #expect(try Spreadsheet.csv(text).allRows() == rows)
        }
    }

    @Test(arguments: ["", "\n\n", ",,\n", "\u{FEFF}"]) func `needs headers`(text: String) {
        #expect(throws: SpreadsheetError.self) { try Spreadsheet.csv(text) }
    }

    @Test func `has headers of bounded length`() throws {
        #expect(try Spreadsheet.csv("a,\(String(repeating: "b", count: 1000))\n").headers.count == 2)
        #expect(throws: SpreadsheetError("The header is longer than 1000 bytes. Shorten it.", row: 1, column: "B")) {
            try Spreadsheet.csv("a,\(String(repeating: "b", count: 1001))\n")
        }
    }

    @Test func `ends anywhere without a crash`() {
        let text = Array("\u{FEFF}a;\"b\"\r\n\"1\n\"\"é\";2\r\n\u{1F600};\"\"\r\n".utf8)
        for end in 0...text.count {
            _ = try? Spreadsheet.open(bytes: Array(text[..<end])).allRows()
            for byte: UInt8 in [0, 0x22, 0x0A, 0x3B, 0xFF, 0xC3] where end < text.count {
                var changed = text
                changed[end] = byte
                _ = try? Spreadsheet.open(bytes: changed).allRows()
            }
        }
    }
}
