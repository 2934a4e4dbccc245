/// The files inside a workbook that are always the same.
enum WorkbookParts {
    static let all: [(name: String, content: String)] = [
        ("[Content_Types].xml", contentTypes), ("_rels/.rels", relations), ("docProps/app.xml", application),
        ("docProps/core.xml", core), ("xl/workbook.xml", workbook), ("xl/_rels/workbook.xml.rels", workbookRelations),
        ("xl/styles.xml", styles),
    ]

    static let sheetStart =
        "\(declaration)<worksheet xmlns=\"\(main)\"><sheetFormatPr defaultRowHeight=\"15\"/><sheetData>"
    static let sheetEnd = "</sheetData></worksheet>"
    static let stringsEnd = "</sst>"

    static func stringsStart(cells: Int, strings: Int) -> String {
        "\(declaration)<sst xmlns=\"\(main)\" count=\"\(cells)\" uniqueCount=\"\(strings)\">"
    }

    private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006"
    private static let package = "http://schemas.openxmlformats.org/package/2006"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let sheetML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    private static let packageML = "application/vnd.openxmlformats-package"

    private static let contentTypes = """
        \(declaration)<Types xmlns="\(package)/content-types">\
        <Default Extension="rels" ContentType="\(packageML).relationships+xml"/>\
        <Default Extension="xml" ContentType="application/xml"/>\
        <Override PartName="/xl/workbook.xml" ContentType="\(sheetML).sheet.main+xml"/>\
        <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(sheetML).worksheet+xml"/>\
        <Override PartName="/xl/sharedStrings.xml" ContentType="\(sheetML).sharedStrings+xml"/>\
        <Override PartName="/xl/styles.xml" ContentType="\(sheetML).styles+xml"/>\
        <Override PartName="/docProps/core.xml" ContentType="\(packageML).core-properties+xml"/>\
        <Override PartName="/docProps/app.xml" \
        ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>
        """

    private static let relations = """
        \(declaration)<Relationships xmlns="\(package)/relationships">\
        <Relationship Id="rId1" Type="\(office)/relationships/officeDocument" Target="xl/workbook.xml"/>\
        <Relationship Id="rId2" Type="\(package)/relationships/metadata/core-properties" \
        Target="docProps/core.xml"/>\
        <Relationship Id="rId3" Type="\(office)/relationships/extended-properties" Target="docProps/app.xml"/>\
        </Relationships>
        """

    private static let application = """
        \(declaration)<Properties xmlns="\(office)/extended-properties"><Application>baton</Application></Properties>
        """

    private static let core = """
        \(declaration)<cp:coreProperties xmlns:cp="\(package)/metadata/core-properties" \
        xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>baton</dc:creator></cp:coreProperties>
        """

    private static let workbook = """
        \(declaration)<workbook xmlns="\(main)" xmlns:r="\(office)/relationships">\
        <sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>
        """

    private static let workbookRelations = """
        \(declaration)<Relationships xmlns="\(package)/relationships">\
        <Relationship Id="rId1" Type="\(office)/relationships/worksheet" Target="worksheets/sheet1.xml"/>\
        <Relationship Id="rId2" Type="\(office)/relationships/sharedStrings" Target="sharedStrings.xml"/>\
        <Relationship Id="rId3" Type="\(office)/relationships/styles" Target="styles.xml"/></Relationships>
        """

    /// One font, the two fills that Excel expects, one border and one cell format: the defaults.
    private static let styles = """
        \(declaration)<styleSheet xmlns="\(main)">\
        <fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>\
        <fills count="2"><fill><patternFill patternType="none"/></fill>\
        <fill><patternFill patternType="gray125"/></fill></fills>\
        <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
        <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
        <cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>\
        <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
        """
}
