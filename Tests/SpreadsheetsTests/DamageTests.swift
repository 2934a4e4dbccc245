import Spreadsheets
import Testing

@Suite struct `a file that isn't what it should be` {
    @Test(
        arguments: [
            (
                [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
                "This is an old workbook (.xls), or one with a password. Save it as .xlsx without a password, or as .csv."
            ),
            ([0x09, 0x08, 0x10, 0], "This is an old workbook (.xls). Save it as .xlsx or .csv."),
            (Array("%PDF-1.7".utf8), "This is a PDF file. Give the sheet as .xlsx or .csv."),
            ([], "The file is empty. It needs a row of headers, and a row for each entry."),
            ([0x50, 0x4B, 3, 4], "The file is damaged: its end is missing. Save or download it again."),
        ] as [([UInt8], String)]) func `is refused by name`(bytes: [UInt8], message: String)
    {
        #expect(throws: SpreadsheetError(message)) { try Spreadsheet.open(bytes: bytes) }
    }

    @Test func `may be another kind of zip file`() {
        var zip = ZipFile()
        zip.add("mimetype", "application/vnd.oasis.opendocument.spreadsheet", isDeflated: false)
        let plain = SpreadsheetError("This is a zip file, no .xlsx workbook. Save the sheet as .xlsx or .csv.")
        #expect(throws: plain) { try Spreadsheet.open(bytes: zip.bytes()) }
        zip.add("content.xml", "<x/>")
        let document = SpreadsheetError(
            "This is an OpenDocument file, no .xlsx workbook. Save the sheet as .xlsx or .csv.")
        #expect(throws: document) { try Spreadsheet.open(bytes: zip.bytes()) }
        var binary = WorkbookFile("")
        binary.parts["_rels/.rels"] = WorkbookFile.links([("r", "officeDocument", "xl/workbook.bin")])
        #expect(throws: SpreadsheetError("This is a binary workbook (.xlsb). Save it as .xlsx or .csv.")) {
            try binary.open()
        }
    }

    @Test func `is no workbook though it is said to be one`() {
        #expect(throws: SpreadsheetError("This is no .xlsx workbook. Save the sheet as .xlsx or .csv.")) {
            try Spreadsheet.open(bytes: Array("a,b\n".utf8), format: .xlsx)
        }
    }

    @Test(arguments: ["/nowhere/at all.csv", "/", "/dev/null"]) func `is no file`(path: String) {
        #expect(throws: SpreadsheetError.self) { try Spreadsheet.open(path) }
    }

    @Test func `is encrypted or packed in another way`() {
        var file = WorkbookFile(WorkbookFile.row("a"))
        file.zip.flags = 1
        #expect(throws: SpreadsheetError("The file is encrypted. Save it without a password.")) { try file.open() }
        file.zip.flags = 0
        file.zip.method = 12
        #expect(throws: SpreadsheetError.self) { try file.open() }
    }

    @Test func `has two parts of one name`() {
        var file = WorkbookFile(WorkbookFile.row("a"))
        file.parts["XL/Workbook.xml"] = "<x/>"
        #expect(throws: SpreadsheetError.self) { try file.open() }
    }

    @Test func `may have large sizes and a comment`() throws {
        var file = WorkbookFile(WorkbookFile.row("a"))
        file.zip.isZip64 = true
        #expect(try file.rows() == [["a"]])
        var zip = ZipFile()
        for (name, content) in file.parts { zip.add(name.replacing("/", with: "\\"), content) }
        #expect(try Spreadsheet.open(bytes: zip.bytes(comment: "PK\u{5}\u{6}")).headers == ["a"])
    }

    @Test(arguments: [
        "<row", "<row>", "<row></c>", "<row><c></row></c>", "<row a=1/>", "<row a='<'/>", "<row a></row>",
        "<row>&nbsp;</row>",
        "<row>&#0;</row>", "<row>&#xD800;</row>", "<row>&#x110000;</row>", "<row>&amp</row>", "<row>&;</row>", "<!-x>",
        "< row/>", "<![CDATA[",
        "<row></row", "<row ", "<row /x>", "<row>&#-1;</row>", "<?x",
    ]) func `has broken xml`(rows: String) {
        #expect(throws: SpreadsheetError.self) { try WorkbookFile(WorkbookFile.row("a") + rows).rows() }
    }
}

