/// The cells of one row, kept in one buffer that is used again for the next row.
struct TableRow {
    private var text: [UInt8] = []
    private var ends: [Int] = []
    private let isForTerminal: Bool
    /// Whether a cell has several lines.
    private(set) var hasLines = false

    /// An empty row.
    ///
    /// - Parameter isForTerminal: whether a terminal shows it, so that characters which could command it must go.
    init(isForTerminal: Bool = false) {
        self.isForTerminal = isForTerminal
    }

    /// Forgets the cells.
    mutating func reset() {
        text.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        hasLines = false
    }

    /// Appends a cell.
    @inline(__always)
    mutating func add(_ cell: UnsafeRawBufferPointer) {
        if cell.isPrintableASCII {
            text.append(contentsOf: cell)
        } else {
            addUnusual(cell)
        }
        ends.append(text.count)
    }

    private mutating func addUnusual(_ cell: UnsafeRawBufferPointer) {
        if cell.contains(UInt8(ascii: "\n")) { hasLines = true }
        if isForTerminal {
            text.append(contentsOf: TerminalText.harmless(String(decoding: cell, as: UTF8.self)).utf8)
        } else {
            text.append(contentsOf: cell)
        }
    }

    /// Appends a cell.
    mutating func add(_ cell: [UInt8]) {
        cell.withUnsafeBytes { add($0) }
    }

    /// Appends a cell.
    mutating func add(_ cell: String) {
        var cell = cell
        cell.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    /// Calls `body` with each cell.
    @inline(__always)
    func forEachCell(_ body: (_ column: Int, _ cell: UnsafeRawBufferPointer) -> Void) {
        text.withUnsafeBytes { text in
            var start = 0
            for (column, end) in ends.enumerated() {
                body(column, UnsafeRawBufferPointer(rebasing: text[start..<end]))
                start = end
            }
        }
    }
}

/// Text on its way to a terminal.
enum TerminalText {
    /// `text` with what a terminal could take for a command, or that turns the order of a line round, replaced.
    static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isHarmless(scalar) ? scalar : "\u{FFFD}") }
        return String(result)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: true
        case ..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
