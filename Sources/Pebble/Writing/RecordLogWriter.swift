extension RecordLog {
    /// The log that holds one record.
    static func holding(_ record: [UInt8]) -> [UInt8] {
        var log = ByteWriter()
        var rest = record[...]
        var isFirst = true
        repeat {
            let left = blockSize - log.bytes.count % blockSize
            if left < shortHeader {
                log.append([UInt8](repeating: 0, count: left))
                continue
            }
            let piece = rest.prefix(left - shortHeader)
            rest = rest[piece.endIndex...]
            let isLast = rest.isEmpty
            let part: Part = isFirst ? (isLast ? .whole : .first) : isLast ? .last : .middle
            let covered = [part.rawValue + 1] + piece
            log.fixed32(covered.withUnsafeBytes { CRC32C.masked($0) })
            log.append([UInt8(truncatingIfNeeded: piece.count), UInt8(truncatingIfNeeded: piece.count >> 8)])
            log.append(covered)
            isFirst = false
        } while !rest.isEmpty || isFirst
        return log.bytes
    }
}