@Suite struct `a bomb` {
    private func limits(_ change: (inout SpreadsheetLimits) -> Void) -> SpreadsheetLimits {
        var limits = SpreadsheetLimits()
        change(&limits)
        return limits
    }

    @Test func `is refused for its ratio`() throws {
        let blanks = String(repeating: " ", count: 9 << 20)
        let message = "A part of the file becomes more than 250 times larger when it is decompressed. "
        #expect(throws: SpreadsheetError("\(message)Split the file, or raise the limit.")) {
            try WorkbookFile(WorkbookFile.row("a") + blanks).rows()
        }
    }

    @Test func `is refused for its size`() throws {
        let small = limits { $0.decompressedBytes = 1000 }
        let rows = String(repeating: WorkbookFile.row("a"), count: 100)
        #expect(throws: SpreadsheetError.self) { try WorkbookFile(rows).open(limits: small).allRows() }
        #expect(try WorkbookFile(rows).rows().count == 100)
    }

    @Test(arguments: ["<si><t>abcdefghij</t></si>", "<si/>"]) func `is refused for its shared texts`(text: String) {
        let strings = String(repeating: text, count: 1000)
        let small = limits { $0.sharedStringBytes = 4000 }
        let message = "The shared texts of the workbook have more than 4000 bytes. Split the file, or raise the limit."
        #expect(throws: SpreadsheetError(message)) {
            try WorkbookFile(WorkbookFile.row("a"), strings: strings).open(limits: small)
        }
        let long = "<si><t>\(String(repeating: "x", count: 5000))</t></si>"
        #expect(throws: SpreadsheetError(message)) {
            try WorkbookFile(WorkbookFile.row("a"), strings: long).open(limits: small)
        }
    }

    @Test func `is refused for its entities`() {
        for part in ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels"] {
            var file = WorkbookFile(WorkbookFile.row("a"), strings: "")
            let content = "<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">"
            file.parts[part] = "<?xml version=\"1.0\"?><!DOCTYPE x [\(content)]><x>&b;</x>"
            let message = "The workbook has a document type declaration, which can be an attack. "
            #expect(throws: SpreadsheetError("\(message)Open it in a spreadsheet program and save it again.")) {
                try file.rows()
            }
        }
    }

    @Test func `is refused for its cells, rows, columns, parts and depth`() {
        let rows = WorkbookFile.row("a") + WorkbookFile.row("12345") + WorkbookFile.row("b", "c")
        for change: @Sendable (inout SpreadsheetLimits) -> Void in [
            { $0.cellBytes = 4 }, { $0.rows = 2 }, { $0.columns = 1 }, { $0.parts = 2 },
        ] {
            #expect(throws: SpreadsheetError.self) { try WorkbookFile(rows).open(limits: limits(change)).allRows() }
        }
        let deep = String(repeating: "<a>", count: 200) + String(repeating: "</a>", count: 200)
        #expect(throws: SpreadsheetError.self) { try WorkbookFile(WorkbookFile.row("a") + deep).rows() }
        let name = String(repeating: "a", count: 300)
        #expect(throws: SpreadsheetError.self) { try WorkbookFile(WorkbookFile.row("a") + "<\(name)/>").rows() }
        let value = String(repeating: "a", count: 70_000)
        #expect(throws: SpreadsheetError.self) {
            try WorkbookFile(WorkbookFile.row("a") + "<a b=\"\(value)\"/>").rows()
        }
    }

    @Test func `is refused for its gaps`() throws {
        let rows = "<row><c r=\"Z1\"><v>1</v></c></row><row><c r=\"Z2\"><v>1</v></c></row>"
        #expect(try WorkbookFile(rows).open(limits: limits { $0.gaps = 50 }).allRows().count == 2)
        let message = "The sheet has more than 49 empty places between its cells. Split the file, or raise the limit."
        let small = limits { $0.gaps = 49 }
        #expect(throws: SpreadsheetError(message)) { try WorkbookFile(rows).open(limits: small).allRows() }
    }

    @Test func `of shared texts that are used often stays within a row`() throws {
        let text = String(repeating: "x", count: 600)
        let cells = String(repeating: "<c t=\"s\"><v>0</v></c>", count: 50)
        let file = WorkbookFile("\(WorkbookFile.row("a"))<row>\(cells)</row>", strings: "<si><t>\(text)</t></si>")
        let row = try file.open(limits: limits { $0.rowBytes = 1000 }).next()
        #expect(row?.isBroken == true)
    }
}

