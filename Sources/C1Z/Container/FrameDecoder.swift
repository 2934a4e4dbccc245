internal import CZstd

/// Decodes the zstd frames in a stretch of a file.
struct FrameDecoder {
    let file: SharedFile
    /// Where the frames begin, from the start of the file.
    let start: Int64
    /// How many bytes they have.
    let count: Int64
    let limits: DecoderLimits

    /// Hands out the decoded bytes piece by piece.
    ///
    /// - Parameter body: called with each piece, whose bytes are gone afterwards.
    /// - Throws: ``C1ZError`` when the frames are cut off or damaged, and what `body` throws.
    func run(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var decompressor = try ZstdDecompressor(of: file.path, windowLog: limits.windowLog)
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_DStreamInSize(), alignment: 16)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_DStreamOutSize(), alignment: 16)
        defer {
            input.deallocate()
            output.deallocate()
        }
        var position: Int64 = 0
        while position < count {
            try Task.checkCancellation()
            let size = Int(min(Int64(input.count), count - position))
            let piece = UnsafeMutableRawBufferPointer(rebasing: input[..<size])
            guard try file.read(into: piece, at: start + position) else { throw cutOff }
            var rest = UnsafeRawBufferPointer(piece)
            if position == 0 { try checkDeclaredSize(rest) }
            position += Int64(size)
            var hasMore = true
            while hasMore {
                let (read, written) = try decompressor.decode(rest, into: output, of: file.path)
                if written > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<written])) }
                rest = UnsafeRawBufferPointer(rebasing: rest[read...])
                // At the end of a frame nothing is held back, and to ask again would begin another frame.
                hasMore = !rest.isEmpty || (written == output.count && !decompressor.isAtFrameEnd)
            }
        }
        guard decompressor.isAtFrameEnd else { throw cutOff }
    }

    private var cutOff: C1ZError {
        C1ZError(.truncated, file.path, "is cut off. Fetch it again, or sync again.")
    }

    /// A bomb that declares its size is refused before any of it is decoded.
    private func checkDeclaredSize(_ start: UnsafeRawBufferPointer) throws(C1ZError) {
        guard limits.checksDeclaredSize else { return }
        let declared = ZSTD_getFrameContentSize(start.baseAddress, start.count)
        // The two largest numbers mean "unknown" and "no frame".
        if declared < UInt64.max - 1, declared > UInt64(limits.decodedSize) {
            throw limits.exceeded(by: file.path, with: Int64(clamping: declared))
        }
    }
}
