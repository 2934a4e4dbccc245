/// What stands between the cells of a CSV file.
enum Separator {
    /// The separators in the order of trust: the first one wins when two come up equally often.
    private static let known: [UInt8] = [",", "\t", ";", "|"].map { UInt8(ascii: $0) }

    /// The separator that the header has most of, outside quotes.
    static func detect(_ start: ArraySlice<UInt8>) -> UInt8 {
        var counts = [Int](repeating: 0, count: known.count)
        var isQuoted = false
        var isBlank = true
        for byte in start {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if isBlank { continue }
                break
            }
            isBlank = false
            if let place = known.firstIndex(of: byte) { counts[place] += 1 }
        }
        let most = counts.max() ?? 0
        return known[counts.firstIndex(of: most) ?? 0]
    }

    /// The separator that a first line like `sep=;` names, and the length of that line; Excel hides this line.
    static func named(_ start: ArraySlice<UInt8>) -> (separator: UInt8, length: Int)? {
        let bytes = Array(start.prefix(7))
        guard bytes.count >= 6, bytes[..<4].elementsEqual("sep=".utf8), known.contains(bytes[4]) else { return nil }
        if bytes[5] == UInt8(ascii: "\n") { return (bytes[4], 6) }
        guard bytes[5] == UInt8(ascii: "\r") else { return nil }
        return (bytes[4], bytes.count > 6 && bytes[6] == UInt8(ascii: "\n") ? 7 : 6)
    }
}