@Suite struct `a workbook that was cut or changed` {
    private static let file: [UInt8] = {
        var file = WorkbookFile(
            """
            \(WorkbookFile.row("a", "b"))<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="0"><v>45000.5</v></c></row>\
            <row><c t="e"><v>#N/A</v></c></row>
            """, strings: "<si><t>x_x000D_</t></si>",
            styles:
                "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs>"
        )
        file.isDeflated = false
        return file.bytes
    }()

    @Test func `never crashes at any length`() throws {
        var deflated = WorkbookFile(
            WorkbookFile.row("a", "b") + WorkbookFile.row("1", "2"), strings: "<si><t>x</t></si>")
        deflated.zip.isZip64 = true
        for bytes in [Self.file, deflated.bytes] {
            #expect(try !Spreadsheet.open(bytes: bytes).allRows().isEmpty)
            // Shorter ones don't begin like a zip file yet.
            for end in 4..<bytes.count {
                #expect(throws: SpreadsheetError.self) { try Spreadsheet.open(bytes: Array(bytes[..<end])).allRows() }
            }
        }
    }

    @Test func `never crashes with any byte changed`() {
        for bytes in [Self.file, WorkbookFile(WorkbookFile.row("a") + WorkbookFile.row("1")).bytes] {
            for place in bytes.indices {
                for value: UInt8 in [0x3C, 0xFF] {
                    var changed = bytes
                    changed[place] = value
                    _ = try? Spreadsheet.open(bytes: changed).allRows()
                }
            }
        }
    }

    @Test func `never crashes with random changes of its xml`() {
        let base = WorkbookFile(
            """
            \(WorkbookFile.row("a", "b"))<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="0"><v>45000.5</v></c></row>\
            <row><c t="e"><v>#N/A</v></c><!-- x --><c t="str"><v><![CDATA[x]]>&#65;</v></c></row>
            """, strings: "<si><t>x_x000D_</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si>",
            styles:
                "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs>"
        )
        let names = base.parts.keys.sorted()
        let pieces = [
            "<", ">", "/", "\"", "'", "&", ";", "=", " ", "<c>", "</c>", "<row>", "<v>", "9", "-", "<!--", "]]>", "A1",
            "", "",
        ]
        var numbers = SeededNumbers(state: 7)
        for _ in 0..<1500 {
            var file = base
            let name = names[numbers.next(below: names.count)]
            var content = Array(base.parts[name] ?? "")
            for _ in 0...numbers.next(below: 3) {
                let start = numbers.next(below: content.count)
                let end = min(content.count, start + numbers.next(below: 4))
                content.replaceSubrange(start..<end, with: pieces[numbers.next(below: pieces.count)])
            }
            file.parts[name] = String(content)
            file.isDeflated = false
            _ = try? file.rows()
        }
    }

    @Test func `never crashes with xml that is cut`() {
        let sheet = """
            <w><sheetData><row r="1" x='1'><c r="A1" t="inlineStr"><is><t>a&amp;&#x41;</t></is></c></row><!-- c -->\
            <row><c t="str"><v><![CDATA[x]]></v></c></row></sheetData></w>
            """
        for end in sheet.indices {
            var file = WorkbookFile("")
            file.parts["xl/worksheets/sheet1.xml"] = String(sheet[..<end])
            #expect(throws: SpreadsheetError.self) { try file.rows() }
        }
    }
}

/// Numbers that look random and are the same in each run.
private struct SeededNumbers {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(limit, 1)))
    }
}
