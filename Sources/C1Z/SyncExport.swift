import AccessModel

/// Copies one sync into a file of its own.
public struct SyncExport {
    /// What was copied of one kind.
    public struct Part: Sendable {
        /// How many records, or assets.
        public internal(set) var count = 0
        /// How many bytes, of assets.
        public internal(set) var bytes = 0
        /// How long it took.
        public internal(set) var duration = Duration.zero

        /// Nothing.
        public init() {}
    }

    /// What was copied.
    public struct Report: Sendable {
        /// By kind of record.
        public internal(set) var records: [RecordKind: Part] = [:]
        /// Icons and logos.
        public internal(set) var assets = Part()
        /// Records that the file can't hold, because they don't say what they are about.
        public internal(set) var dropped = 0

        /// Nothing.
        public init() {}
    }

    /// What is copied; nil makes a file without a sync.
    private let sync: SyncRun?
    private let source: any C1ZReader
    private let options: C1ZWriterOptions

    /// An export of `sync`, finished or not, in the engine that `options` name, or else that of the source.
    public init(of sync: SyncRun?, from source: any C1ZReader, options: C1ZWriterOptions = C1ZWriterOptions()) {
        self.sync = sync
        self.source = source
        self.options = options
    }

    /// Writes it to a new file.
    ///
    /// - Throws: ``C1ZError`` when the file exists, or something is damaged; nothing is left at `path` then.
    public func write(to path: String) throws -> Report {
        guard try fileState(of: path) == "none" else { throw C1ZError.isTaken(path) }
        switch options.engine ?? source.engine {
        case .sqlite: return try writeDatabase(to: path)
        case .pebble:
            return try NewFile.write(path, replacing: false) { file in
                var content = PebbleFile(of: sync, from: source, environment: options.environment)
                _ = try content.write(to: file)
                return content.report
            }
        }
    }

    /// Writes a finished sync of `source` to a new file of the same engine.
    ///
    /// - Throws: ``C1ZError`` when the file exists, or the sync isn't finished; nothing is left at `path` then.
    public static func write(
        _ sync: SyncRun, from source: any C1ZReader, to path: String, environment: [String: String] = [:]
    ) throws {
        guard try fileState(of: path) == "none" else { throw C1ZError.isTaken(path) }
        guard sync.isFinished else {
            throw C1ZError(.conflict, source.file, "sync \(sync.id) is not finished, so it can't be exported")
        }
        let options = C1ZWriterOptions(environment: environment)
        _ = try SyncExport(of: sync, from: source, options: options).write(to: path)
    }

    private func writeDatabase(to path: String) throws -> Report {
        var report = Report()
        var options = options
        options.engine = .sqlite
        let copy = try SyncCopy(to: path, options: options)
        do {
            if let sync {
                try copy.begin(sync)
                let clock = ContinuousClock()
                for kind in RecordKind.allCases {
                    var part = Part()
                    part.duration = try clock.measure {
                        part.count = try copy.putRecords(kind, of: sync.id, from: source)
                    }
                    report.records[kind] = part
                }
                try source.readAssets(of: sync.id) { asset in
                    report.assets.count += 1
                    report.assets.bytes += asset.data.count
                }
                report.assets.duration = try clock.measure {
                    try copy.putAttachments(of: sync.id, from: source)
                }
            }
            try copy.save()
        } catch {
            copy.discard()
            throw error
        }
        return report
    }
}
