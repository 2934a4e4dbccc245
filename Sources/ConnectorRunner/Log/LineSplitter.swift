/// Cuts what a connector writes into lines.
struct LineSplitter {
    /// A line longer than this is passed on in pieces.
    static let longest = 1 << 20

    private var rest: [UInt8] = []

    init() {}

    /// Takes the next bytes and returns the lines that are complete now.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        var left = bytes
        while let end = left.firstIndex(of: UInt8(ascii: "\n")) {
            rest += left[..<end]
            lines += cut()
            left = left[(end + 1)...]
        }
        rest += left
        while rest.count > Self.longest { lines.append(piece()) }
        return lines
    }

    /// What is left at the end, when the last line has no end.
    mutating func finish() -> [String] {
        rest.isEmpty ? [] : cut()
    }

    private mutating func cut() -> [String] {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        var lines: [String] = []
        while rest.count > Self.longest { lines.append(piece()) }
        lines.append(String(decoding: rest, as: UTF8.self))
        rest.removeAll(keepingCapacity: rest.capacity <= 1 << 16)
        return lines
    }

    private mutating func piece() -> String {
        // Not within a character: bytes that begin with the bits 10 continue one.
        var end = Self.longest
        while end > Self.longest - 4, rest[end] & 0xC0 == 0x80 { end -= 1 }
        defer { rest.removeFirst(end) }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
