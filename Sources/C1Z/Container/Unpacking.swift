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
        let source = try SharedFile(file)
        _ = try Envelope(of: source)
        let start = Int64(Envelope.size)
        var total: Int64 = 0
        try FrameDecoder(file: source, start: start, count: source.size - start, limits: limits).run { piece in
            total += Int64(piece.count)
            guard total <= limits.decodedSize else { throw limits.exceeded(by: file, with: total) }
            try body(piece)
        }
    }
}
