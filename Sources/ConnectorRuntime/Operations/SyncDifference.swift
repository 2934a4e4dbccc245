import AccessModel
import C1Z
import CommandLineKit
import Logging

/// Makes a sync of what one sync of a file has and another lacks: `--diff-syncs`.
struct SyncDifference: FileOperation {
    static let flags = [
        mark("diff-syncs", "Make a sync of what one sync of the file has and another lacks"),
        text("base-sync-id", "The sync that lacks it"), text("applied-sync-id", "The sync that has it"),
    ]

    let file: String
    let base: String
    let applied: String
    private let writing: C1ZWriterOptions

    /// The difference that `flags` ask for; nil when they ask for something else.
    init?(_ flags: ParsedFlags, environment: [String: String]) {
        guard flags.bool("diff-syncs") else { return nil }
        file = flags.string("file")
        base = flags.string("base-sync-id")
        applied = flags.string("applied-sync-id")
        let folder = flags.string("c1z-temp-dir")
        writing = C1ZWriterOptions(temporaryFolder: folder.isEmpty ? nil : folder, environment: environment)
    }

    /// Adds the new sync to the file.
    ///
    /// - Throws: `C1ZError` when the file or one of the syncs isn't there; the file is then as it was.
    func run(_ log: Logger) throws {
        // A writer would begin a new file.
        _ = try C1ZFile.open(file, environment: writing.environment)
        let writer = try C1ZFile.write(file, options: writing)
        do {
            let sync = try writer.generateDifference(from: base, to: applied)
            _ = try writer.save()
            log.info("generated diff of syncs", metadata: ["new_sync_id": "\(sync.id)"])
        } catch {
            // The working copy of an interrupted sync is not ours to throw away.
            if !writer.isContinuation { writer.discard() }
            throw error
        }
    }
}
