import CZlib
import WireForm

/// Writes a zip file front to back, its entries compressed and without knowing their sizes beforehand (APPNOTE 6.3, bit 3).
final class ZipWriter {
    private struct Entry {
        let name: String
        let offset: UInt64
        var checksum: UInt = 0
        var size: UInt64 = 0
        var packedSize: UInt64 = 0
    }

    private let output: Output
    private let path: String
    private var entries: [Entry] = []
    private var deflater: Deflater?
    private var position: UInt64 = 0

    init(_ output: Output, for path: String) {
        self.output = output
        self.path = path
    }

    /// Adds an entry that is at hand.
    func add(_ name: String, _ content: String) throws {
        try begin(name)
        var content = content
        try content.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
        try end()
    }

    /// Begins an entry.
    func begin(_ name: String) throws {
        entries.append(Entry(name: name, offset: position))
        var header = LittleEndian()
        header.four(0x0403_4B50)
        header.two(20, 8, 8, 0, 0x21)
        header.four(0, 0, 0)
        header.two(UInt16(name.utf8.count), 0)
        try emit(header.bytes + Array(name.utf8))
        deflater = Deflater()
        guard deflater != nil else { throw OutputError(path, "there is no memory to write it") }
    }

    /// Appends to the entry.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard let deflater, var entry = entries.last, !bytes.isEmpty else { return }
        entry.checksum = crc32_z(entry.checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        entry.size += UInt64(bytes.count)
        try deflater.compress(bytes) { packed in
            entry.packedSize += UInt64(packed.count)
            try emit(packed)
        }
        entries[entries.count - 1] = entry
    }

    /// Ends the entry.
    func end() throws {
        guard let deflater, var entry = entries.last else { return }
        try deflater.finish { packed in
            entry.packedSize += UInt64(packed.count)
            try emit(packed)
        }
        entries[entries.count - 1] = entry
        self.deflater = nil
        guard max(entry.size, position) < 0xFFFF_FFFF else {
            throw OutputError(path, "it would exceed 4 GiB, more than a spreadsheet may have. Export as CSV.")
        }
        var descriptor = LittleEndian()
        descriptor.four(0x0807_4B50, UInt32(entry.checksum), UInt32(entry.packedSize), UInt32(entry.size))
        try emit(descriptor.bytes)
    }

    /// Writes the list of entries that ends the file.
    func finish() throws {
        let start = position
        for entry in entries {
            var header = LittleEndian()
            header.four(0x0201_4B50)
            header.two(20, 20, 8, 8, 0, 0x21)
            header.four(UInt32(entry.checksum), UInt32(entry.packedSize), UInt32(entry.size))
            header.two(UInt16(entry.name.utf8.count), 0, 0, 0, 0)
            header.four(0, UInt32(entry.offset))
            try emit(header.bytes + Array(entry.name.utf8))
        }
        var end = LittleEndian()
        end.four(0x0605_4B50)
        end.two(0, 0, UInt16(entries.count), UInt16(entries.count))
        end.four(UInt32(position - start), UInt32(start))
        end.two(0)
        try emit(end.bytes)
    }

    private func emit(_ bytes: some Sequence<UInt8>) throws {
        let before = output.text.bytes.count
        output.raw(bytes)
        position += UInt64(output.text.bytes.count - before)
        try output.settle()
    }
}

/// Numbers as zip files write them.
private struct LittleEndian {
    private(set) var bytes: [UInt8] = []

    mutating func two(_ numbers: UInt16...) {
        for number in numbers { bytes.append(contentsOf: [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]) }
    }

    mutating func four(_ numbers: UInt32...) {
        for number in numbers { two(UInt16(truncatingIfNeeded: number), UInt16(number >> 16)) }
    }
}
