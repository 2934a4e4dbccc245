import CSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database inside a v1 file, unpacked for reading.
///
/// A small one stays in memory. A large one goes to a file in the temporary folder that is unlinked as soon as SQLite has it
/// open, so nothing is left behind however the process ends.
struct ExtractedDatabase {
    /// Up to this many bytes a database is kept in memory.
    static let memoryLimit = 4 << 20

    let database: Database

    /// Unpacks and opens `file`.
    init(of file: String, environment: [String: String]) throws {
        let spill = SpillFile(folder: environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp", of: file)
        var memory: [UInt8] = []
        var size: Int64 = 0
        try Unpacking(file, environment: environment).run { piece in
            var piece = piece
            size += Int64(piece.count)
            if !spill.isOpen {
                memory.append(contentsOf: piece)
                guard memory.count > Self.memoryLimit else { return }
                Self.clearWALFlag(&memory)
                try spill.open()
                try memory.withUnsafeBytes { try spill.write($0) }
                memory = []
                piece = UnsafeRawBufferPointer(start: nil, count: 0)
            }
            try spill.write(piece)
        }
        if spill.isOpen {
            database = try spill.database()
        } else {
            Self.clearWALFlag(&memory)
            database = try Self.database(in: memory, of: file)
        }
        database.limitWork(toDatabaseOf: size)
    }

    /// Bytes 18 and 19 of a database say whether it wants a write-ahead log, which a read-only copy can't have.
    private static func clearWALFlag(_ bytes: inout [UInt8]) {
        guard bytes.count >= 20 else { return }
        for index in 18...19 where bytes[index] == 2 { bytes[index] = 1 }
    }

    private static func database(in bytes: [UInt8], of file: String) throws -> Database {
        let database = try Database(":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, of: file)
        guard !bytes.isEmpty else { return database }
        guard let copy = sqlite3_malloc64(UInt64(bytes.count)) else {
            throw C1ZError(.failed, file, "there is no memory to open it")
        }
        bytes.withUnsafeBytes {
            UnsafeMutableRawPointer(copy).copyMemory(
                from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
        }
        let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
        let status = sqlite3_deserialize(
            database.handle, "main", copy.assumingMemoryBound(to: UInt8.self), Int64(bytes.count), Int64(bytes.count),
            flags)
        guard status == SQLITE_OK else { throw database.failure(status) }
        return database
    }
}

/// A file in the temporary folder for a database that is too large for memory.
final class SpillFile {
    private let folder: String
    private let file: String
    /// The file's name while it has one.
    private var place: String?
    private var descriptor: Int32 = -1

    init(folder: String, of file: String) {
        self.folder = folder
        self.file = file
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if let place { unlink(place) }
    }

    var isOpen: Bool { descriptor >= 0 }

    func open() throws(C1ZError) {
        if let unnamed = UnnamedFile.open(in: folder, permissions: 0o600) {
            descriptor = unnamed
            return
        }
        var template = Array("\(folder)/c1z-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw C1ZError.system(folder, "make a temporary file", errno) }
        place = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Gives the file a name for as long as SQLite needs to open it.
    private func name() throws(C1ZError) -> String {
        if let place { return place }
        let random = UInt64.random(in: .min ... .max)
        let named = "\(folder)/c1z-\(String(random, radix: 16))"
        guard UnnamedFile.name(descriptor, named) else {
            throw C1ZError.system(folder, "name a temporary file", errno)
        }
        place = named
        return named
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(C1ZError) {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
            #else
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            #endif
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                throw C1ZError.system(folder, "write a temporary file", errno)
            }
        }
    }

    /// Fills `buffer` with the bytes from `offset` on, which were written before.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(C1ZError) {
        var filled = 0
        while filled < buffer.count, let start = buffer.baseAddress {
            let count = pread(descriptor, start + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            if count > 0 {
                filled += count
            } else if count == 0 || errno != EINTR {
                throw C1ZError.system(folder, "read a temporary file", count == 0 ? EIO : errno)
            }
        }
    }

    func database() throws(C1ZError) -> Database {
        // Two slashes at the start of a path would make the next word a host name.
        let path = try name()
        let rest = path.drop { $0 == "/" }
        let absolute = rest.count < path.count ? "/" + rest : path
        let uri = "file:\(Self.escaped(absolute))?immutable=1"
        let database = try Database(uri, flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, of: file)
        // SQLite opens the file when it first reads it; only then may its name go.
        try database.run("PRAGMA schema_version")
        try database.run("PRAGMA mmap_size = 0; PRAGMA cache_size = -8192")
        return database
    }

    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0x80...: "%" + String(byte, radix: 16)
            default: String(UnicodeScalar(byte))
            }
        }.joined()
    }
}
