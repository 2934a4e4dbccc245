import CZstd

@testable import C1Z

/// zstd frames (RFC 8878), made by libzstd or by hand.
enum Frames {
    /// One frame as libzstd makes it.
    static func frame(_ content: [UInt8], declaresSize: Bool = true, hasChecksum: Bool = true) -> [UInt8] {
        let stream = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(stream) }
        ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
        ZSTD_CCtx_setParameter(stream, ZSTD_c_contentSizeFlag, declaresSize ? 1 : 0)
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        let count = ZSTD_compress2(stream, &output, output.count, content, content.count)
        return Array(output.prefix(count))
    }

    /// A frame of raw blocks with a header made by hand.
    ///
    /// - Parameter windowLog: at least 10.
    static func rawFrame(_ content: [UInt8], windowLog: UInt8, dictionary: UInt8? = nil, first: UInt8 = 0x28) -> [UInt8]
    {
        var bytes: [UInt8] = [first, 0xB5, 0x2F, 0xFD, dictionary == nil ? 0 : 1, (windowLog - 10) << 3]
        if let dictionary { bytes.append(dictionary) }
        return bytes + block(isLast: true, type: 0, size: content.count) + content
    }

    /// A few bytes that decode to `count` times 128 KiB of zeros, and don't say so.
    static func bomb(blocks count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, 7 << 3]
        for index in 1...count { bytes += block(isLast: index == count, type: 1, size: 1 << 17) + [0] }
        return bytes
    }

    private static func block(isLast: Bool, type: UInt32, size: Int) -> [UInt8] {
        let header = (isLast ? 1 : 0) | type << 1 | UInt32(size) << 3
        return [0, 8, 16].map { UInt8(truncatingIfNeeded: header >> $0) }
    }

    /// A frame that decoders skip.
    static func skippable(_ content: [UInt8], nibble: UInt8 = 0) -> [UInt8] {
        [0x50 | nibble, 0x2A, 0x4D, 0x18] + [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: content.count >> $0) }
            + content
    }

    /// A version 1 file.
    static func container(_ frames: [UInt8]) -> [UInt8] { Envelope.v1Magic + frames }

    /// What a file decodes to.
    static func decoded(_ path: String, environment: [String: String] = [:]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try Unpacking(path, environment: environment).run { bytes.append(contentsOf: $0) }
        return bytes
    }
}
