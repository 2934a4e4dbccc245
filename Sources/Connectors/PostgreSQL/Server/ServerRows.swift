import CLibpq

/// The rows of an answer; only good until the statement is over.
struct ServerRows {
    fileprivate let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    /// How many there are.
    var count: Int { Int(PQntuples(result)) }

    /// The first row; nil when there is none.
    var first: ServerRow? { count > 0 ? self[0] : nil }

    subscript(_ row: Int) -> ServerRow { ServerRow(result: result, row: Int32(row)) }

    /// What `make` makes of the first `limit` rows.
    func map<Value>(upTo limit: Int = .max, _ make: (ServerRow) throws -> Value) rethrows -> [Value] {
        try (0..<min(count, limit)).map { try make(self[$0]) }
    }
}

/// One row of an answer.
struct ServerRow {
    fileprivate let result: OpaquePointer
    fileprivate let row: Int32

    /// The text in a column; empty when there is none.
    func text(_ column: Int32) -> String {
        let length = Int(PQgetlength(result, row, column))
        guard length > 0, let start = PQgetvalue(result, row, column) else { return "" }
        return UnsafeRawBufferPointer(start: start, count: length).withMemoryRebound(to: UInt8.self) {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The whole number in a column; 0 when there is none.
    func number(_ column: Int32) -> Int64 {
        guard let start = PQgetvalue(result, row, column) else { return 0 }
        var number: Int64 = 0
        let digits = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        for digit in digits where digit != UInt8(ascii: "-") { number = number &* 10 &+ Int64(digit &- 48) }
        return digits.first == UInt8(ascii: "-") ? -number : number
    }

    /// The object identifier in a column, which has 32 bits and no sign.
    func oid(_ column: Int32) -> UInt32 { UInt32(truncatingIfNeeded: number(column)) }

    /// Whether a column holds true.
    func flag(_ column: Int32) -> Bool { PQgetvalue(result, row, column)?.pointee == CChar(UInt8(ascii: "t")) }
}
