/// What decoding a file may cost at most (c1z-v1 §1.3).
struct DecoderLimits {
    /// What the decoded database may measure, in bytes.
    let decodedSize: Int64
    /// The largest window of a frame, as a power of two.
    let windowLog: Int32
    /// Whether a frame that declares more than fits is refused before it is decoded.
    let checksDeclaredSize: Bool

    static let defaultDecodedSize: Int64 = 10 << 30
    /// A large file may decode to more: this many times its size.
    private static let defaultRatio: Int64 = 100
    static let defaultWindowLog: Int32 = 27
    private static let largestWindowLog: Int32 = 31

    /// Reads the variables that the ecosystem's decoders know.
    ///
    /// What is no number is ignored, as they do; zero is refused, because it could never decode anything.
    ///
    /// - Parameter size: of a file of version 3, how long it is.
    /// - Throws: ``C1ZError`` that names `file`.
    init(_ environment: [String: String], for file: String, ofSize size: Int64 = 0) throws(C1ZError) {
        let (scaled, isTooLarge) = size.multipliedReportingOverflow(by: Self.defaultRatio)
        decodedSize =
            try Self.bytes("BATON_DECODER_MAX_DECODED_SIZE_MB", in: environment, for: file)
            ?? max(Self.defaultDecodedSize, isTooLarge ? .max : scaled)
        windowLog =
            try Self.bytes("BATON_DECODER_MAX_MEMORY_MB", in: environment, for: file).map {
                min(Int32(Int64.bitWidth - 1 - $0.leadingZeroBitCount), Self.largestWindowLog)
            } ?? Self.defaultWindowLog
        checksDeclaredSize = environment["BATON_DISABLE_FCS_FAIL_FAST"] != "1"
    }

    private static func bytes(
        _ name: String, in environment: [String: String], for file: String
    ) throws(C1ZError) -> Int64? {
        guard let text = environment[name], !text.isEmpty,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let number = Int64(text) ?? .max
        guard number >= 1 else {
            throw C1ZError(.failed, file, "\(name) is \(text), but it must be at least 1. Unset it, or set it higher.")
        }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: 1 << 20)
        return isTooLarge ? .max : bytes
    }

    /// The failure of a file that decodes to more.
    func exceeded(by file: String, with size: Int64) -> C1ZError {
        C1ZError(
            .tooLarge, file,
            "decodes to \(size) bytes or more, above the limit of \(decodedSize). If you trust it, set BATON_DECODER_MAX_DECODED_SIZE_MB higher."
        )
    }
}
