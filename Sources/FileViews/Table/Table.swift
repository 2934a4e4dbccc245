import WireForm

/// A table whose rows are read twice, first for their widths and then to print them, so that it never holds them.
struct Table {
    /// Hands out the rows, one after the other, each time it is called.
    typealias Rows = (_ emit: (borrowing TableRow) throws -> Void) throws -> Void

    private let headers: [String]

    init(_ headers: [String]) {
        self.headers = headers
    }

    /// Prints the header, the rows and an empty line.
    func print(to screen: Screen, _ rows: Rows) throws {
        var measure = TableMeasure(headers)
        try rows { measure.add($0) }
        try screen.expect(lines: measure.lines + 2)
        let printer = TablePrinter(measure.fitted(to: screen.width), screen)
        try printer.print(header: headers)
        try rows { try printer.print($0) }
        screen.output.raw("\n")
    }

    /// Prints rows that are at hand.
    func print(to screen: Screen, rows: [[String]]) throws {
        try print(to: screen) { emit in
            var row = TableRow(isForTerminal: screen.isTerminal)
            for cells in rows {
                row.reset()
                for cell in cells { row.add(cell) }
                try emit(row)
            }
        }
    }
}

/// How wide the columns of a table must be, and how many lines it has.
struct TableMeasure {
    private(set) var widths: [Int]
    private(set) var lines = 0

    init(_ headers: [String]) {
        widths = headers.map { $0.utf8.count }
    }

    mutating func add(_ row: borrowing TableRow) {
        var height = 1
        var widths = self.widths
        self.widths = []
        row.forEachCell { column, cell in
            guard column < widths.count else { return }
            if cell.isPrintableASCII {
                if cell.count > widths[column] { widths[column] = cell.count }
                return
            }
            let parts = cell.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            height = max(height, parts.count)
            for part in parts {
                widths[column] = max(widths[column], DisplayWidth.of(UnsafeRawBufferPointer(rebasing: part)))
            }
        }
        self.widths = widths
        lines += height
    }

    /// The widths that fit into `room` columns: the widest give way first, down to three columns.
    func fitted(to room: Int?) -> [Int] {
        let gaps = TablePrinter.gap.utf8.count * max(0, widths.count - 1)
        guard let room, widths.reduce(gaps, +) > room else { return widths }
        let available = max(room - gaps, 0)
        var limit = widths.max() ?? 0
        while limit > 3, widths.reduce(0, { $0 + min($1, limit) }) > available { limit -= 1 }
        var fitted = widths.map { min($0, limit) }
        var left = available - fitted.reduce(0, +)
        for column in fitted.indices where left > 0 && fitted[column] < widths[column] {
            fitted[column] += 1
            left -= 1
        }
        return fitted
    }
}
