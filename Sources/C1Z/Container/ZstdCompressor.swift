import CZstd

/// Makes zstd frames (RFC 8878) with a checksum at the end of each.
final class ZstdCompressor {
    /// zstd's default level, which is what the reference's comes to.
    static let level: Int32 = 3

    private let stream: OpaquePointer
    private let output: UnsafeMutableRawBufferPointer
    private let file: String

    /// A compressor for `file`.
    init(for file: String) throws(C1ZError) {
        guard let stream = ZSTD_createCCtx() else { throw C1ZError(.failed, file, "there is no memory to compress it") }
        self.stream = stream
        self.file = file
        output = .allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 16)
        ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, Self.level)
        ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
    }

    deinit {
        ZSTD_freeCCtx(stream)
        output.deallocate()
    }

    /// Notes how long the next frame's content is, so that the frame can say so.
    func announce(_ size: Int64) {
        ZSTD_CCtx_setPledgedSrcSize(stream, UInt64(size))
    }

    /// Adds `bytes` to the present frame, and ends it when they are the last.
    func compress(
        _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var chunk = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var remaining = 0
        repeat {
            var space = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            remaining = ZSTD_compressStream2(stream, &space, &chunk, isLast ? ZSTD_e_end : ZSTD_e_continue)
            guard ZSTD_isError(remaining) == 0 else {
                throw C1ZError(.failed, file, "can't be compressed: \(String(cString: ZSTD_getErrorName(remaining)))")
            }
            try write(UnsafeRawBufferPointer(rebasing: output[..<space.pos]))
        } while isLast ? remaining != 0 : chunk.pos < chunk.size
    }
}
