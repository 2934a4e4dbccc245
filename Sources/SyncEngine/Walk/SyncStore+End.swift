import AccessModel
import C1Z
import Logging

extension SyncStore {
    /// What an interrupted sync leaves behind.
    enum Remains {
        /// Nothing, or nothing new.
        case nothing
        /// A file to go on from.
        case file
        /// A file whose unfinished sync is of no use.
        case condemned
        /// The end was reached, but only in the working copy.
        case endInWorkingCopy(String)
        /// A working copy to go on from, because the file could not be written.
        case workingCopy(String, any Error)
    }

    /// Leaves a file that can be resumed, or at least a working copy.
    func interrupt(by error: any Error) -> Remains {
        guard let writer = openedWriter else { return .nothing }
        // From here on the next run may have the file.
        defer { openedWriter = nil }
        guard run != nil else {
            if !writer.isContinuation { writer.discard() }
            return .nothing
        }
        let place = writer.workingCopy ?? options.file
        guard !isEnded else { return .endInWorkingCopy(place) }
        do {
            // After an error of the file only what was committed before it is sound; saving begins by going back to that.
            let isVerdict = (error as? ServiceError)?.isVerdict ?? false
            if isVerdict { state.verdict = "\(error)" }
            if damage == nil { try commit() }
            _ = try writer.save()
            return isVerdict ? .condemned : .file
        } catch {
            return .workingCopy(place, error)
        }
    }

    /// Fails when what was collected contradicts itself.
    ///
    /// - Returns: which checks the sync passed.
    func checkInvariants() throws -> SyncVerification {
        tellQuality()
        let writer = try writer
        try Invariants.check(try syncID, in: writer)
        guard options.syncType == .full else { return Invariants.verification }
        // As the reference has it, only files of version 3 say that every reference was followed.
        guard writer.engine == .pebble else {
            state.quality?.block(IngestQuality.invalidDataRetained)
            log.info(
                "ingest invariants: store engine lacks the inspection surface; referential invariants were not evaluated"
            )
            return Invariants.verification
        }
        let references = try References(of: try syncID, in: writer)
        references.tell(log)
        if !references.isEmpty { state.quality?.block(IngestQuality.invalidDataRetained) }
        return Invariants.fullVerification
    }

    private func tellQuality() {
        guard let quality = state.quality else { return }
        func counts(_ names: [IngestQuality.Count]) -> Logger.Metadata {
            var fields: Logger.Metadata = [:]
            for name in names {
                if let count = quality.counts[name] { fields[name.rawValue] = .stringConvertible(count) }
            }
            return fields
        }
        let invalid = IngestQuality.Count.invalid
        if quality.dropped > 0 {
            log.warning(
                "fresh ingest filtered references into resource types not scheduled for this sync",
                metadata: counts(IngestQuality.Count.allCases.filter { !invalid.contains($0) }))
        }
        if quality.invalid > 0 {
            log.warning("connector returned invalid data; skipped records", metadata: counts(invalid))
        }
    }

    /// Seals the sync and writes the file.
    func seal(_ verification: SyncVerification) throws -> (stats: SyncStats, size: (decoded: Int64, compressed: Int64))
    {
        let id = try syncID
        state.isCollected = true
        try commit()
        let deleted = try writing { try $0.deleteOldSyncs() }
        if !deleted.isEmpty {
            log.info("Cleaning up old sync data...", metadata: ["delete_count": .stringConvertible(deleted.count)])
            for old in deleted { log.info("Removed old sync data.", metadata: ["sync_id": "\(old)"]) }
        }
        // What the connector kept must not travel in the file.
        try writing { try $0.removeSessions(under: ByteKey([])) }
        let token = state.finalToken
        try writing { try $0.endSync(reaching: token) }
        isEnded = true
        try writing { try $0.mark(id, verification) }
        let stats = try writer.stats(of: try writer.sync(id))
        log.info("Sync complete.")
        let size = try writing { try $0.save() }
        openedWriter = nil
        return (stats, size)
    }
}
