public import AccessModel

/// A c1z file opened for writing, whatever its version.
///
/// The file itself stays as it is until ``save()``, which replaces it in one step. What was committed survives a kill: the next
/// writer of the same file goes on from it.
public protocol C1ZWriter: C1ZReader {
    /// Whether it goes on from the working copy of a process that was killed.
    var isContinuation: Bool { get }

    /// Where the working copy is until the file is saved; nil when there is none to be found.
    var workingCopy: String? { get }

    /// How much the file keeps of what a grant refers to; more is only in the way.
    var detail: RecordDetail { get }

    /// Begins a sync.
    ///
    /// Records are put into it from now on.
    func startSync(_ type: SyncType, parent: String) throws -> SyncRun

    /// Goes on with a sync that is there.
    func resumeSync(_ id: String) throws -> SyncRun

    /// Goes on with a sync that is finished, to add what follows from it; it keeps the time of its end.
    func reopenSync(_ id: String) throws -> SyncRun

    /// Adds or replaces records of the present sync.
    func put(_ batch: RecordBatch) throws

    /// Adds or replaces grants that expansion derived; whether they are expandable stays as it was.
    func putDerived(_ grants: RecordBatch) throws

    /// Hands out the grants of the present sync that say which identities of another file they are about.
    func readMatchCarriers(_ body: (StoredRecord) throws -> Void) throws

    /// Puts grants aside that are to take the place of those.
    func putMatched(_ grants: RecordBatch) throws

    /// Deletes the grants that ``readMatchCarriers(_:)`` hands out, and adds those that were put aside.
    func replaceMatchCarriers() throws

    /// Adds or replaces an asset of the present sync.
    func putAsset(_ id: String, contentType: String, data: [UInt8]) throws

    /// What the connector keeps under a key during the present sync.
    func sessionValue(_ key: ByteKey) throws -> [UInt8]?

    /// Adds or replaces what the connector keeps under a key.
    func putSession(_ key: ByteKey, _ value: [UInt8]) throws

    /// Deletes what the connector keeps under a key.
    func removeSession(_ key: ByteKey) throws

    /// Deletes what the connector keeps under keys that begin with these bytes.
    func removeSessions(under prefix: ByteKey) throws

    /// Hands out what the connector keeps, in byte order of the keys from `first` on, until `body` says no.
    func readSession(
        from first: ByteKey, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool
    ) throws

    /// Makes everything put so far durable, together with the state that says how far it got.
    func commit(reaching token: String) throws

    /// Forgets everything put since the last commit.
    func rollBack() throws

    /// Notes that the expansion columns of the present sync are complete.
    func markDiffable() throws

    /// Hands out up to `limit` records of a sync, those after the page that ended with the token `after`.
    ///
    /// - Returns: the token of the next page; empty after the last.
    func readPage(
        _ kind: RecordKind, of sync: String, after token: String, limit: Int, _ body: (StoredRecord) throws -> Void
    ) throws -> String

    /// Hands out the expandable grants of the present sync that the expander hasn't seen.
    func readPendingExpansions(_ body: (PendingExpansion) throws -> Void) throws

    /// The grants of an entitlement in the present sync, in order of their principals' types and ids.
    func grantsInPrincipalOrder(of entitlement: ByteKey) throws -> any GrantCursor

    /// Deletes syncs that are beyond the number to keep.
    func deleteOldSyncs() throws -> [String]

    /// Deletes a sync that is not being written.
    func delete(_ sync: String) throws

    /// Ends the present sync: stamps it, stores its counts and, in the same step, its last token, unless that is nil.
    func endSync(reaching token: String?) throws

    /// Makes a finished partial sync of what one sync has and another lacks (c1z-v1 §13.1).
    ///
    /// Only additions: what has changed or gone isn't in it.
    func generateDifference(from base: String, to applied: String) throws -> SyncRun

    /// Counts the records of a finished sync anew and stores the counts.
    func recalculateStats(of sync: String) throws

    /// Notes which checks a finished sync passed.
    func mark(_ sync: String, _ verification: SyncVerification) throws

    /// Writes the file.
    ///
    /// - Returns: its size decoded and compressed, in bytes.
    func save() throws -> (decoded: Int64, compressed: Int64)

    /// Leaves the file as it was and forgets the working copy.
    func discard()
}

extension C1ZWriter {
    /// Ends the present sync with the token it has.
    public func endSync() throws {
        try endSync(reaching: nil)
    }

    /// Nowhere, unless the writer says otherwise.
    public var workingCopy: String? { nil }
}

/// An expandable grant.
///
/// Its bytes are valid only while the writer hands it out.
public struct PendingExpansion {
    /// The grant's id.
    public let grant: UnsafeRawBufferPointer
    /// The entitlement that is granted.
    public let entitlement: UnsafeRawBufferPointer
    /// The type of the principal.
    public let principalType: UnsafeRawBufferPointer
    /// The id of the principal.
    public let principal: UnsafeRawBufferPointer
    /// The serialized `GrantExpandable`.
    public let expansion: UnsafeRawBufferPointer
}

/// Walks over grants.
///
/// Bytes are valid until the next step.
public protocol GrantCursor: AnyObject {
    /// Goes to the next grant; false after the last.
    func next() throws -> Bool
    /// The type of the present grant's principal.
    var principalType: UnsafeRawBufferPointer { get }
    /// The id of the present grant's principal.
    var principal: UnsafeRawBufferPointer { get }
    /// The serialized grant.
    var data: UnsafeRawBufferPointer { get }
}
