/// Bytes that come one after the other.
protocol ByteStream: AnyObject {
    /// Reads the next bytes, and gives how many these are; 0 at the end.
    func read(into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int
}

/// A part of a source.
final class SourceStream: ByteStream {
    private let source: any ByteSource
    private var offset: Int
    private let end: Int

    init(_ source: any ByteSource, _ range: Range<Int>) {
        self.source = source
        offset = range.lowerBound
        end = range.upperBound
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int {
        let wanted = min(target.count, end - offset)
        guard wanted > 0 else { return 0 }
        let read = try source.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: target[..<wanted]))
        offset += read
        return read
    }
}

/// A stream with a buffer of fixed size, for readers that look at single bytes.
struct ByteReader {
    /// The bytes at hand are those from `position` to `end`.
    private(set) var buffer: [UInt8]
    var position = 0
    private(set) var end = 0

    private let stream: any ByteStream

    init(_ stream: any ByteStream, capacity: Int = 64 << 10) {
        self.stream = stream
        buffer = [UInt8](repeating: 0, count: capacity)
    }

    /// Makes sure that there are bytes at hand; false at the end.
    @inline(__always)
    mutating func hasMore() throws(SpreadsheetError) -> Bool {
        if position < end { return true }
        return try refill()
    }

    /// The next byte, which stays.
    @inline(__always)
    mutating func peek() throws(SpreadsheetError) -> UInt8? {
        try hasMore() ? buffer[position] : nil
    }

    /// The next byte.
    @inline(__always)
    mutating func next() throws(SpreadsheetError) -> UInt8? {
        guard try hasMore() else { return nil }
        position += 1
        return buffer[position - 1]
    }

    /// Fills the buffer as far as the stream goes; only before anything is read.
    mutating func fillWhole() throws(SpreadsheetError) {
        while end < buffer.count {
            let read = try fill(from: end)
            guard read > 0 else { return }
            end += read
        }
    }

    private mutating func refill() throws(SpreadsheetError) -> Bool {
        position = 0
        end = 0
        end = try fill(from: 0)
        return end > 0
    }

    private mutating func fill(from start: Int) throws(SpreadsheetError) -> Int {
        let stream = stream
        return try buffer.withUnsafeMutableBufferPointer { target throws(SpreadsheetError) in
            try stream.read(into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: target[start...])))
        }
    }
}
