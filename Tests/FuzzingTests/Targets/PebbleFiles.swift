import AccessModel
import FilesInMemory
import WireForm

@testable import C1Z
@testable import Pebble

extension FuzzTarget {
    static let pebble = [
        FuzzTarget("pebble-snappy", snappy), FuzzTarget("pebble-log", longest: 70_000, log),
        FuzzTarget("pebble-manifest", manifest), FuzzTarget("pebble-table", longest: 16_384, table),
        FuzzTarget("pebble-block", longest: 16_384, block), FuzzTarget("pebble-database", longest: 16_384, database),
        FuzzTarget("c1z-pebble", longest: 16_384, c1zPebble),
    ]

    @Sendable private static func snappy(_ bytes: [UInt8]) async throws {
        try await refusing(Flaw.self) {
            try bytes.withUnsafeBytes { bytes in
                let (length, start) = try Snappy.decodedLength(of: bytes)
                var output = [UInt8](repeating: 0, count: length)
                try output.withUnsafeMutableBytes {
                    try Snappy.decode(UnsafeRawBufferPointer(rebasing: bytes[start...]), into: $0)
                }
            }
        }
    }

    @Sendable private static func log(_ bytes: [UInt8]) async throws {
        try await refusing(Flaw.self) {
            try bytes.withUnsafeBytes { bytes in
                var log = RecordLog(bytes)
                while try log.next() != nil {}
            }
        }
        // What is written is read.
        try RecordLog.holding(bytes).withUnsafeBytes { written in
            var log = RecordLog(written)
            let read = try log.next()
            try promise(read == bytes, "\(bytes.count) bytes were read as \(read?.count ?? -1)")
        }
    }

    /// One record of a MANIFEST.
    @Sendable private static func manifest(_ bytes: [UInt8]) async throws {
        try await refusing(Flaw.self) {
            let log = RecordLog.holding(bytes)
            let manifest = try log.withUnsafeBytes { try Manifest($0) }
            for table in manifest.tables { _ = (table.fileName, manifest.fileSize(of: table)) }
        }
    }

    /// A table whose checksums are sound, or not.
    @Sendable private static func table(_ bytes: [UInt8]) async throws {
        try await refusing(PebbleError.self) {
            let table = try Table(FileInMemory(bytes), named: "000002.sst")
            let cursor = TableCursor(table)
            for target: [UInt8] in [[], [3], [3, 4, 0], [0xFF]] {
                var count = 0
                var goesOn = try target.withUnsafeBytes { try cursor.seek($0) }
                while goesOn, count < 100_000 {
                    _ = (cursor.key.count, cursor.value.count, cursor.trailer.sequence)
                    goesOn = try cursor.next()
                    count += 1
                }
                try promise(count < 100_000, "a table of \(bytes.count) bytes has no end")
            }
        }
    }

    /// The first byte says which version of block the rest is, and what it holds.
    @Sendable private static func block(_ bytes: [UInt8]) async throws {
        guard let kind = bytes.first else { return }
        try await refusing(Flaw.self) {
            try Array(bytes.dropFirst()).withUnsafeBytes { content in
                switch kind % 4 {
                case 0:
                    var index = TableIndex()
                    try index.append(content, isColumnar: kind & 4 == 0)
                    _ = index.firstBlock(for: content)
                case 1: _ = try RangeDeletion.list(content, isColumnar: kind & 4 == 0)
                case 2: _ = try Metaindex(content, version: kind & 4 == 0 ? 7 : 2)
                default:
                    var entries = try DataBlock(content, version: UInt32(kind >> 4 & 7) + 1)
                    var count = 0
                    while try entries.next() { count += 1 }
                    try promise(count <= content.count, "\(count) entries in \(content.count) bytes")
                }
            }
        }
    }

    /// Keys with values in a database that is written and read again.
    @Sendable private static func database(_ bytes: [UInt8]) async throws {
        let values = values(in: bytes)
        let files = FilesInMemory()
        let writer = PebbleDatabaseWriter(to: files, tableSize: 512)
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            try key.bytes.withUnsafeBytes { key in try value.withUnsafeBytes { try writer.add(key, $0) } }
        }
        try writer.finish()
        let database = try PebbleDatabase(files)
        var read: [ByteKey: [UInt8]] = [:]
        let scan = database.scan(from: [], upTo: [UInt8](repeating: 0xFF, count: 300))
        while try scan.next() { read[ByteKey(scan.key)] = Array(scan.value) }
        try promise(read == values, "\(values.count) keys were read as \(read.count)")
        for (key, value) in values {
            let found = try key.bytes.withUnsafeBytes { try database.withValue(of: $0) { Array($0) } }
            try promise(found == value, "a value was read as another")
        }
    }

    /// The same keys and values in a file, read and written in all ways.
    @Sendable private static func c1zPebble(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/x.c1z"
        var values = values(in: bytes)
        for name in ["keyspace_version", "grant_entitlement_id_format"] {
            values[ByteKey(TupleKey.meta(name))] = values[ByteKey(TupleKey.meta(name))] ?? [0, 0, 0, 2]
        }
        try NewFile.write(path) { file in
            let manifest = PebbleManifest.bytes(run: nil, stats: nil, digest: nil)
            try Envelope.v3Magic.withUnsafeBytes { try file.write($0) }
            try BigEndian.bytes(UInt64(manifest.count), 4).withUnsafeBytes { try file.write($0) }
            try manifest.withUnsafeBytes { try file.write($0) }
            let payload = try PayloadWriter(to: file)
            let writer = PebbleDatabaseWriter(to: payload)
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                try key.bytes.withUnsafeBytes { key in try value.withUnsafeBytes { try writer.add(key, $0) } }
            }
            try writer.finish()
            try payload.finish(after: manifest)
        }
        try await readAndWrite(path, in: folder.path)
    }

    /// For each a byte with the length of its key, two with that of its value, and both.
    private static func values(in bytes: [UInt8]) -> [ByteKey: [UInt8]] {
        var values: [ByteKey: [UInt8]] = [:]
        var rest = bytes[...]
        while rest.count > 3, values.count < 64 {
            let head = Array(rest.prefix(3))
            let key = rest.dropFirst(3).prefix(Int(head[0]))
            let value = rest[key.endIndex...].prefix(Int(head[1]) | Int(head[2]) << 8)
            rest = rest[value.endIndex...]
            if !key.isEmpty { values[ByteKey(key)] = Array(value) }
        }
        return values
    }
}
