/// A CSV file, opened.
struct CSVContent: SheetContent {
    private let source: any ByteSource
    private let limits: SpreadsheetLimits
    private let encoding: TextEncoding
    private let mark: Int

    init(_ source: any ByteSource, _ limits: SpreadsheetLimits) throws(SpreadsheetError) {
        self.source = source
        self.limits = limits
        (encoding, mark) = try TextEncoding.detect(source)
    }

    func rows() throws(SpreadsheetError) -> any RowReader {
        let raw = SourceStream(source, min(mark, source.count)..<source.count)
        let text: any ByteStream = encoding == .utf8 ? raw : DecodingStream(raw, encoding)
        return try CSVReader(text, limits)
    }
}

/// The rows of comma separated values, RFC 4180.
struct CSVReader: RowReader {
    private var bytes: ByteReader
    private let separator: UInt8
    private let limits: SpreadsheetLimits
    private var rowNumber = 0
    /// Whether the rest of the row is thrown away, because it is too large.
    private var isSkipping = false

    init(_ stream: any ByteStream, _ limits: SpreadsheetLimits) throws(SpreadsheetError) {
        bytes = ByteReader(stream)
        self.limits = limits
        try bytes.fillWhole()
        let start = bytes.buffer[..<bytes.end]
        if let (separator, length) = Separator.named(start) {
            self.separator = separator
            bytes.position = length
        } else {
            separator = Separator.detect(start)
        }
    }

    mutating func next() throws(SpreadsheetError) -> SheetRow? {
        guard try bytes.hasMore() else { return nil }
        rowNumber += 1
        guard rowNumber <= limits.rows else {
            throw .tooLarge("The file has more than \(limits.rows) rows", row: rowNumber)
        }
        var row = SheetRow(rowNumber)
        row.bytes.reserveCapacity(256)
        row.marks.reserveCapacity(16)
        isSkipping = false
        while try readCell(&row) {}
        return row
    }

    /// Reads a cell with what ends it; false when it is the last one of the row.
    private mutating func readCell(_ row: inout SheetRow) throws(SpreadsheetError) -> Bool {
        let start = row.bytes.count
        let isQuoted = try bytes.peek() == .quote
        let hasNext = isQuoted ? try readQuoted(&row, start) : try readPlain(&row, start)
        if row.marks.count < limits.columns {
            row.endCell(from: min(start, row.bytes.count))
        } else if !isSkipping {
            skip(&row, "The row has more than \(limits.columns) cells. Check the quotes of this row.", nil)
        }
        return hasNext
    }

    private mutating func readPlain(_ row: inout SheetRow, _ start: Int) throws(SpreadsheetError) -> Bool {
        while try bytes.hasMore() {
            let from = bytes.position
            let to = endOfPlain(from)
            take(from..<to, &row, start)
            bytes.position = to
            if to < bytes.end { return try endCell() }
        }
        return false
    }

    private mutating func readQuoted(_ row: inout SheetRow, _ start: Int) throws(SpreadsheetError) -> Bool {
        bytes.position += 1
        while try bytes.hasMore() {
            let from = bytes.position
            let to = endOfQuoted(from)
            take(from..<to, &row, start)
            bytes.position = to
            guard to < bytes.end else { continue }
            bytes.position += 1
            guard try bytes.peek() == .quote else { return try readAfterQuotes(&row) }
            take(bytes.position..<bytes.position + 1, &row, start)
            bytes.position += 1
        }
        row.fault(
            "A quote is opened here and never closed, so nothing after it can be read. Close it, or double it.",
            column: row.marks.count)
        return false
    }

    /// Reads up to the end of the cell; only blanks may stand there.
    private mutating func readAfterQuotes(_ row: inout SheetRow) throws(SpreadsheetError) -> Bool {
        var isClean = true
        while let byte = try bytes.peek() {
            if byte == separator || byte == .lineFeed || byte == .carriageReturn { return try endCell() }
            bytes.position += 1
            guard isClean, byte != .space, byte != .tab else { continue }
            isClean = false
            row.fault("Text follows a closing quote. Double the quotes inside the cell.", column: row.marks.count)
        }
        return false
    }

    /// Takes the separator or the line end that is next.
    private mutating func endCell() throws(SpreadsheetError) -> Bool {
        guard let byte = try bytes.next(), byte != separator else { return true }
        if byte == .carriageReturn, try bytes.peek() == .lineFeed { bytes.position += 1 }
        return false
    }

    private mutating func take(_ range: Range<Int>, _ row: inout SheetRow, _ start: Int) {
        if isSkipping { return }
        if row.bytes.count - start + range.count > limits.cellBytes {
            return skip(
                &row, "The cell has more than \(limits.cellBytes) bytes. Check its quotes, or shorten it.",
                row.marks.count)
        }
        if row.bytes.count + range.count > limits.rowBytes {
            return skip(&row, "The row has more than \(limits.rowBytes) bytes. Check its quotes, or shorten it.", nil)
        }
        row.bytes.append(contentsOf: bytes.buffer[range])
    }

    /// Gives the row up, but still finds its end.
    private mutating func skip(_ row: inout SheetRow, _ message: String, _ column: Int?) {
        isSkipping = true
        row.fault(message, column: column)
        row.dropBytes(from: 0)
        for place in row.marks.indices { row.marks[place] = SheetRow.CellMark() }
    }

    private func endOfPlain(_ start: Int) -> Int {
        let end = bytes.end
        let separator = separator
        return bytes.buffer.withUnsafeBufferPointer { buffer in
            var place = start
            while place < end {
                let byte = buffer[place]
                if byte == separator || byte == .lineFeed || byte == .carriageReturn { break }
                place += 1
            }
            return place
        }
    }

    private func endOfQuoted(_ start: Int) -> Int {
        let end = bytes.end
        return bytes.buffer.withUnsafeBufferPointer { buffer in
            var place = start
            while place < end, buffer[place] != .quote { place += 1 }
            return place
        }
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
}
