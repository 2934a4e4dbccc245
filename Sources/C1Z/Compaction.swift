import AccessModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Makes one sync of what the syncs of several files hold (c1z-v1 §13.4).
///
/// Of a record that several files have, the one discovered last is taken, and of equally new ones that of the file named last.
/// What a newer file lacks stays: that something is gone can't be told from a sync that didn't look.
public struct Compaction: Sendable {
    /// What one file gives.
    public struct Input: Sendable {
        /// The file.
        public let file: String
        /// The sync of it: the snapshot that ended last, whatever its type.
        public let sync: SyncRun
    }

    /// What came of it.
    public struct Result: Sendable {
        /// The new file.
        public let file: String
        /// The sync in it.
        public let sync: SyncRun
        /// What it holds.
        public let stats: SyncStats
    }

    private let files: [String]
    private let folder: String
    private let options: C1ZWriterOptions

    /// A compaction of `files` into a new file in `folder`.
    public init(of files: [String], into folder: String, options: C1ZWriterOptions = C1ZWriterOptions()) {
        self.files = files
        self.folder = folder.isEmpty ? "." : folder
        self.options = options
    }

    /// Writes the file.
    ///
    /// - Parameters:
    ///   - notice: told of each file when its turn comes, the last first.
    ///   - expand: derives the grants of a sync and ends it; not called for one that is only a part.
    /// - Throws: ``C1ZError`` naming the file that can't be taken; nothing is left in the folder then.
    public func run(
        noticing notice: (Input) -> Void = { _ in }, expanding expand: (String, any C1ZWriter) throws -> Void
    ) throws -> Result {
        guard files.count >= 2 else {
            throw CompactionError("must provide two or more files to compact. Name the oldest first.")
        }
        try check()
        let now = options.clock()
        var run = SyncRun(compactedAt: now)
        let slash = folder.hasSuffix("/") ? "" : "/"
        let copy = try SyncCopy(
            to: "\(folder)\(slash)compacted-\(run.id).c1z", options: try writing, mode: .copyNewer)
        do {
            try copy.begin(run)
            for file in files.reversed() {
                let source = try C1ZFile.open(file, environment: options.environment)
                let input = Input(file: file, sync: try Self.snapshot(in: source))
                notice(input)
                try merge(input.sync, of: source, into: copy)
                run.take(input.sync)
            }
            try copy.update(run)
            if run.type != .partial { try expand(run.id, copy.writer) } else { try copy.end() }
            let sync = try copy.writer.sync(run.id)
            let stats = try copy.writer.stats(of: sync)
            try copy.save()
            return Result(file: copy.file, sync: sync, stats: stats)
        } catch {
            copy.discard()
            throw error
        }
    }

    /// In an engine that isn't named, the new file is stored as the others when they are of one kind.
    private var writing: C1ZWriterOptions {
        get throws {
            var options = options
            guard options.engine == nil else { return options }
            let versions = try files.map { try C1ZFile.version(of: $0) }
            options.engine = versions.allSatisfy { $0 == .v3 } ? .pebble : .sqlite
            return options
        }
    }

    /// What can be seen at a glance is said before the long work.
    private func check() throws {
        _ = try FileDescriptor(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, "open the folder")
        for file in files { _ = try C1ZFile.version(of: file) }
    }

    private static func snapshot(in source: any C1ZReader) throws -> SyncRun {
        let types: [SyncType?] = [.full, .resourcesOnly, .partial]
        guard let run = try source.finishedSyncs().first(where: { types.contains($0.type) }) else {
            throw C1ZError(
                .failed, source.file,
                "no finished compactable sync found in it (diff sync types \"partial_upserts\"/\"partial_deletions\" "
                    + "are not compactable). Leave it out, or sync again.")
        }
        return run
    }

    private func merge(_ run: SyncRun, of source: any C1ZReader, into copy: SyncCopy) throws {
        for kind in RecordKind.allCases {
            try source.readNamingDamage(kind, of: run.id) { record in
                // Whether a grant was expanded in its own file says nothing about the sum.
                try copy.put(
                    kind, record.data, expansion: record.expansion, needsExpansion: record.expansion != nil,
                    discoveredAt: record.discoveredAt)
            }
        }
    }
}

/// A compaction that was asked for in a way that can't work.
public struct CompactionError: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension SyncRun {
    /// An empty sync into which others are compacted.
    fileprivate init(compactedAt now: StoredTime) {
        self.init(
            id: KSUID(at: now.seconds).description, type: .partial, typeName: SyncType.partial.rawValue, startedAt: now,
            endedAt: now, token: "", parentID: "", linkedID: "", supportsDiff: false, areGrantsBackfilled: true,
            storedStats: nil, verification: SyncVerification())
    }

    /// Takes up what another sync makes of the sum: how complete it is, and when it ended.
    fileprivate mutating func take(_ other: SyncRun) {
        let types: [SyncType?] = [type, other.type]
        let sum: SyncType =
            types.contains(.full) ? .full : types.contains(.resourcesOnly) ? .resourcesOnly : .partial
        type = sum
        typeName = sum.rawValue
        if let end = other.endedAt { endedAt = max(endedAt ?? end, end) }
    }
}
