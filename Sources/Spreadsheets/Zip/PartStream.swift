import CZlib

/// The content of a part, which is stopped when it is a bomb and checked when it ends.
final class PartStream: ByteStream {
    private let content: any ByteStream
    private let entry: ZipEntry
    private let limits: SpreadsheetLimits
    private var count = 0
    private var checksum: UInt = 0

    init(_ content: any ByteStream, _ entry: ZipEntry, _ limits: SpreadsheetLimits) {
        self.content = content
        self.entry = entry
        self.limits = limits
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int {
        guard !target.isEmpty else { return 0 }
        let read = try content.read(into: target)
        guard read > 0 else {
            try checkEnd()
            return 0
        }
        count += read
        try checkLimits()
        checksum = UInt(crc32(uLong(checksum), target.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(read)))
        return read
    }

    private func checkLimits() throws(SpreadsheetError) {
        guard count <= limits.decompressedBytes else {
            throw .tooLarge(
                "A part of the file has more than \(limits.decompressedBytes) bytes when it is decompressed")
        }
        guard count > limits.bytesBeforeRatio else { return }
        guard count / max(limits.ratio, 1) <= max(entry.compressedSize, 1) else {
            throw .tooLarge(
                "A part of the file becomes more than \(limits.ratio) times larger when it is decompressed")
        }
    }

    private func checkEnd() throws(SpreadsheetError) {
        guard count == entry.size, Int(checksum) == entry.checksum else {
            throw .damaged("a part of it doesn't match its checksum")
        }
    }
}
