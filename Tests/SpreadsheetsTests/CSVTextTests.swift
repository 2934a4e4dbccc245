import Spreadsheets
import Testing

@Suite struct `a table as text` {
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "\"'\tx\""), ("\rx", "\"'\rx\""),
        ("a=b", "a=b"),
        ("a,\"b\"", "\"a,\"\"b\"\"\""), ("a\nb", "\"a\nb\""), ("", ""), ("x\r\n=1+1", "\"x\r\n=1+1\""),
        ("a\"\u{301}", "\"a\"\"\u{301}\""), (",\u{301}", "\",\u{301}\""),
    ])
    func `has no cell that a program takes for a formula, or for two`(text: String, cell: String) {
        #expect(CSVText.row([text, "x"]) == "\(cell),x\r\n")
    }
}
