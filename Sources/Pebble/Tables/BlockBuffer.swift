internal import CZstd

/// Room for one block, used again for the next.
final class BlockBuffer {
    private var stored = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var decoded = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// The block as it was before compression.
    private(set) var content = UnsafeRawBufferPointer(start: nil, count: 0)

    /// How many bytes of memory it takes.
    var size: Int { stored.count + decoded.count }

    /// A block of Pebble has 32 KiB; only one with a very large value has more.
    private static let largestBlock = 256 << 20

    deinit {
        stored.deallocate()
        decoded.deallocate()
    }

    /// Reads, checks and decodes a block (c1z-v3 §5.2).
    func load(_ handle: BlockHandle, of file: any StoredFile, _ checksum: TableFooter.Checksum) throws {
        content = UnsafeRawBufferPointer(start: nil, count: 0)
        guard handle.offset <= file.size, handle.length <= file.size - handle.offset - BlockHandle.trailerSize else {
            throw Flaw(.corrupt, "it would lie beyond the end of its table")
        }
        guard handle.length <= Self.largestBlock else {
            throw Flaw(.unsupported, "it has \(handle.length) bytes, more than a block may have here")
        }
        let size = handle.length + BlockHandle.trailerSize
        Self.grow(&stored, to: size)
        let whole = UnsafeMutableRawBufferPointer(rebasing: stored[..<size])
        try file.read(into: whole, at: handle.offset)
        try Self.verify(UnsafeRawBufferPointer(whole), checksum)
        try decode(UnsafeRawBufferPointer(rebasing: whole[..<handle.length]), whole[handle.length])
    }

    private static func grow(_ buffer: inout UnsafeMutableRawBufferPointer, to size: Int) {
        guard buffer.count < size else { return }
        buffer.deallocate()
        buffer = .allocate(byteCount: size + size / 16, alignment: 16)
    }

    private static func verify(
        _ block: UnsafeRawBufferPointer, _ checksum: TableFooter.Checksum
    ) throws(Flaw) {
        let covered = UnsafeRawBufferPointer(rebasing: block.dropLast(4))
        let stored = block.loadUnaligned(fromByteOffset: covered.count, as: UInt32.self).littleEndian
        let computed =
            switch checksum {
            case .crc32c: CRC32C.masked(covered)
            case .xxh64: UInt32(truncatingIfNeeded: XXH64.hash(covered))
            }
        guard computed == stored else { throw Flaw(.corrupt, "its checksum is wrong") }
    }

    private func decode(
        _ block: UnsafeRawBufferPointer, _ compression: UInt8
    ) throws(Flaw) {
        switch compression {
        case 0: content = block
        case 1:
            let (length, start) = try Snappy.decodedLength(of: block)
            let target = try room(for: length)
            try Snappy.decode(UnsafeRawBufferPointer(rebasing: block[start...]), into: target)
            content = UnsafeRawBufferPointer(target)
        case 7:
            var reader = ByteReader(block)
            let target = try room(for: try reader.size())
            let frame = UnsafeRawBufferPointer(rebasing: block[reader.position...])
            let count = ZSTD_decompress(target.baseAddress, target.count, frame.baseAddress, frame.count)
            guard ZSTD_isError(count) == 0, count == target.count else {
                throw Flaw(.corrupt, "its zstd frame can't be decoded")
            }
            content = UnsafeRawBufferPointer(target)
        default:
            throw Flaw(.unsupported, "compression \(compression) is not known")
        }
    }

    private func room(for length: Int) throws(Flaw) -> UnsafeMutableRawBufferPointer {
        guard length <= Self.largestBlock else {
            throw Flaw(.unsupported, "it decodes to \(length) bytes, more than a block may have here")
        }
        Self.grow(&decoded, to: length)
        return UnsafeMutableRawBufferPointer(rebasing: decoded[..<length])
    }
}
