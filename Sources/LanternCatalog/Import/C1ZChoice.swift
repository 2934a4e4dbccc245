import AccessModel
import C1Z
import WireForm

/// Which sync of a file is imported: the one that somebody named, or the newest finished one of everything, or else of a part.
struct C1ZChoice {
    let sync: SyncRun

    /// - Parameter wanted: the id of the sync that somebody named; empty when nobody did.
    /// - Throws: ``CatalogError`` when no sync of the file came to its end, `C1ZError` when the one that is wanted isn't there.
    init(_ reader: any C1ZReader, named name: String, wanted: String) throws {
        guard wanted.isEmpty else {
            sync = try reader.sync(wanted)
            return
        }
        let kinds: [SyncType] = [.full, .resourcesOnly, .partial]
        for kind in kinds {
            guard let found = try reader.latestFinishedSync(of: kind) else { continue }
            sync = found
            return
        }
        let begun = try reader.syncRuns().filter { !$0.isFinished }.compactMap(\.startedAt).max()
        let reason = begun.map { "the one that was begun at \($0.rfc3339) didn't come to its end" } ?? "it is empty"
        throw CatalogError(
            .invalidArgument,
            "\(name): holds no completed sync; \(reason). Run the connector again, it goes on from there.")
    }

    /// What of the application the sync speaks for.
    static func scope(of sync: SyncRun) throws -> ImportScope {
        switch sync.type {
        case .resourcesOnly: return .resources
        case .partial:
            let token = try? JSONValue(parsing: Array(sync.token.utf8))
            return token?["should_skip_grants"]?.isTrue == true ? .targetsWithoutGrants : .targets
        default: return .everything
        }
    }
}
