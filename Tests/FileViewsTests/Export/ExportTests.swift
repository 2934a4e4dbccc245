import AccessModel
import BatonWire
import Foundation
import Testing

@testable import FileViews

@Suite struct `a CSV cell` {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\rb", "\"a\rb\""), (" lead", "\" lead\""), ("\tlead", "\"\tlead\""), ("trail ", "trail "),
        ("\\.", "\"\\.\""), ("\\..", "\\.."), ("\u{A0}x", "\"\u{A0}x\""), ("é", "é"),
    ]) func `is quoted only when it must be`(cell: String, text: String) {
        var bytes: [UInt8] = []
        Array(cell.utf8).withUnsafeBytes { CSVCell.append($0, to: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}

@Suite struct `the text of a workbook` {
    @Test(arguments: [
        ("a<b>&c", "<si><t>a&lt;b&gt;&amp;c</t></si>"), (" a", "<si><t xml:space=\"preserve\"> a</t></si>"),
        ("\u{1}", "<si><t>_x0001_</t></si>"), ("_x0041_", "<si><t>_x005F_x0041_</t></si>"),
        ("_x", "<si><t>_x</t></si>"),
        ("a\u{FFFE}b¿", "<si><t>a\u{FFFD}b¿</t></si>"), ("", "<si><t></t></si>"),
    ]) func `is safe inside XML`(text: String, item: String) {
        var xml: [UInt8] = []
        Array(text.utf8).withUnsafeBytes { XMLText.appendItem($0, to: &xml) }
        #expect(String(decoding: xml, as: UTF8.self) == item)
    }

    @Test func `is cut where Excel's cells end, between characters`() {
        let limit = XLSXSheet.longestCell
        #expect(XLSXSheet.fitting(String(repeating: "a", count: limit)).utf16.count == limit)
        #expect(XLSXSheet.fitting(String(repeating: "a", count: limit + 1)).utf16.count == limit)
        #expect(XLSXSheet.fitting(String(repeating: "a", count: limit - 1) + "😀").utf16.count == limit - 1)
    }
}

@Suite struct `an export` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.path("sync.c1z")
        var content = MadeFile()
        var disabled = MadeFile.person("u2", "Eve", email: "eve@corp.example")
        disabled.status.status = .disabled
        content.resources = [
            MadeFile.person(
                "u1", "Ada", email: "ada@corp.example",
                profile: ["first_name": "Ada", "last_name": "O, \"K\"", "user_id": " 7"]),
            disabled, MadeFile.team("g1", "Line\nbreak"), MadeFile.team("g2", String(repeating: "x", count: 40_000)),
        ]
        content.entitlements = content.resources[2...].map { .assignment("member", on: $0, description: "=1+1") }
        content.grants = [MadeFile.membership(of: "u1", in: "g1"), MadeFile.membership(of: "gone", in: "g1")]
        try content.write(to: file)
    }

    @Test func `says who holds what`() throws {
        let out = folder.path("o.csv")
        #expect(try BatonRun.of(["-f", file, "export", "csv", "--out", out]).status == 0)
        let lines = try BatonRun.ofShell("cat \(out)").text
        #expect(
            lines.hasPrefix(
                "Type,Last Name,First Name,User ID,User Status,Email Address,Entitlement Display Name,Entitlement,"
                    + "Resource Type,Resource Name,Entitlement Description,Entitlement Slug\n"
                    + "Identity,\"O, \"\"K\"\"\",Ada,\" 7\",Enabled,ada@corp.example,,,,,,\n"
                    + "Identity,,,,Disabled,eve@corp.example,,,,,,\n"
                    + "Entitlement,,,,,,member,group:g1:member,group,\"Line\nbreak\",=1+1,member\n"))
        #expect(
            lines.hasSuffix(
                "\nGrant,\"O, \"\"K\"\"\",Ada,\" 7\",,ada@corp.example,member,group:g1:member,group,\"Line\nbreak\",=1+1,member\n"
            ))
        #expect(!lines.contains("gone"))
    }

    @Test func `takes the place of an older file and keeps its permissions`() throws {
        let out = try folder.write("o.csv", Array("old".utf8))
        #expect(try BatonRun.ofShell("chmod 600 \(out); ln -s o.csv \(folder.path("link"))").status == 0)
        #expect(try BatonRun.of(["-f", file, "export", "csv", "--out", folder.path("link")]).status == 0)
        #expect(
            try BatonRun.ofShell("stat -c %a \(out); head -c 5 \(out); test -L \(folder.path("link"))").text
                == "600\nType,")
        #expect(try folder.names == ["link", "o.csv", "sync.c1z"])
    }

    @Test func `makes the file that a link leads to`() throws {
        let link = folder.path("link")
        #expect(try BatonRun.ofShell("ln -s o.csv \(link)").status == 0)
        #expect(try BatonRun.of(["-f", file, "export", "csv", "--out", link]).status == 0)
        #expect(try BatonRun.ofShell("test -L \(link) && head -c 5 \(folder.path("o.csv"))").text == "Type,")
    }

    @Test func `goes into a file without a name`() throws {
        let run = try BatonRun.ofShell(
            "cd \(folder.path("")); exec 7>gone; rm gone; $BATON -f \(file) export csv --out /dev/fd/7; head -c 5 /dev/fd/7"
        )
        #expect(run.text == "Type,")
        #expect(try folder.names == ["sync.c1z"])
    }

    @Test func `goes into a pipe as well`() throws {
        let run = try BatonRun.ofShell("\"$BATON\" -f \(file) export csv --out /dev/stdout | head -c 5")
        #expect(run.text == "Type,")
        #expect(run.error.isEmpty)
    }

    @Test func `leaves nothing where it can't write`() throws {
        let run = try BatonRun.of(["-f", file, "export", "xlsx", "--out", folder.path("none/o.xlsx")])
        #expect(run.status == 2)
        #expect(run.error.hasPrefix("Error: \(folder.path("none/o.xlsx")): "))
        let missing = try BatonRun.of(["-f", folder.path("no.c1z"), "export", "csv", "--out", folder.path("o.csv")])
        #expect(missing.status == 2)
        #expect(try folder.names == ["sync.c1z"])
    }

    @Test(.enabled(if: Workbook.canBeRead, "python3 with openpyxl is needed: pip install openpyxl"))
    func `opens as a workbook with the same cells`() throws {
        let (csv, xlsx) = (folder.path("o.csv"), folder.path("o.xlsx"))
        #expect(try BatonRun.of(["-f", file, "export", "csv", "--out", csv]).status == 0)
        #expect(try BatonRun.of(["-f", file, "export", "xlsx", "--out", xlsx]).status == 0)
        let wanted = CSVRows(Array(try Data(contentsOf: URL(fileURLWithPath: csv)))).rows.map { row in
            row.map { String($0.prefix(XLSXSheet.longestCell)) }
        }
        #expect(try Workbook.rows(of: xlsx) == wanted)
    }
}

@Suite(
    .enabled(if: Fixture.areThere, "the fixtures are not there: set LANTERN_FIXTURES"),
    .enabled(if: Workbook.canBeRead, "python3 with openpyxl is needed: pip install openpyxl"))
struct `the workbook of the reference` {
    @Test(arguments: Fixture.version1 + Fixture.version3) func `has the same rows`(for fixture: Fixture) throws {
        guard try fixture.commands.contains(where: { $0.output == "export.xlsx" }) else { return }
        let folder = try TemporaryFolder()
        let out = folder.path("o.xlsx")
        #expect(try BatonRun.of(["-f", fixture.file, "export", "xlsx", "--out", out]).status == 0)
        let rows = try Workbook.rows(of: out).map { $0.joined(separator: "\u{0}") }.sorted()
        let wanted = try Workbook.rows(of: fixture.path("export.xlsx")).map { $0.joined(separator: "\u{0}") }.sorted()
        #expect(rows == wanted)
    }
}
