import Pebble
import WireForm

/// The head of a version 3 file: who can read it, and how its payload is stored (c1z-v3 §2, §2.1).
struct PebbleManifest {
    /// How the files of the database are stored.
    enum PayloadEncoding: UInt64 {
        case tarZstd = 1
        case tar = 2
        case indexedZstd = 5
    }

    /// The name of the engine.
    let engine: String
    let encoding: PayloadEncoding
    /// The hash of its bytes.
    let hash: UInt64
    /// Where the payload begins, from the start of the file.
    let end: Int64

    /// Where the manifest begins: behind the magic and its length.
    static let start: Int64 = 9
    static let largestSize = 16 << 20
    static let engines = ["pebble", "pebble2", "pebble3"]

    /// Reads the manifest of a file whose magic is that of version 3.
    init(of file: SharedFile) throws {
        let path = file.path
        let head = try file.bytes(at: 0, count: Int(Self.start), or: Self.truncated(path))
        let size = Int(BigEndian.number(head[5...]))
        guard size <= Self.largestSize else {
            throw C1ZError(.corrupt, path, "its manifest would have \(size) bytes. It is damaged: fetch it again.")
        }
        let bytes = try file.bytes(at: Self.start, count: size, or: Self.truncated(path))
        end = Self.start + Int64(size)
        var engine = ""
        var encoding: UInt64 = 0
        do {
            (engine, encoding) = try bytes.withUnsafeBytes { manifest in
                (try manifest.wireBytes(1)?.text ?? "", try manifest.wireNumber(4))
            }
        } catch {
            throw C1ZError(.corrupt, path, "its manifest is damaged (\(error)). Fetch it again.")
        }
        guard Self.engines.contains(engine) else {
            throw C1ZError(
                .unsupported, path,
                "is stored by the engine \"\(engine)\", which is not known here. Update this program, or sync again with --storage-engine sqlite."
            )
        }
        guard let encoding = PayloadEncoding(rawValue: encoding) else {
            throw C1ZError(
                .unsupported, path,
                "its payload has the encoding \(encoding), which is not known here. Update this program, or sync again with --storage-engine sqlite."
            )
        }
        self.engine = engine
        self.encoding = encoding
        hash = bytes.withUnsafeBytes { XXH64.hash($0) }
    }

    private static func truncated(_ path: String) -> C1ZError {
        C1ZError(.truncated, path, "is cut off in its manifest. Fetch it again, or sync again.")
    }
}

extension PebbleManifest {
    private static let engineName = "pebble3"
    private static let formatVersion: UInt64 = 24
    private static let structuredIDs: UInt64 = 2
    private static let digestVersion: UInt64 = 1

    /// The schema of what a file holds, by which other tools can read it.
    private static let descriptors = WireSchema.descriptors(of: [
        "c1/storage/v3/options.proto", "c1/storage/v3/records.proto", "c1/storage/v3/refs.proto",
        "google/protobuf/any.proto", "google/protobuf/descriptor.proto", "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
    ])

    /// The manifest of a new file.
    static func bytes(run: SyncRun?, stats: SyncStats?, digest: GrantDigests.Root?) -> [UInt8] {
        var manifest = WireWriter()
        manifest.field(1, engineName)
        manifest.field(2, number: formatVersion)
        manifest.field(4, number: PayloadEncoding.indexedZstd.rawValue)
        manifest.field(10, descriptors)
        if let run { manifest.field(40, run.summary(stats)) }
        manifest.field(42, number: structuredIDs)
        if let digest {
            var root = WireWriter()
            root.field(1, BigEndian.bytes(digest.hash, 8))
            root.field(2, number: digest.count)
            root.field(3, number: digestVersion)
            manifest.field(43, root.bytes)
        }
        return manifest.bytes
    }
}
