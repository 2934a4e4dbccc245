import Crypto
import Pebble
import WireForm

/// Writes the payload of a version 3 file: each file of the database in a zstd frame of its own, and an index of them
/// (c1z-v3 §2.2).
final class PayloadWriter: StoredFilesSink {
    private let file: NewFile
    private let compressor: ZstdCompressor
    private var index = WireWriter()
    private var present: Present?
    private(set) var rawSize: Int64 = 0
    private var compressedSize: Int64 = 0

    /// The file of the database that is being written.
    private struct Present {
        let name: String
        let start: Int64
        var size: Int64 = 0
        var hash = XXH64()
        var digest = SHA256()
    }

    /// A payload that begins where `file` is now.
    init(to file: NewFile) throws {
        self.file = file
        compressor = try ZstdCompressor(for: file.path)
    }

    func begin(_ name: String) {
        present = Present(name: name, start: file.size)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        present?.size += Int64(bytes.count)
        present?.hash.append(bytes)
        present?.digest.update(bufferPointer: bytes)
        try compressor.compress(bytes, isLast: false) { try file.write($0) }
    }

    func end() throws {
        guard let present else { return }
        self.present = nil
        try compressor.compress(.nothing, isLast: true) { try file.write($0) }
        let compressed = file.size - present.start
        rawSize += present.size
        compressedSize += compressed
        let entry = FrameIndex.Entry(
            name: present.name, offset: present.start, compressedSize: compressed, size: present.size,
            hash: present.hash.value, digest: Array(present.digest.finalize()))
        index.field(1, entry.message)
    }

    /// Writes the index and what leads to it.
    ///
    /// - Parameter manifest: the bytes of the manifest before the payload.
    func finish(after manifest: [UInt8]) throws {
        index.field(2, number: UInt64(rawSize))
        index.field(3, number: UInt64(compressedSize))
        index.fixed(4, manifest.withUnsafeBytes { XXH64.hash($0) })
        let hash = index.bytes.withUnsafeBytes { XXH64.hash($0) }
        var footer = BigEndian.bytes(UInt64(file.size), 8)
        footer += BigEndian.bytes(UInt64(index.bytes.count), 4)
        footer += BigEndian.bytes(hash, 8)
        footer += FrameIndex.magic
        try index.bytes.withUnsafeBytes { try file.write($0) }
        try footer.withUnsafeBytes { try file.write($0) }
    }
}

/// Numbers as the envelope of a version 3 file and its keys write them: the highest byte first.
enum BigEndian {
    /// The lowest `count` bytes of a number.
    static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
    }

    /// The number that up to eight bytes stand for.
    static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
