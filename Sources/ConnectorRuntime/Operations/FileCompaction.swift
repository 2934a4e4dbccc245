import AccessModel
import C1Z
import CommandLineKit
import Logging
import SyncEngine

/// Makes one file of several: `--compact-syncs`.
struct FileCompaction: FileOperation {
    static let flags = [
        mark("compact-syncs", "Make one file of several"), list("compact-file-paths", "These files, the oldest first"),
        list("compact-sync-ids", "The sync of each"), text("compact-output-path", "The folder of the new file"),
    ]

    private let files: [String]
    private let syncs: [String]
    private let folder: String
    private let writing: C1ZWriterOptions

    /// The compaction that `flags` ask for; nil when they ask for something else.
    init?(_ flags: ParsedFlags, environment: [String: String]) {
        guard flags.bool("compact-syncs") else { return nil }
        files = flags.strings("compact-file-paths")
        syncs = flags.strings("compact-sync-ids")
        folder = flags.string("compact-output-path")
        var environment = environment
        let temporary = flags.string("c1z-temp-dir")
        let place = temporary.isEmpty ? environment["BATON_TMPDIR", default: ""] : temporary
        if !place.isEmpty { environment["TMPDIR"] = place }
        writing = C1ZWriterOptions(environment: environment)
    }

    /// Writes the new file.
    ///
    /// - Throws: what is wrong with the flags, or a `C1ZError` naming the file that can't be taken; there is no new file then.
    func run(_ log: Logger) throws {
        guard files.count == syncs.count else {
            throw UsageError("sync-compactor: must include exactly one syncID per file")
        }
        let asked = Dictionary(zip(files.map { ByteKey($0) }, syncs)) { $1 }
        let result = try Compaction(of: files, into: folder, options: writing).run { input in
            log.info(
                "running compaction", metadata: ["apply_file": "\(input.file)", "apply_sync": "\(input.sync.id)"])
            if let id = asked[ByteKey(input.file)], !id.hasSameBytes(as: input.sync.id) {
                log.warning(
                    "the latest snapshot of a file is taken, not the sync that was named",
                    metadata: ["file_path": "\(input.file)", "named": "\(id)", "taken": "\(input.sync.id)"])
            }
        } expanding: { sync, writer in
            try SyncExpansion(of: sync, in: writer, environment: writing.environment, log: log).run()
        }
        log.info("compacted file", metadata: ["file_path": "\(result.file)", "sync_id": "\(result.sync.id)"])
    }
}
