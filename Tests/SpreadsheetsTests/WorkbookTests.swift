import Spreadsheets
import Testing

@Suite struct `a workbook` {
    private static let styles = """
        <numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/><numFmt numFmtId="165" formatCode="00000"/>\
        <numFmt numFmtId="166" formatCode="[Red]&quot;day&quot;0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>\
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>\
        <xf numFmtId="21"/></cellXfs>
        """

    @Test(arguments: [true, false]) func `has texts in its cells`(isDeflated: Bool) throws {
        var file = WorkbookFile(
            WorkbookFile.row("a", "b") + WorkbookFile.row("1", "&lt;&#233;&#x1F600;&amp;&apos;&quot;&gt;"))
        file.isDeflated = isDeflated
        let sheet = try file.open()
        #expect(sheet.format == .xlsx)
        #expect(sheet.sheetNames == ["One"])
        #expect(sheet.sheetName == "One")
        #expect(try sheet.allRows() == [["a", "b"], ["1", "<é😀&'\">"]])
        try sheet.rewind()
        #expect(try sheet.allRows().count == 2)
    }

    @Test func `shares texts between its cells`() throws {
        let strings = """
            <si><t>a</t></si><si><r><rPr><b/></rPr><t>bo</t></r><r><t xml:space="preserve">ld </t></r>\
            <rPh sb="0" eb="1"><t>hidden</t></rPh></si><si/><si><t>x_x000D_y_x005F_x000D__xZZZZ_</t></si>
            """
        let cells = [0, 1, 3, 2, 9].map { "<c t=\"s\"><v>\($0)</v></c>" }
        let file = WorkbookFile(
            "<row>\(cells[...2].joined())</row><row>\(cells[3])\(cells[1])</row><row>\(cells[4])</row>",
            strings: strings)
        let sheet = try file.open()
        #expect(sheet.headers == ["a", "bold", "x\ry_x000D__xZZZZ_"])
        #expect(try sheet.next()?.cells == ["", "bold "])
        #expect(
            try sheet.next()?.problems.map { $0.description } == [
                "row 3, column \"a\": The cell points to a text that the file doesn't have. Save the file again."
            ])
    }

    @Test(arguments: [
        ("<c><v>12</v></c>", "12", SheetCellKind.number), ("<c t=\"n\"><v>-12.50</v></c>", "-12.50", .number),
        ("<c><v>1.5E3</v></c>", "1500", .number), ("<c><v>7.0</v></c>", "7", .number),
        ("<c t=\"b\"><v>1</v></c>", "true", .boolean), ("<c t=\"b\"><v>0</v></c>", "false", .boolean),
        ("<c t=\"str\"><f>\"a\"&amp;\"b\"</f><v>ab</v></c>", "ab", .text), ("<c><f>1+1</f><v>2</v></c>", "2", .number),
        ("<c t=\"e\"><v>#N/A</v></c>", "", .text), ("<c s=\"1\"/>", "", .text), ("<c s=\"1\"></c>", "", .text),
        ("<c s=\"1\"><v>45413</v></c>", "2024-05-01", .date),
        ("<c s=\"2\"><v>45413.75</v></c>", "2024-05-01 18:00:00", .date),
        ("<c s=\"2\"><v>45413.521</v></c>", "2024-05-01 12:30:14.400", .date),
        ("<c s=\"5\"><v>0.5</v></c>", "12:00:00", .date), ("<c s=\"1\"><v>59</v></c>", "1900-02-28", .date),
        ("<c s=\"1\"><v>60</v></c>", "60", .number), ("<c s=\"1\"><v>61</v></c>", "1900-03-01", .date),
        ("<c s=\"1\"><v>2958465</v></c>", "9999-12-31", .date), ("<c s=\"1\"><v>2958466</v></c>", "2958466", .number),
        ("<c s=\"1\"><v>-1</v></c>", "-1", .number), ("<c s=\"3\"><v>42</v></c>", "00042", .number),
        ("<c s=\"4\"><v>42</v></c>", "42", .number), ("<c s=\"99\"><v>42</v></c>", "42", .number),
        ("<c t=\"d\"><v>2024-05-01T10:00:00Z</v></c>", "2024-05-01T10:00:00Z", .date),
        ("<c t=\"inlineStr\"><is><r><t>a</t></r><rPh><t>x</t></rPh><r><t>b</t></r></is></c>", "ab", .text),
        ("<c t=\"str\"><v><![CDATA[<&]]>&lt;</v></c>", "<&<", .text),
        ("<c t=\"str\"><v>a\r\nb\rc<!-- - -->d</v></c>", "a\nb\ncd", .text),
    ]) func `has values of all kinds`(cell: String, text: String, kind: SheetCellKind) throws {
        let file = WorkbookFile(
            "\(WorkbookFile.row("a", "b"))<row>\(cell)<c><v>1</v></c></row>", strings: "", styles: Self.styles)
        let row = try file.open().next()
        #expect(row?.cells == [text, "1"])
        #expect(row?.kind(of: 0) == kind)
        #expect(row?.isBroken == false)
    }

    @Test func `may count dates from 1904`() throws {
        var file = WorkbookFile("\(WorkbookFile.row("a"))<row><c s=\"1\"><v>0</v></c></row>", styles: Self.styles)
        file.parts["xl/workbook.xml"] = WorkbookFile.workbook(
            "<sheet name=\"One\" sheetId=\"1\" r:id=\"rId1\"/>", properties: "<workbookPr date1904=\"1\"/>")
        let sheet = try file.open()
        #expect(sheet.usesDates1904)
        #expect(try sheet.next()?.cells == ["1904-01-01"])
    }

    @Test func `says where its cells are`() throws {
        let file = WorkbookFile(
            """
            <row r="3"><c r="B3"><v>1</v></c><c r="D3"><v>2</v></c></row><row r="4"/>\
            <row r="7"><c r="D7"><v>4</v></c><c r="A7"><v>1</v></c><c><v>2</v></c></row>\
            <row><c r="AA8"><v>9</v></c></row>
            """)
        let sheet = try file.open()
        #expect(sheet.headerRow == 3)
        #expect(sheet.headers == ["", "1", "", "2"])
        let row = try sheet.next()
        #expect(row?.number == 7)
        #expect(row?.cells == ["1", "2", "", "4"])
        let far = try sheet.next()
        #expect(far?.number == 8)
        #expect(
            far?.problems.map { $0.description } == [
                "row 8, column \"AA\": The cell has no header, it is ignored. Give its column a header."
            ])
        #expect(try sheet.next() == nil)
    }

    @Test(arguments: [
        "<row r=\"3\"><c r=\"A4\"><v>1</v></c></row>", "<row r=\"3\"><c r=\"3A\"><v>1</v></c></row>",
        "<row r=\"3\"><c r=\"AAAAAAAAAAAA3\"><v>1</v></c></row>", "<row r=\"1\"><c><v>1</v></c></row>",
        "<row r=\"1048577\"/>",
        "<row r=\"x\"/>", "<row r=\"3\"><c r=\"XFE3\"><v>1</v></c></row>",
    ]) func `is refused when its places are impossible`(row: String) throws {
        let sheet = try WorkbookFile(WorkbookFile.row("a") + row).open()
        #expect(throws: SpreadsheetError.self) { try sheet.next() }
        #expect(try sheet.next() == nil)
    }

    @Test func `tells cells that are wrong`() throws {
        let file = WorkbookFile(
            """
            \(WorkbookFile.row("a", "b"))<row><c t="e"><v>#REF!</v></c><c><v>x</v></c></row>\
            <row><c r="A3"><v>1</v></c><c r="A3"><v>2</v></c></row>
            """)
        #expect(
            try file.open().allProblems() == [
                "warning row 2, column \"a\": The formula gives the error \"#REF!\"; the cell counts as empty. "
                    + "Correct the formula.",
                "error row 2, column \"b\": The cell's number is broken. Save the file again.",
                "error row 3, column \"a\": The cell comes twice. Save the file again.",
            ])
    }

    @Test func `gives the first sheet that is shown, or a named one`() throws {
        var file = WorkbookFile(WorkbookFile.row("one"))
        file.parts["xl/workbook.xml"] = WorkbookFile.workbook(
            """
            <sheet name="Chart" sheetId="4" r:id="rId4"/><sheet name="One" sheetId="1" state="veryHidden" r:id="rId1"/>\
            <sheet name="A &amp; B" sheetId="2" r:id="rId2"/>
            """)
        file.parts["xl/_rels/workbook.xml.rels"] = WorkbookFile.links([
            ("rId1", "worksheet", "worksheets/Sheet1.xml"), ("rId2", "worksheet", "../other/./two.xml"),
            ("rId4", "chartsheet", "chartsheets/sheet1.xml"),
        ])
        file.parts["other/two.xml"] = WorkbookFile.sheet(WorkbookFile.row("two"))
        #expect(try file.open().headers == ["two"])
        #expect(try file.open("A & B").headers == ["two"])
        #expect(try file.open("One").headers == ["one"])
        #expect(try file.open().sheetNames == ["Chart", "One", "A & B"])
        let message = "There is no sheet \"Two\". Choose one of \"Chart\", \"One\", \"A & B\"."
        #expect(throws: SpreadsheetError(message)) { try file.open("Two") }
    }

    @Test func `may have prefixes and names of its own`() throws {
        var file = WorkbookFile("")
        file.parts["xl/worksheets/sheet1.xml"] = """
            <?xml version="1.0"?><!-- made --><x:worksheet xmlns:x="http://example.org/r"><x:sheetData><x:row x:r="9" r = '2'>\
            <x:c r='B2' t='str' ><x:v>a</x:v ></x:c></x:row></x:sheetData></x:worksheet>
            """
        let sheet = try file.open()
        #expect(sheet.headerRow == 2)
        #expect(sheet.headers == ["", "a"])
    }

    @Test func `may have rows in its drawings`() throws {
        var file = WorkbookFile("")
        file.parts["xl/worksheets/sheet1.xml"] = """
            <w><row><c><v>0</v></c></row><sheetData>\(WorkbookFile.row("a"))</sheetData>\
            <anchor><xdr:row>3</xdr:row><row r="2"><c><v>1</v></c></row></anchor></w>
            """
        #expect(try file.rows() == [["a"]])
    }

    @Test(arguments: ["0x10", "nan", "inf", "1,5", " 1", "1e999", "--1"]) func `has no other numbers`(value: String)
        throws
    {
        let file = WorkbookFile("\(WorkbookFile.row("a"))<row><c><v>\(value)</v></c></row>")
        #expect(try file.open().next()?.isBroken == true)
    }

    @Test func `keeps long texts whole`() throws {
        let text = String(repeating: "x&amp;y\r\n", count: 20_000)
        let value = String(repeating: "x&y\n", count: 20_000)
        let file = WorkbookFile(
            "\(WorkbookFile.row("a", "b"))<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>\(text)</t></is></c></row>",
            strings: "<si><t>\(text)</t></si>")
        #expect(try file.open().next()?.cells == [value, value])
    }
}

@Suite struct `a number format` {
    @Test(arguments: [
        "yyyy-mm-dd", "m/d/yy", "[$-409]mmmm\\ d\\,\\ yyyy;@", "h:mm AM/PM", "[h]:mm:ss", "[mm]", "dd.MM.yyyy",
        "[Blue]d",
    ]) func `is a date`(code: String) throws {
        #expect(try shown(code) != "1234")
    }

    @Test(arguments: [
        "General", "0.00", "#,##0 \"days\"", "0\\d", "[Red]0", "@", "_d0", "*y0", "0;yyyy", "\"year", "[$USD-409]0.00",
        "",
    ]) func `is no date`(code: String) throws {
        #expect(try shown(code) == "1234")
    }

    private func shown(_ code: String) throws -> String? {
        let escaped = code.map { $0 == "\"" ? "&quot;" : $0 == "&" ? "&amp;" : String($0) }.joined()
        let styles = """
            <numFmts><numFmt numFmtId="200" formatCode="\(escaped)"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs>
            """
        let rows = "\(WorkbookFile.row("a"))<row><c s=\"0\"><v>1234</v></c></row>"
        return try WorkbookFile(rows, styles: styles).open().next()?[0]
    }
}
