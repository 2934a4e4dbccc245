import CZstd

/// Decodes a sequence of zstd frames (RFC 8878).
struct ZstdDecompressor: ~Copyable {
    /// The largest window the ecosystem's decoders accept: 128 MiB.
    static let maximumWindowLog: Int32 = 27

    private let stream: OpaquePointer

    /// Whether the bytes so far end with a whole frame.
    private(set) var isAtFrameEnd = true

    init(of file: String) throws(C1ZError) {
        guard let stream = ZSTD_createDCtx() else { throw C1ZError(.failed, file, "there is no memory to decode it") }
        self.stream = stream
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.maximumWindowLog)
    }

    deinit {
        ZSTD_freeDCtx(stream)
    }

    /// Decodes from `input` into `output`; how much of each was used.
    mutating func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, of file: String
    ) throws(C1ZError) -> (read: Int, written: Int) {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let hint = ZSTD_decompressStream(stream, &target, &source)
        guard ZSTD_isError(hint) == 0 else { throw failure(ZSTD_getErrorCode(hint), of: file) }
        isAtFrameEnd = hint == 0
        return (source.pos, target.pos)
    }

    private func failure(_ code: ZSTD_ErrorCode, of file: String) -> C1ZError {
        switch code {
        case ZSTD_error_prefix_unknown:
            C1ZError(.corrupt, file, "has bytes that are no zstd frame. It is damaged: fetch it again.")
        case ZSTD_error_checksum_wrong:
            C1ZError(.corrupt, file, "its checksum is wrong. It is damaged: fetch it again.")
        case ZSTD_error_frameParameter_windowTooLarge:
            C1ZError(.tooLarge, file, "needs a decoding window above 128 MiB, which no reader of c1z files accepts")
        case ZSTD_error_dictionary_wrong:
            C1ZError(.unsupported, file, "is compressed with a dictionary, which c1z files may not be")
        default:
            C1ZError(
                .corrupt, file, "can't be decoded (\(String(cString: ZSTD_getErrorString(code)))). Fetch it again.")
        }
    }
}
