import WireForm

/// A way to show records of one kind, in JSON and in a table.
protocol Listing {
    /// What the list is called in JSON.
    var key: StaticString { get }
    /// The titles of the columns.
    var headers: [String] { get }

    /// Appends the JSON of one record.
    func append(_ record: UnsafeRawBufferPointer, to json: inout JSONText) throws

    /// Fills the cells of one record.
    func fill(_ row: inout TableRow, with record: UnsafeRawBufferPointer) throws
}

extension Listing {
    /// Prints all records as one JSON object.
    func printJSON(of records: Records, to output: Output) throws {
        var list = JSONList(key, to: output)
        try records.forEach { record in try list.add { try append(record, to: &$0) } }
        list.end()
    }

    /// Prints all records as a table.
    func printTable(of records: Records, to screen: Screen) throws {
        try Table(headers).print(to: screen) { emit in
            var row = TableRow(isForTerminal: screen.isTerminal)
            try records.forEach { record in
                row.reset()
                try fill(&row, with: record)
                try emit(row)
            }
        }
    }
}

extension Call {
    /// How records become JSON; nil when JSON isn't wanted.
    var shapes: RecordShapes? { wantsJSON ? RecordShapes() : nil }
}
