import WireForm

/// Prints rows in columns of given widths.
struct TablePrinter {
    static let gap = " | "

    private let widths: [Int]
    private let screen: Screen
    private let gap: [UInt8]

    init(_ widths: [Int], _ screen: Screen) {
        self.widths = widths
        self.screen = screen
        gap = Array(screen.coloured(.gray, Self.gap).utf8)
    }

    func print(header: [String]) throws {
        for (column, title) in header.enumerated() {
            if column > 0 { screen.output.raw(gap) }
            let shown = fitting(title, widths[column])
            screen.output.raw(screen.coloured(.brightCyan, shown.text).utf8)
            pad(widths[column] - shown.width, after: column)
        }
        screen.output.raw("\n")
        try screen.output.settle()
    }

    func print(_ row: borrowing TableRow) throws {
        if row.hasLines {
            printLines(of: row)
        } else {
            row.forEachCell { column, cell in
                if column > 0 { screen.output.raw(gap) }
                if cell.isPrintableASCII, cell.count <= widths[column] {
                    screen.output.text.bytes.append(contentsOf: cell)
                    pad(widths[column] - cell.count, after: column)
                } else {
                    print(String(decoding: cell, as: UTF8.self), at: column)
                }
            }
            screen.output.raw("\n")
        }
        try screen.output.settle()
    }

    /// Prints a row some of whose cells have several lines.
    private func printLines(of row: borrowing TableRow) {
        var cells: [[String]] = []
        row.forEachCell { _, cell in
            let lines = cell.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            cells.append(lines.map { String(decoding: $0, as: UTF8.self) })
        }
        for line in 0..<(cells.map(\.count).max() ?? 0) {
            for (column, cell) in cells.enumerated() {
                if column > 0 { screen.output.raw(gap) }
                print(line < cell.count ? cell[line] : "", at: column)
            }
            screen.output.raw("\n")
        }
    }

    private func print(_ line: String, at column: Int) {
        let shown = fitting(line, widths[column])
        screen.output.raw(shown.text.utf8)
        pad(widths[column] - shown.width, after: column)
    }

    /// Spaces up to the column's width; a terminal needs none at the end of the line.
    @inline(__always)
    private func pad(_ count: Int, after column: Int) {
        guard count > 0, !(screen.isTerminal && column == widths.count - 1) else { return }
        screen.output.text.bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
    }

    /// A line cut to `width`, with an ellipsis where something is missing.
    private func fitting(_ line: String, _ width: Int) -> (text: String, width: Int) {
        let whole = line.reduce(0) { $0 + DisplayWidth.of($1) }
        guard whole > width else { return (line, whole) }
        var cut = ""
        var used = 0
        for character in line {
            let next = DisplayWidth.of(character)
            if used + next > width - 1 { break }
            cut.append(character)
            used += next
        }
        return (cut + "…", used + 1)
    }
}
