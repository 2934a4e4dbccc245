import AccessModel
import Foundation
import Testing
import WireForm

@Suite(.enabled(if: Fixture.areThere, "the fixtures are not there: set LANTERN_FIXTURES"))
struct `what the reference printed` {
    @Test(arguments: Fixture.version1 + Fixture.version3) func `is printed again`(of fixture: Fixture) throws {
        for command in try fixture.commands {
            guard let output = command.output, !output.hasSuffix(".xlsx"), !output.hasSuffix(".csv") else { continue }
            let run = try BatonRun.of(["-f", fixture.file] + command.arguments)
            #expect(run.status == Int32(command.status), "\(command.arguments) \(run.error)")
            guard command.status == 0 else { continue }
            let wanted = try fixture.bytes(output)
            if wanted.first == UInt8(ascii: "{") {
                let same = try JSONValue(parsing: run.output).canonical == JSONValue(parsing: wanted).canonical
                #expect(same, "\(command.arguments)")
            } else {
                expectSameText(run.text, withoutColours(wanted), command.arguments)
            }
        }
    }

    @Test(arguments: Fixture.version1 + Fixture.version3) func `fails with the same status`(for fixture: Fixture) throws
    {
        for command in try fixture.commands where command.output == nil && command.status != 0 {
            let run = try BatonRun.of(["-f", fixture.file] + command.arguments)
            #expect(run.status == Int32(command.status), "\(command.arguments)")
            #expect(run.error.hasPrefix("Error: "))
            #expect(run.output.isEmpty)
        }
    }

    @Test(arguments: Fixture.version1 + Fixture.version3) func `is exported again as CSV`(of fixture: Fixture) throws {
        let folder = try TemporaryFolder()
        for command in try fixture.commands where command.output?.hasSuffix(".csv") == true {
            let out = folder.path("export.csv")
            let run = try BatonRun.of(["-f", fixture.file, "export", "csv", "--out", out])
            #expect(run.status == 0, "\(run.error)")
            let rows = CSVRows(Array(try Data(contentsOf: URL(fileURLWithPath: out)))).sorted
            let wanted = CSVRows(try fixture.bytes(command.output ?? "")).sorted
            if Self.stoppedShort.contains(fixture.name) {
                #expect(Set(wanted).isSubset(of: rows) && wanted.count < rows.count)
            } else {
                #expect(rows == wanted)
            }
        }
    }

    /// The reference ends its CSV at the first user type without resources; these files have one.
    private static let stoppedShort = [
        "skip-grants-pebble", "skip-grants-sqlite", "targeted-only-pebble", "targeted-only-sqlite",
    ]

    /// The reference goes through maps in some places, so the lines of a tree or a comparison come in any order.
    private func expectSameText(_ text: String, _ wanted: String, _ arguments: [String]) {
        if arguments.contains("access") || arguments.contains("compare") {
            #expect(lines(of: text) == lines(of: wanted), "\(arguments)")
        } else {
            #expect(text.utf8.elementsEqual(wanted.utf8), "\(arguments)\n\(text)\n\(wanted)")
        }
    }

    private func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.drop { " │├└─┬".contains($0) })
        }.sorted()
    }

    private func withoutColours(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }
}

/// The rows of a CSV file.
struct CSVRows {
    private(set) var rows: [[String]] = []

    init(_ bytes: [UInt8]) {
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                guard byte == UInt8(ascii: "\"") else { cell.append(byte); continue }
                if index < bytes.count, bytes[index] == byte { cell.append(byte); index += 1 } else { isQuoted = false }
            } else if byte == UInt8(ascii: "\"") {
                isQuoted = true
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
                row.append(String(decoding: cell, as: UTF8.self))
                cell = []
                if byte == UInt8(ascii: "\n") { rows.append(row); row = [] }
            } else {
                cell.append(byte)
            }
        }
    }

    /// The rows in an order of their own.
    var sorted: [String] { rows.map { $0.joined(separator: "\u{0}") }.sorted() }
}
