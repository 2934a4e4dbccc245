import CZstd

/// Decodes a sequence of zstd frames (RFC 8878).
struct ZstdDecompressor: ~Copyable {
    private let stream: OpaquePointer

    /// Whether the bytes so far end with a whole frame.
    private(set) var isAtFrameEnd = true

    /// Accepts frames with a window of up to two to the power of `windowLog` bytes.
    init(of file: String, windowLog: Int32) throws(C1ZError) {
        guard let stream = ZSTD_createDCtx() else { throw C1ZError(.failed, file, "there is no memory to decode it") }
        self.stream = stream
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, windowLog)
    }

    deinit {
        ZSTD_freeDCtx(stream)
    }

    /// Decodes from `input` into `output`; how much of each was used.
    mutating func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, of file: String
    ) throws(C1ZError) -> (read: Int, written: Int) {
        if isAtFrameEnd, let first = input.first, Self.isLegacy(first) {
            throw failure(ZSTD_error_prefix_unknown, of: file)
        }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let hint = ZSTD_decompressStream(stream, &target, &source)
        guard ZSTD_isError(hint) == 0 else { throw failure(ZSTD_getErrorCode(hint), of: file) }
        isAtFrameEnd = hint == 0
        return (source.pos, target.pos)
    }

    /// Whether a frame that begins so is of a format before zstd 0.8, which libzstd may decode and the ecosystem doesn't.
    private static func isLegacy(_ first: UInt8) -> Bool {
        first == 0x1E || (0x22...0x27).contains(first)
    }

    private func failure(_ code: ZSTD_ErrorCode, of file: String) -> C1ZError {
        switch code {
        case ZSTD_error_prefix_unknown:
            C1ZError(.corrupt, file, "has bytes that are no zstd frame. It is damaged: fetch it again.")
        case ZSTD_error_checksum_wrong:
            C1ZError(.corrupt, file, "its checksum is wrong. It is damaged: fetch it again.")
        case ZSTD_error_frameParameter_windowTooLarge:
            C1ZError(
                .tooLarge, file,
                "needs more memory to decode than it may. If you trust it, set BATON_DECODER_MAX_MEMORY_MB higher.")
        case ZSTD_error_dictionary_wrong:
            C1ZError(.unsupported, file, "is compressed with a dictionary, which c1z files may not be")
        default:
            C1ZError(
                .corrupt, file, "can't be decoded (\(String(cString: ZSTD_getErrorString(code)))). Fetch it again.")
        }
    }
}
