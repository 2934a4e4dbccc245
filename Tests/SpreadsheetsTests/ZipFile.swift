import CZlib

/// A zip file under construction.
struct ZipFile {
    /// How sizes and places are written.
    var isZip64 = false
    /// What every part is flagged with.
    var flags = 0
    /// Instead of 0 and 8.
    var method: Int?

    private var body: [UInt8] = []
    private var list: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ content: String, isDeflated: Bool = true) {
        add(name, Array(content.utf8), isDeflated: isDeflated)
    }

    mutating func add(_ name: String, _ content: [UInt8], isDeflated: Bool = true) {
        let packed = isDeflated ? Self.deflated(content) : content
        let offset = body.count
        let method = method ?? (isDeflated ? 8 : 0)
        let sum = Int(crc32(0, content, uInt(content.count)))
        let common = number(flags, 2) + number(method, 2) + number(0, 4) + number(sum, 4)
        let small = number(packed.count, 4) + number(content.count, 4) + number(name.utf8.count, 2)
        let large = [UInt8](repeating: 0xFF, count: 8) + number(name.utf8.count, 2)
        let extra =
            number(1, 2) + number(24, 2) + number(content.count, 8) + number(packed.count, 8) + number(offset, 8)
        body += number(0x0403_4B50, 4) + number(20, 2) + common + small + number(0, 2) + Array(name.utf8) + packed
        list += number(0x0201_4B50, 4) + number(20, 2) + number(20, 2) + common + (isZip64 ? large : small)
        list += number(isZip64 ? extra.count : 0, 2) + number(0, 10) + number(isZip64 ? 0xFFFF_FFFF : offset, 4)
        list += Array(name.utf8) + (isZip64 ? extra : [])
        count += 1
    }

    func bytes(comment: String = "") -> [UInt8] {
        var file = body + list
        let end = number(comment.utf8.count, 2) + Array(comment.utf8)
        guard isZip64 else {
            file += number(0x0605_4B50, 4) + number(0, 4) + number(count, 2) + number(count, 2)
            return file + number(list.count, 4) + number(body.count, 4) + end
        }
        let record = file.count
        file += number(0x0606_4B50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
        file += number(count, 8) + number(count, 8) + number(list.count, 8) + number(body.count, 8)
        file += number(0x0706_4B50, 4) + number(0, 4) + number(record, 8) + number(1, 4)
        file += number(0x0605_4B50, 4) + number(0, 4) + [UInt8](repeating: 0xFF, count: 12)
        return file + end
    }

    private func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> ($0 * 8)) : 0 }
    }

    private static func deflated(_ content: [UInt8]) -> [UInt8] {
        // zlib's state points back to the stream, which therefore must not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard czlib_start_raw_deflate(stream, 9) == Z_OK else { return [] }
        defer { deflateEnd(stream) }
        var input = content
        var output = [UInt8](repeating: 0, count: Int(deflateBound(stream, uLong(content.count))) + 64)
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = uInt(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = uInt(output.count)
                _ = deflate(stream, Z_FINISH)
            }
        }
        return Array(output[..<Int(stream.pointee.total_out)])
    }
}
