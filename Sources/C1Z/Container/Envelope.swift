/// The first five bytes of a c1z file, which say how the rest is stored (c1z-v1 §1).
enum Envelope {
    /// zstd frames that decode to one SQLite database.
    case v1
    /// A manifest and a Pebble database.
    case v3

    static let size = 5
    static let v1Magic: [UInt8] = [0x43, 0x31, 0x5A, 0x46, 0x00]
    static let v3Magic: [UInt8] = [0x43, 0x31, 0x5A, 0x33, 0x00]

    /// Reads the magic of `file`.
    ///
    /// - Throws: ``C1ZError`` that says what the file starts with instead.
    init(_ start: [UInt8], of file: String) throws(C1ZError) {
        switch start {
        case Self.v1Magic: self = .v1
        case Self.v3Magic: self = .v3
        case []: throw C1ZError(.truncated, file, "is empty. Sync again, or fetch it again.")
        case let part where part.count < Self.size:
            throw C1ZError(.truncated, file, "ends after \(part.count) bytes. Fetch it again.")
        default: throw C1ZError(.notAC1ZFile, file, "not a c1z file\(Self.guess(start))")
        }
    }

    /// Reads the magic of an open file.
    init(of file: SharedFile) throws(C1ZError) {
        var start = [UInt8](repeating: 0, count: Int(min(Int64(Self.size), file.size)))
        var failure: C1ZError?
        start.withUnsafeMutableBytes { buffer in
            do throws(C1ZError) { _ = try file.read(into: buffer, at: 0) } catch { failure = error }
        }
        if let failure { throw failure }
        try self.init(start, of: file.path)
    }

    private static func guess(_ start: [UInt8]) -> String {
        if start.starts(with: Array("PK".utf8)) { return ", it is a zip archive. Unpack it first." }
        if start.starts(with: Array("SQLit".utf8)) {
            return ", it is a bare SQLite database. Name the c1z it came from."
        }
        if start.starts(with: [0x1F, 0x8B]) { return ", it is a gzip archive. Unpack it first." }
        if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            return ", it is a bare zstd stream. Name the c1z it came from."
        }
        return ". Name a file written by a connector."
    }
}
