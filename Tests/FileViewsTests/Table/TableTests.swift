import Testing
import WireForm

@testable import FileViews

@Suite struct `the width of text` {
    @Test(arguments: [
        ("", 0), ("plain", 5), ("日本語", 6), ("e\u{301}", 1), ("é", 1), ("a\tb", 2), ("\u{202E}rtl", 3), ("😀", 2),
        ("👩\u{200D}👩\u{200D}👧", 2), ("ｆｕｌｌ", 8), ("한글", 4), ("…", 1), ("\u{AD}", 0),
    ]) func `counts columns of a terminal`(text: String, width: Int) {
        #expect(Array(text.utf8).withUnsafeBytes { DisplayWidth.of($0) } == width)
    }
}

@Suite struct `a table` {
    @Test func `pads every cell and ends with an empty line in a pipe`() throws {
        let text = try shown([["a", "long name"], ["bbbb", ""]], width: nil)
        #expect(text == "ID   | Name     \na    | long name\nbbbb |          \n\n")
    }

    @Test func `without rows is its header`() throws {
        #expect(try shown([], width: nil) == "ID | Name\n\n")
    }

    @Test func `spreads cells of several lines`() throws {
        let text = try shown([["a\nbb", "x"], ["c", "y\n\nz"]], width: nil)
        #expect(text == "ID | Name\na  | x   \nbb |     \nc  | y   \n   |     \n   | z   \n\n")
    }

    @Test func `is cut to the terminal, the widest column first`() throws {
        let text = try shown([["short", "a name that is far too long for it"]], width: 20)
        #expect(text == "ID    | Name\nshort | a name that…\n\n")
    }

    @Test func `cuts wide characters as a whole`() throws {
        let text = try shown([["x", "日本語テキスト"]], width: 11)
        #expect(text == "ID | Name\nx  | 日本…\n\n")
    }

    @Test func `never gets narrower than three columns a cell`() throws {
        var measure = TableMeasure(["A", "B"])
        var row = TableRow()
        row.add("a very long cell")
        row.add("another very long cell")
        measure.add(row)
        #expect(measure.fitted(to: 1) == [3, 3])
        #expect(measure.fitted(to: nil) == [16, 22])
    }

    @Test func `keeps commands to the terminal away from it`() throws {
        let text = try shown([["\u{1B}[31mred", "a\u{202E}b\u{9B}c"]], width: 80)
        #expect(text.contains("\u{FFFD}[31mred"))
        #expect(text.contains("a\u{FFFD}b\u{FFFD}c"))
        #expect(try shown([["\u{1B}x", ""]], width: nil).contains("\u{1B}x"))
    }

    @Test func `colours its header when colours are welcome`() throws {
        let text = try shown([["a", "b"]], width: 80, hasColours: true)
        #expect(text.hasPrefix("\u{1B}[96mID\u{1B}[0m\u{1B}[90m | \u{1B}[0m\u{1B}[96mName\u{1B}[0m\n"))
    }

    private func shown(_ rows: [[String]], width: Int?, hasColours: Bool = false) throws -> String {
        let output = Output(to: -1, named: "nowhere")
        try Table(["ID", "Name"]).print(to: Screen(output: output, width: width, hasColours: hasColours), rows: rows)
        return String(decoding: output.text.bytes, as: UTF8.self)
    }
}

@Suite struct `a tree` {
    @Test func `is drawn with lines`() {
        var tree = Tree("root")
        var branch = Tree("first")
        branch.branches = [Tree("a"), Tree("b")]
        tree.branches = [branch, Tree("second")]
        let output = Output(to: -1, named: "nowhere")
        tree.print(to: Screen(output: output, width: nil, hasColours: false))
        #expect(
            String(decoding: output.text.bytes, as: UTF8.self)
                == "└─┬root\n  ├─┬first\n  │ ├──a\n  │ └──b\n  └──second\n\n")
        #expect(tree.count == 5)
    }
}

@Suite struct `the pager` {
    @Test func `is what the person chose`() {
        #expect(Pager.command(in: ["PAGER": "more -s"]) == "more -s")
        #expect(Pager.command(in: ["PAGER": " ", "PATH": "/usr/bin:/bin"]) == nil)
        #expect(Pager.command(in: ["PATH": "/nowhere"]) == nil)
    }
}
