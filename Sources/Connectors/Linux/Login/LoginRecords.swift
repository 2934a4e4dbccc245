import AccessModel

/// The last log-in of accounts, as `lastlog` keeps it: a sparse array of records by user id.
struct LastLoginTable: ~Copyable {
    private let file: OpenedFile
    /// Bytes of one record: a time, 32 bytes of line, 256 bytes of host.
    static let recordSize = 292

    init(_ file: consuming OpenedFile) { self.file = file }

    /// When `uid` last logged in, in Unix seconds; nil for never.
    func lastLogin(of uid: UInt32) throws(InspectedRootError) -> Int64? {
        let bytes = try file.bytes(at: Int64(uid) * Int64(Self.recordSize), count: 4)
        return Self.time(in: bytes)
    }

    /// The time at the start of a record.
    static func time(in record: [UInt8]) -> Int64? {
        guard record.count >= 4 else { return nil }
        let seconds = record[...].littleEndian(at: 0, bytes: 4)
        return seconds == 0 ? nil : Int64(seconds)
    }
}

/// Sessions as `wtmp` records them.
enum SessionRecords {
    /// Bytes of one record.
    static let recordSize = 384
    private static let userProcess: UInt64 = 7

    /// The newest session of each user; a piece of a record at the end is left out.
    static func newest(in bytes: ArraySlice<UInt8>) -> [ByteKey: Int64] {
        var newest: [ByteKey: Int64] = [:]
        var start = bytes.startIndex + bytes.count / recordSize * recordSize - recordSize
        while start >= bytes.startIndex {
            let record = bytes[start..<(start + recordSize)]
            start -= recordSize
            guard record.littleEndian(at: 0, bytes: 2) == userProcess else { continue }
            let user = ByteKey(field(record, at: 44, length: 32).text)
            let time = Int64(record.littleEndian(at: 340, bytes: 4))
            guard !user.bytes.isEmpty, time > 0 else { continue }
            // Clocks get set back, so the last record need not be the newest.
            newest[user] = max(newest[user] ?? 0, time)
        }
        return newest
    }

    private static func field(_ record: ArraySlice<UInt8>, at offset: Int, length: Int) -> ArraySlice<UInt8> {
        let start = record.startIndex + offset
        return record[start..<(start + length)].prefix { $0 != 0 }
    }
}

extension ArraySlice<UInt8> {
    /// The unsigned number of `bytes` bytes at `offset` from the start, which must exist.
    func littleEndian(at offset: Int, bytes: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in (0..<bytes).reversed() { number = number << 8 | UInt64(self[startIndex + offset + index]) }
        return number
    }
}
