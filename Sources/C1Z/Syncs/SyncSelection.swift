extension C1ZReader {
    /// The finished sync that ended last, of one type or of any (c1z-v1 §6.3).
    public func latestFinishedSync(of type: SyncType? = nil) throws -> SyncRun? {
        try finishedSyncs(of: type).first
    }

    /// The finished syncs of one type or of any, the one that ended last first.
    public func finishedSyncs(of type: SyncType? = nil) throws -> [SyncRun] {
        try syncRuns().filter { $0.isFinished && (type == nil || $0.type == type) }.sorted { left, right in
            guard let leftEnd = left.endedAt, let rightEnd = right.endedAt, leftEnd != rightEnd else {
                return right.id.utf8.lexicographicallyPrecedes(left.id.utf8)
            }
            return leftEnd > rightEnd
        }
    }

    /// The unfinished sync that began last, of one type or of any, unless it is over seven days old.
    ///
    /// - Parameter now: seconds since 1970.
    public func latestUnfinishedSync(of type: SyncType? = nil, now: Int64) throws -> SyncRun? {
        try unfinishedSyncs(of: type, now: now).first
    }

    /// The unfinished syncs, the one that began last first, without those that are over seven days old.
    ///
    /// - Parameter now: seconds since 1970.
    public func unfinishedSyncs(of type: SyncType? = nil, now: Int64) throws -> [SyncRun] {
        let runs = try syncRuns().filter { !$0.isFinished && (type == nil || $0.type == type) }
        let dated = runs.compactMap { run in run.startedAt.map { (run: run, start: $0) } }
        return dated.filter { $0.start.seconds >= now - SyncRun.resumableSeconds }
            .sorted { left, right in
                left.start == right.start
                    ? right.run.id.utf8.lexicographicallyPrecedes(left.run.id.utf8) : left.start > right.start
            }.map(\.run)
    }

    /// The sync with this id.
    ///
    /// - Throws: ``C1ZError`` when the file has none.
    public func sync(_ id: String) throws -> SyncRun {
        guard let run = try syncRuns().first(where: { $0.id.utf8.elementsEqual(id.utf8) }) else {
            throw C1ZError(.noSuchSync, file, "has no sync \(id). `baton syncs` lists those it has.")
        }
        return run
    }
}

extension SyncRun {
    /// How old an unfinished sync may be to be shown by default or resumed: seven days.
    public static let resumableSeconds: Int64 = 7 * 24 * 3600
}
