/// How a text file writes its characters.
enum TextEncoding: Equatable {
    case utf8
    case utf16(isBigEndian: Bool)
    case windows1252

    /// The encoding of a file, and how many bytes its byte order mark has.
    ///
    /// Without a mark the whole file is looked at: one byte of Windows-1252 may come after a million rows of ASCII.
    static func detect(_ source: any ByteSource) throws(SpreadsheetError) -> (encoding: TextEncoding, mark: Int) {
        let start = try source.bytes(at: 0, count: 4096)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw SpreadsheetError("The file is UTF-32 text. Save it as CSV in UTF-8.")
        }
        if start.starts(with: [0xFF, 0xFE]) { return (.utf16(isBigEndian: false), 2) }
        if start.starts(with: [0xFE, 0xFF]) { return (.utf16(isBigEndian: true), 2) }
        if let isBigEndian = endOfUTF16(start) { return (.utf16(isBigEndian: isBigEndian), 0) }
        return (try isUTF8(source) ? .utf8 : .windows1252, 0)
    }

    /// Which half of the characters is zero, when the text can only be UTF-16.
    ///
    /// Headers are ASCII for the most part, and no other text has zeros.
    private static func endOfUTF16(_ start: [UInt8]) -> Bool? {
        guard start.count >= 4 else { return nil }
        var zeros = [0, 0]
        for (place, byte) in start.enumerated() where byte == 0 { zeros[place & 1] += 1 }
        let units = start.count / 2
        guard (zeros[0] + zeros[1]) * 5 >= units * 2 else { return nil }
        if zeros[0] > zeros[1] * 3 { return true }
        return zeros[1] > zeros[0] * 3 ? false : nil
    }

    /// A file with more proper characters than faults is UTF-8 with some broken rows, which are told one by one.
    private static func isUTF8(_ source: any ByteSource) throws(SpreadsheetError) -> Bool {
        var check = UTF8Check()
        let stream = SourceStream(source, 0..<source.count)
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let read = try piece.withUnsafeMutableBufferPointer { target throws(SpreadsheetError) in
                try stream.read(into: UnsafeMutableRawBufferPointer(target))
            }
            guard read > 0 else { break }
            piece.withUnsafeBytes { check.add(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
        }
        check.finish()
        return check.faults == 0 || check.longCharacters > check.faults
    }
}
