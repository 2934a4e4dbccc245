import AccessModel
import WireForm

/// Takes back what expansion added to a finished sync, so that it can be done again (c1z-v1 §13.5).
///
/// Which grants were derived is told by their sources: those of a derived one name other entitlements only. The file itself is
/// never changed; the result is a file of its own.
public struct ExpansionRollback {
    /// What becomes of grants that look derived but lack the mark that expansion leaves: a connector may have made them.
    public enum SuspectGrants: Sendable {
        /// They are deleted as well.
        case delete
        /// They stay as they are.
        case preserve
    }

    /// What was, or would be, done.
    public struct Report: Sendable, Equatable {
        /// Derived grants that were deleted.
        public var deleted = 0
        /// Direct grants whose sources were cleared.
        public var cleared = 0
        /// Grants that look derived but lack expansion's mark.
        public var suspects = 0
        /// Those of them that were kept.
        public var preserved = 0
    }

    private let run: SyncRun
    private let source: any C1ZReader
    private let suspects: SuspectGrants

    /// A rollback of `run`.
    ///
    /// - Throws: ``C1ZError`` when the sync isn't finished or was never expanded.
    public init(of run: SyncRun, in source: any C1ZReader, suspects: SuspectGrants = .delete) throws {
        guard run.isFinished else {
            throw C1ZError(
                .failed, source.file,
                "refusing to roll back expansion on an unfinished sync: \(run.id). Finish it, or name another.")
        }
        guard run.supportsDiff else {
            throw C1ZError(
                .failed, source.file,
                "sync \(run.id) did not run grant expansion (no supports_diff marker); nothing to roll back")
        }
        self.run = run
        self.source = source
        self.suspects = suspects
    }

    /// Says what would be done.
    public func preview() throws -> Report {
        var report = Report()
        try source.readNamingDamage(.grant, of: run.id) { _ = try fate(of: $0, noting: &report) }
        return report
    }

    /// Writes the sync without its expansion to a new file.
    ///
    /// - Parameters:
    ///   - prepare: makes the token of a sync that is ready to be expanded from that of the finished one.
    ///   - finish: goes on with the new sync before it is saved.
    /// - Throws: ``C1ZError``, or what `finish` throws; nothing is left at `path` then.
    public func write(
        to path: String, options: C1ZWriterOptions = C1ZWriterOptions(), preparing prepare: (String) throws -> String,
        finishing finish: (any C1ZWriter) throws -> Void
    ) throws -> Report {
        var report = Report()
        let copy = try SyncCopy(to: path, options: options)
        do {
            try copy.begin(run)
            for kind in RecordKind.allCases where kind != .grant {
                try source.readNamingDamage(kind, of: run.id) {
                    try copy.put(kind, $0.data, discoveredAt: $0.discoveredAt)
                }
            }
            if try putGrants(into: copy, noting: &report) {
                var rolledBack = run
                rolledBack.token = try prepare(run.token)
                // They are counted anew when somebody asks.
                rolledBack.storedStats = nil
                try copy.update(rolledBack)
            }
            try copy.putAttachments(of: run.id, from: source)
            try finish(copy.writer)
            try copy.save()
            return report
        } catch {
            copy.discard()
            throw error
        }
    }

    /// Whether there was any.
    private func putGrants(into copy: SyncCopy, noting report: inout Report) throws -> Bool {
        var hasGrants = false
        try source.readNamingDamage(.grant, of: run.id) { record in
            hasGrants = true
            let isExpandable = record.expansion != nil
            switch try fate(of: record, noting: &report) {
            case .deleted: return
            case .kept:
                try copy.put(
                    .grant, record.data, expansion: record.expansion, needsExpansion: isExpandable,
                    discoveredAt: record.discoveredAt)
            case .cleared:
                try GrantProvenance.withoutSources(record.data).withUnsafeBytes {
                    try copy.put(
                        .grant, $0, expansion: record.expansion, needsExpansion: isExpandable,
                        discoveredAt: record.discoveredAt)
                }
            }
        }
        return hasGrants
    }

    private enum Fate {
        case kept, cleared, deleted
    }

    private func fate(of record: StoredRecord, noting report: inout Report) throws -> Fate {
        switch try GrantProvenance(of: record.data) {
        case .direct: return .kept
        case .directAndDerived:
            report.cleared += 1
            return .cleared
        case .derived(let isMarked):
            if !isMarked { report.suspects += 1 }
            if !isMarked, case .preserve = suspects {
                report.preserved += 1
                return .kept
            }
            report.deleted += 1
            return .deleted
        }
    }
}

/// Where a stored grant comes from, as its sources tell.
enum GrantProvenance: Equatable {
    /// The connector returned it, and nothing else leads to it.
    case direct
    /// The connector returned it, and it also follows from others.
    case directAndDerived
    /// It follows from others only; marked when it says that expansion made it.
    case derived(isMarked: Bool)

    init(of grant: UnsafeRawBufferPointer) throws(WireError) {
        let own = try grant.wireBytes(1)?.wireBytes(2)
        var (hasSources, hasOwn, isMarked) = (false, false, false)
        var reader = WireReader(grant)
        while let field = try reader.next() {
            guard field.number == 4, field.wireType == 2 else { continue }
            let isImmutable = try field.bytes.isAnnotation(named: "c1.connector.v2.GrantImmutable")
            isMarked = isMarked || isImmutable
        }
        try GrantSourceEntries.read(grant) { entitlement, _ in
            hasSources = true
            hasOwn = hasOwn || entitlement.elementsEqual(own ?? .empty)
        }
        self = !hasSources ? .direct : hasOwn ? .directAndDerived : .derived(isMarked: isMarked)
    }

    /// The grant as it was before expansion.
    static func withoutSources(_ grant: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        var rest = WireWriter()
        var reader = WireReader(grant)
        while let field = try reader.next() {
            if field.number != 5 { rest.append(field.whole) }
        }
        return rest.bytes
    }
}

extension UnsafeRawBufferPointer {
    fileprivate static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}
