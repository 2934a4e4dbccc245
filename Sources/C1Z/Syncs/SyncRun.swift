/// What a sync set out to copy (c1z-v1 §6.1).
public enum SyncType: String, Sendable, CaseIterable {
    /// Everything.
    case full
    /// Resource types and resources only.
    case resourcesOnly = "resources_only"
    /// Some resources, chosen by hand.
    case partial
    /// What a comparison found added or changed.
    case partialUpserts = "partial_upserts"
    /// What a comparison found removed.
    case partialDeletions = "partial_deletions"
}

/// One sync in a file.
public struct SyncRun: Sendable, Equatable {
    /// Its id, a KSUID.
    public var id: String
    /// What it set out to copy; nil when the file says something unknown.
    public var type: SyncType?
    /// The type as stored.
    public var typeName: String
    /// When it began.
    public var startedAt: StoredTime?
    /// When it ended; nil when it didn't.
    public var endedAt: StoredTime?
    /// The state of the syncer: empty, or JSON.
    public var token: String
    /// For a partial sync, the sync it adds to.
    public var parentID: String
    /// For one half of a difference, the other half.
    public var linkedID: String
    /// Whether its expansion columns are complete.
    public var supportsDiff: Bool
    /// Whether expansions are kept in their own column rather than inside the grants.
    public var areGrantsBackfilled: Bool
    /// The counts stored at its end, as JSON.
    public var storedStats: String?
    /// Which checks it passed after collection.
    public var verification: SyncVerification

    /// Whether it came to its end.
    public var isFinished: Bool { endedAt != nil }
}

/// A marker that a finished sync passed the checks that follow collection (c1z-v1 §6.6).
///
/// All empty when it was not checked.
public struct SyncVerification: Sendable, Equatable {
    /// The generation of the checks, `1` today.
    public var generation = ""
    /// The checks that ran, as a JSON array of their ids.
    public var coverage = ""
    /// What ran them.
    public var mode = ""

    /// Not checked.
    public init() {}

    /// Checked.
    public init(generation: String, coverage: String, mode: String) {
        self.generation = generation
        self.coverage = coverage
        self.mode = mode
    }
}
