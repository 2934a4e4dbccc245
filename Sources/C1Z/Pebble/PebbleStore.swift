import AccessModel
import Pebble
import WireForm

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database inside a version 3 file, with the file's name in its errors.
final class PebbleStore {
    let file: String
    private let payload: any StoredFiles
    private let database: PebbleDatabase

    /// Opens the database of `file`.
    ///
    /// - Throws: ``C1ZError`` when it is damaged, or stored in a way that isn't known here.
    init(of file: String, environment: [String: String]) throws {
        self.file = file
        let shared = try SharedFile(file)
        let manifest = try PebbleManifest(of: shared)
        payload = try Self.naming(file) {
            switch manifest.encoding {
            case .indexedZstd: try FramedPayload(shared, behind: manifest, environment: environment)
            case .tar, .tarZstd: try TarPayload(shared, behind: manifest, environment: environment)
            }
        }
        database = try Self.naming(file) { [payload] in try PebbleDatabase(payload) }
        try checkLayout()
    }

    /// Writes the files of the database into a new folder.
    func extract(to folder: String) throws {
        guard mkdir(folder, 0o777) == 0 else {
            throw errno == EEXIST ? C1ZError.isTaken(folder) : C1ZError.system(folder, "make the folder", errno)
        }
        // What lies deeper is no part of a database.
        let names = payload.sizes.keys.filter { !$0.contains("/") }.sorted()
        do {
            for name in names { try Self.naming(file) { try extract(name, to: "\(folder)/\(name)") } }
        } catch {
            for name in names { unlink("\(folder)/\(name)") }
            rmdir(folder)
            throw error
        }
    }

    private func extract(_ name: String, to path: String) throws {
        let content = try payload.open(name)
        let target = try FileDescriptor(creating: path)
        var buffer = [UInt8](repeating: 0, count: min(max(content.size, 1), 1 << 20))
        var position = 0
        while position < content.size {
            let count = min(buffer.count, content.size - position)
            try buffer.withUnsafeMutableBytes { buffer in
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                try content.read(into: piece, at: position)
                try target.write(UnsafeRawBufferPointer(piece))
            }
            position += count
        }
    }

    /// Hands out the keys from one up to another, with their values, until `body` says no.
    ///
    /// - Throws: ``C1ZError`` when they are damaged, also when `body` finds that a record is, and what else it throws.
    func read(
        from lower: [UInt8], upTo upper: [UInt8],
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let scan = database.scan(from: lower, upTo: upper)
        try Self.naming(file) {
            while try scan.next() {
                guard try body(scan.key, scan.value) else { return }
            }
        }
    }

    /// Whether there are keys in a range.
    func hasKeys(from lower: [UInt8], upTo upper: [UInt8]) throws -> Bool {
        try Self.naming(file) { try database.scan(from: lower, upTo: upper).next() }
    }

    /// Calls `body` with the value of a key; nil when there is none.
    func withValue<Result>(
        of key: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        try Self.naming(file) { try key.withUnsafeBytes { try database.withValue(of: $0, body) } }
    }

    private static func naming<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PebbleError {
            switch error.code {
            case .corrupt:
                throw C1ZError(
                    .corrupt, file,
                    "its database is damaged (\(error)). Fetch it again, or sync again.")
            case .unsupported:
                throw C1ZError(
                    .unsupported, file,
                    "its database can't be read here (\(error)). Sync again with --storage-engine sqlite, or update this program."
                )
            }
        } catch let error as WireError {
            throw C1ZError(
                .corrupt, file, "one of its records is damaged (\(error)). Fetch it again, or sync again.")
        }
    }

    // MARK: Layout

    private static let layout: UInt32 = 2
    private static let idFormat: UInt32 = 2

    /// Refuses what other releases have stored under other keys (c1z-v3 §8.4).
    private func checkLayout() throws {
        let regenerate = "Sync again with a current connector."
        guard try hasKeys(from: [], upTo: [0xFF]) else { return }
        guard let layout = try stamp("keyspace_version") else {
            throw C1ZError(
                .unsupported, file,
                "unsupported keyspace layout (no version stamp on a non-empty file; want v2 single-sync). \(regenerate)"
            )
        }
        guard layout == Self.layout else {
            throw C1ZError(
                .unsupported, file, "unsupported keyspace layout v\(layout) (want v2 single-sync). \(regenerate)")
        }
        // Without a stamp keys are made of ids; what they are can also be read from the values.
        guard let format = try stamp("grant_entitlement_id_format") else { return }
        guard format == Self.idFormat else {
            throw C1ZError(
                .unsupported, file, "unsupported grant/entitlement id-index format v\(format). \(regenerate)")
        }
    }

    /// Whether keys of entitlements and grants are made of what they refer to.
    func hasStructuredKeys() throws -> Bool {
        try stamp("grant_entitlement_id_format") != nil
    }

    private func stamp(_ name: String) throws -> UInt32? {
        try withValue(of: TupleKey.meta(name)) { value in
            guard value.count == 4 else {
                throw PebbleError(.corrupt, "the key \(name)", "it has \(value.count) bytes instead of 4")
            }
            return value.loadUnaligned(as: UInt32.self).bigEndian
        }
    }
}
