import CZlib

/// Decompresses a part of a zip file.
final class InflatingStream: ByteStream {
    private let packed: any ByteStream
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var isFinished = false

    init(_ packed: any ByteStream) throws(SpreadsheetError) {
        self.packed = packed
        // zlib's state points back to the stream, which therefore must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: 32 << 10, alignment: 1)
        guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw SpreadsheetError("There is no memory to decompress the file. Try again later.")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int {
        let wanted = min(target.count, 1 << 30)
        guard !isFinished, wanted > 0 else { return 0 }
        stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = uInt(wanted)
        while stream.pointee.avail_out == uInt(wanted), !isFinished {
            if stream.pointee.avail_in == 0 { try refill() }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK: continue
            case Z_STREAM_END: isFinished = true
            default: throw .damaged("a part of it can't be decompressed")
            }
        }
        return wanted - Int(stream.pointee.avail_out)
    }

    private func refill() throws(SpreadsheetError) {
        let read = try packed.read(into: input)
        guard read > 0 else { throw .damaged("a part ends too early") }
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = uInt(read)
    }
}
