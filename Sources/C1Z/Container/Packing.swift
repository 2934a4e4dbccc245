/// Compresses a database into a v1 file and puts it in place of the old one in one step (c1z-v1 §11).
struct Packing {
    let database: String
    let file: String
    /// Whether a file of that name may be replaced.
    var replaces = true

    /// Writes the file.
    ///
    /// - Returns: the bytes of the database and of the file.
    /// - Throws: ``C1ZError``; the old file is untouched then.
    func run() throws -> (decoded: Int64, compressed: Int64) {
        try NewFile.write(file, replacing: replaces) { target in
            let source = try FileDescriptor(reading: database)
            let decoded = try source.size()
            try Envelope.v1Magic.withUnsafeBytes { try target.write($0) }
            try compress(source, of: decoded, into: target)
            return (decoded, target.size)
        }
    }

    private func compress(_ source: borrowing FileDescriptor, of size: Int64, into target: NewFile) throws {
        let compressor = try ZstdCompressor(for: file)
        compressor.announce(size)
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
        defer { input.deallocate() }
        var count = 0
        repeat {
            count = try source.read(into: input)
            let piece = UnsafeRawBufferPointer(rebasing: input[..<count])
            try compressor.compress(piece, isLast: count == 0) { try target.write($0) }
        } while count > 0
    }
}
