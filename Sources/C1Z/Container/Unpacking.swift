import CZstd

/// Decodes the SQLite database out of a v1 file (c1z-v1 §1.2).
struct Unpacking {
    let file: String
    let limits: DecoderLimits

    /// Takes the limits from `environment`.
    init(_ file: String, environment: [String: String]) throws(C1ZError) {
        self.file = file
        limits = try DecoderLimits(environment, for: file)
    }

    /// Hands out the decoded bytes piece by piece.
    ///
    /// - Parameter body: called with each piece, whose bytes are gone afterwards.
    /// - Throws: ``C1ZError`` when the file is cut off, damaged or larger than the limit, and what `body` throws.
    func run(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let source = try FileDescriptor(reading: file)
        var decompressor = try ZstdDecompressor(of: file, windowLog: limits.windowLog)
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_DStreamInSize(), alignment: 16)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_DStreamOutSize(), alignment: 16)
        defer {
            input.deallocate()
            output.deallocate()
        }
        try skipMagic(source)
        var total: Int64 = 0
        var isStart = true
        while true {
            let count = try source.read(into: input)
            guard count > 0 else { break }
            try Task.checkCancellation()
            var rest = UnsafeRawBufferPointer(rebasing: input[..<count])
            if isStart { try checkDeclaredSize(rest) }
            isStart = false
            var hasMore = true
            while hasMore {
                let (read, written) = try decompressor.decode(rest, into: output, of: file)
                total += Int64(written)
                guard total <= limits.decodedSize else { throw tooLarge(total) }
                if written > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<written])) }
                rest = UnsafeRawBufferPointer(rebasing: rest[read...])
                // At the end of a frame nothing is held back, and to ask again would begin another frame.
                hasMore = !rest.isEmpty || (written == output.count && !decompressor.isAtFrameEnd)
            }
        }
        guard decompressor.isAtFrameEnd else {
            throw C1ZError(.truncated, file, "is cut off. Fetch it again, or sync again.")
        }
    }

    private func skipMagic(_ source: borrowing FileDescriptor) throws(C1ZError) {
        let (bytes, failure) = withUnsafeTemporaryAllocation(byteCount: Envelope.size, alignment: 1) { buffer in
            var filled = 0
            do throws(C1ZError) {
                while filled < Envelope.size {
                    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                    if count == 0 { break }
                    filled += count
                }
                return (Array(buffer[..<filled]), C1ZError?.none)
            } catch {
                return ([UInt8](), error)
            }
        }
        if let failure { throw failure }
        _ = try Envelope(bytes, of: file)
    }

    /// A bomb that declares its size is refused before any of it is decoded.
    private func checkDeclaredSize(_ start: UnsafeRawBufferPointer) throws(C1ZError) {
        guard limits.checksDeclaredSize else { return }
        let declared = ZSTD_getFrameContentSize(start.baseAddress, start.count)
        // The two largest numbers mean "unknown" and "no frame".
        if declared < UInt64.max - 1, declared > UInt64(limits.decodedSize) {
            throw tooLarge(Int64(clamping: declared))
        }
    }

    private func tooLarge(_ size: Int64) -> C1ZError {
        C1ZError(
            .tooLarge, file,
            "decodes to \(size) bytes or more, above the limit of \(limits.decodedSize). If you trust it, set BATON_DECODER_MAX_DECODED_SIZE_MB higher."
        )
    }
}
