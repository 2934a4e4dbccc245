import AccessModel
public import C1Z

/// What to sync, and into what.
public struct SyncOptions: Sendable {
    /// The file to write.
    public var file: String
    /// Where the working copy, limits, retention and time come from.
    public var writing: C1ZWriterOptions
    /// Only these resource types; empty means all.
    public var resourceTypes: [String] = []
    /// Resource types and resources only.
    public var skipsEntitlementsAndGrants = false
    /// Only these resources and what is held on them; empty means all.
    public var targets: [SyncTarget] = []
    /// Whether a targeted sync leaves grants out.
    public var skipsGrants = false
    /// A file with the identities that grants are matched to.
    public var external: ExternalResources?
    /// How many calls to the connector may be under way at once; -1 chooses by the number of cores.
    public var workers = 1
    /// Whether expandable grants are expanded.
    public var expandsGrants = true

    /// Options to sync everything into `file`.
    public init(file: String, writing: C1ZWriterOptions = C1ZWriterOptions()) {
        self.file = file
        self.writing = writing
    }

    /// The type of sync that these options make.
    var syncType: SyncType { targets.isEmpty ? skipsEntitlementsAndGrants ? .resourcesOnly : .full : .partial }

    /// The same options with each target once, and only those of wanted types.
    ///
    /// - Throws: `ServiceError` when no target is left, for that would look like a sync of everything.
    func settled() throws(ServiceError) -> SyncOptions {
        guard !targets.isEmpty else {
            guard skipsGrants else { return self }
            throw ServiceError(.invalidArgument, "skip-grants can only be set within a targeted sync")
        }
        var known: Set<SyncTarget> = []
        var options = self
        options.targets = targets.filter { includes($0.id.type) && known.insert($0).inserted }
        guard !options.targets.isEmpty else {
            throw ServiceError(
                .invalidArgument,
                "--sync-resources: none of them is of a type in --sync-resource-types. Add its type, or name others.")
        }
        return options
    }

    /// How many workers there are.
    func workerCount(cores: Int) -> Int {
        workers < 0 ? min(max(cores, 1), 4) : max(workers, 1)
    }
}

/// What came of a sync.
public struct SyncOutcome: Sendable {
    /// The sync's id.
    public let syncID: String
    /// Whether it went on from an earlier run.
    public let isResumed: Bool
    /// Objects that were skipped because the application no longer has them.
    public let warnings: [String]
    /// What the file has now.
    public let stats: SyncStats
    /// The size of the file decoded and compressed, in bytes.
    public let size: (decoded: Int64, compressed: Int64)
}
