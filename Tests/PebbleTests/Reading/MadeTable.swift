@testable import Pebble

/// A table of format 7 with any entries, as Pebble writes them (c1z-v3 §7).
struct MadeTable {
    struct Entry {
        let key: [UInt8]
        let sequence: UInt64
        /// Nil deletes the key.
        let value: [UInt8]?
    }

    /// Sorted by key, of equal keys the latest first.
    var entries: [Entry] = []
    /// Sorted, and none over another.
    var deletions: [RangeDeletion] = []
    var blockRows = 7
    var hasTwoLevels = false

    private static let value: UInt64 = 1
    private static let tombstone: UInt64 = 0
    private static let rangeTombstone: UInt64 = 15

    /// The bytes of the table.
    var bytes: [UInt8] {
        var table = Builder()
        var handles: [(separator: [UInt8], handle: BlockHandle)] = []
        var rest = entries[...]
        while !rest.isEmpty {
            let rows = Array(rest.prefix(blockRows))
            rest = rest.dropFirst(rows.count)
            handles.append((rows.last?.key ?? [], table.append(Self.block(of: rows))))
        }
        if hasTwoLevels {
            handles = stride(from: 0, to: handles.count, by: 3).map { start in
                let part = Array(handles[start..<min(start + 3, handles.count)])
                return (part.last?.separator ?? [], table.append(Self.index(part)))
            }
        }
        let index = table.append(Self.index(handles))
        var names: [[UInt8]] = []
        var places: [[UInt8]] = []
        if !deletions.isEmpty {
            names.append(Array("rocksdb.range_del2".utf8))
            places.append(Self.bytes(of: table.append(deletionBlock)))
        }
        let metaindex = table.append(
            MadeColumns.block(rows: names.count, [MadeColumns.byteStrings(names), MadeColumns.byteStrings(places)]))
        let attributes: UInt32 = 0x80 | (deletions.isEmpty ? 0 : 0x10) | (hasTwoLevels ? 0x20 : 0)
        return table.bytes + Self.footer(metaindex, index, attributes)
    }

    private static func block(of rows: [Entry]) -> [UInt8] {
        let nothing = [Bool](repeating: false, count: rows.count)
        let trailers = rows.map { $0.sequence << 8 | ($0.value == nil ? tombstone : value) }
        var length = ByteWriter()
        length.fixed32(UInt32(rows.map(\.key.count).max() ?? 0))
        return MadeColumns.block(
            custom: length.bytes, rows: rows.count,
            [
                MadeColumns.keys(rows.map(\.key), bundleShift: 2),
                MadeColumns.byteStrings(rows.map { _ in [] }), MadeColumns.numbers(trailers),
                MadeColumns.flags(nothing), MadeColumns.byteStrings(rows.map { $0.value ?? [] }),
                MadeColumns.flags(nothing), MadeColumns.flags(nothing),
            ])
    }

    private static func index(_ entries: [(separator: [UInt8], handle: BlockHandle)]) -> [UInt8] {
        MadeColumns.block(
            rows: entries.count,
            [
                MadeColumns.byteStrings(entries.map(\.separator)),
                MadeColumns.numbers(entries.map { UInt64($0.handle.offset) }),
                MadeColumns.numbers(entries.map { UInt64($0.handle.length) }),
                MadeColumns.byteStrings(entries.map { _ in [] }),
            ])
    }

    private var deletionBlock: [UInt8] {
        var boundaries: [[UInt8]] = []
        var starts: [UInt64] = []
        for (place, deletion) in deletions.enumerated() {
            if boundaries.last == deletion.start {
                starts[starts.count - 1] = UInt64(place)
            } else {
                boundaries.append(deletion.start)
                starts.append(UInt64(place))
            }
            boundaries.append(deletion.end)
            starts.append(UInt64(place + 1))
        }
        var custom = ByteWriter()
        custom.fixed32(UInt32(boundaries.count))
        let empty = [[UInt8]](repeating: [], count: deletions.count)
        return MadeColumns.block(
            custom: custom.bytes, rows: deletions.count,
            [
                MadeColumns.byteStrings(boundaries), MadeColumns.numbers(starts),
                MadeColumns.numbers(deletions.map { $0.sequence << 8 | Self.rangeTombstone }),
                MadeColumns.byteStrings(empty), MadeColumns.byteStrings(empty),
            ])
    }

    private static func bytes(of handle: BlockHandle) -> [UInt8] {
        var writer = ByteWriter()
        writer.size(handle.offset)
        writer.size(handle.length)
        return writer.bytes
    }

    private static func footer(_ metaindex: BlockHandle, _ index: BlockHandle, _ attributes: UInt32) -> [UInt8] {
        var head = [1] + bytes(of: metaindex) + bytes(of: index)
        head += [UInt8](repeating: 0, count: 41 - head.count)
        var end = ByteWriter()
        end.fixed32(7)
        end.append(TableFooter.magic)
        var middle = ByteWriter()
        middle.fixed32(attributes)
        var checksum = CRC32C()
        for part in [head, middle.bytes, end.bytes] { part.withUnsafeBytes { checksum.append($0) } }
        middle.fixed32(checksum.masked)
        return head + middle.bytes + end.bytes
    }

    /// Blocks with their trailers.
    private struct Builder {
        var bytes: [UInt8] = []

        mutating func append(_ block: [UInt8]) -> BlockHandle {
            let handle = BlockHandle(offset: bytes.count, length: block.count)
            let covered = block + [0]
            var trailer = ByteWriter()
            trailer.fixed32(covered.withUnsafeBytes { CRC32C.masked($0) })
            bytes += covered + trailer.bytes
            return handle
        }
    }
}
