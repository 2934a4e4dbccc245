import CZlib

/// Compresses bytes the way zip files hold them.
final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var piece = [UInt8](repeating: 0, count: 64 << 10)

    /// Begins a stream; nil when there is no memory for it.
    init?() {
        // zlib's state points back to the stream, which therefore must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_start_raw_deflate(stream, 5) == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses `bytes` and hands on what is ready.
    func compress(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        var rest = bytes
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            try run(part, flush: Z_NO_FLUSH, body)
            rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
        }
    }

    /// Ends the stream and hands on its last bytes.
    func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH, body)
    }

    private func run(
        _ bytes: UnsafeRawBufferPointer, flush: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        var isFull = true
        while isFull {
            let count = piece.withUnsafeMutableBufferPointer { piece in
                stream.pointee.next_out = piece.baseAddress
                stream.pointee.avail_out = UInt32(piece.count)
                _ = deflate(stream, flush)
                return piece.count - Int(stream.pointee.avail_out)
            }
            isFull = stream.pointee.avail_out == 0
            if count > 0 { try piece.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) } }
        }
    }
}
