/// Which keys are deleted as parts of ranges, asked in ascending order of the keys.
struct RangeDeletionSet {
    /// Those that begin later than the keys asked for so far, the next one last.
    private var ahead: [RangeDeletion] = []
    /// Those that have begun and not ended.
    private var open: [RangeDeletion] = []
    /// Up to where ``latest`` holds; nil has no end.
    private var stretchEnd: [UInt8]?
    private var isComputed = true
    /// The latest of the open ones.
    private var latest: UInt64?

    /// Deletions that lie over each other come from as many tables, of which there are a few.
    private static let mostOpen = 4096

    /// Adds deletions; those that end at or before `lower` can't matter.
    mutating func add(_ more: [RangeDeletion], behind lower: [UInt8]) {
        let useful = more.filter { lower.lexicographicallyPrecedes($0.end) }
        guard !useful.isEmpty else { return }
        ahead += useful
        ahead.sort { $1.start.lexicographicallyPrecedes($0.start) }
        isComputed = false
    }

    /// Whether an entry of `key` written at `sequence` is deleted by a later deletion.
    ///
    /// - Throws: ``PebbleError`` when more deletions lie over each other than any database has.
    mutating func cover(_ key: UnsafeRawBufferPointer, writtenAt sequence: UInt64) throws(PebbleError) -> Bool {
        if !isComputed || stretchEnd.map({ $0.isAtOrBefore(key) }) ?? false { try compute(from: key) }
        return latest.map { $0 > sequence } ?? false
    }

    private mutating func compute(from key: UnsafeRawBufferPointer) throws(PebbleError) {
        while let next = ahead.last, next.start.isAtOrBefore(key) { open.append(ahead.removeLast()) }
        open.removeAll { $0.end.isAtOrBefore(key) }
        guard open.count <= Self.mostOpen else {
            throw PebbleError(.unsupported, "the database", "more than \(Self.mostOpen) range deletions cover one key")
        }
        latest = open.lazy.map(\.sequence).max()
        stretchEnd = ahead.last?.start
        for deletion in open where stretchEnd.map({ deletion.end.lexicographicallyPrecedes($0) }) ?? true {
            stretchEnd = deletion.end
        }
        isComputed = true
    }
}

extension [UInt8] {
    fileprivate func isAtOrBefore(_ key: UnsafeRawBufferPointer) -> Bool {
        withUnsafeBytes { $0.order(to: key) <= 0 }
    }
}
