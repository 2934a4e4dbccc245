public import AccessModel

/// How a file stores its records.
public enum StorageEngine: String, Sendable {
    /// Version 1: an SQLite database.
    case sqlite
    /// Version 3: a Pebble database.
    case pebble
}

/// A c1z file opened for reading, whatever its version.
///
/// It never changes the file.
///
/// Records come out as their serialized messages, in the order the file holds them, one at a time: memory does not grow with
/// the file. A reader is used by one task at a time.
public protocol C1ZReader: AnyObject {
    /// The file's path.
    var file: String { get }

    /// How it stores its records.
    var engine: StorageEngine { get }

    /// Every sync in the file, in the order they were begun.
    func syncRuns() throws -> [SyncRun]

    /// Hands out the records of one kind.
    ///
    /// - Parameters:
    ///   - kind: which records.
    ///   - sync: the id of the sync; nil reads the records of every sync.
    ///   - filter: which of them.
    ///   - body: called with each record; its bytes are gone afterwards.
    func read(_ kind: RecordKind, of sync: String?, where filter: RecordFilter, _ body: (StoredRecord) throws -> Void)
        throws

    /// The serialized message of one record; nil when the sync has none with this identity.
    func find(_ identity: RecordIdentity, in sync: String?) throws -> [UInt8]?

    /// The counts of a sync: those stored with it, or counted now.
    func stats(of run: SyncRun) throws -> SyncStats

    /// Hands out the assets of a sync.
    func readAssets(of sync: String?, _ body: (StoredAsset) throws -> Void) throws

    /// Hands out what the connector kept for itself during a sync.
    func readSessions(of sync: String?, _ body: (StoredSession) throws -> Void) throws
}

/// The kinds of records that a sync collects.
public enum RecordKind: Sendable, CaseIterable {
    case resourceType, resource, entitlement, grant
}

/// Which records of a kind are wanted.
public enum RecordFilter: Sendable {
    case all
    /// Resources of this type; entitlements and grants on resources of this type.
    case resourceType(String)
    /// Entitlements and grants on this resource.
    case on(ResourceID)
    /// Grants of the entitlement with this id.
    case entitlement(String)
    /// Grants that this principal holds.
    case heldBy(ResourceID)
}

/// What makes a record the same record in another sync.
public enum RecordIdentity: Hashable, Sendable {
    case resourceType(ByteKey)
    case resource(type: ByteKey, id: ByteKey)
    case entitlement(ByteKey)
    case grant(ByteKey)

    /// The identity of a resource.
    public static func resource(_ id: ResourceID) -> RecordIdentity {
        .resource(type: ByteKey(id.type), id: ByteKey(id.value))
    }
}

/// A record as the file holds it.
///
/// Its bytes are valid only while the reader hands it out.
public struct StoredRecord {
    /// The serialized message.
    ///
    /// Of a grant, entitlement and principal are there even when the file leaves them out, and the
    /// `GrantExpandable` annotation is not.
    public let data: UnsafeRawBufferPointer

    /// Of a grant, the serialized `GrantExpandable`; nil when it isn't expandable.
    public let expansion: UnsafeRawBufferPointer?

    /// Of a grant, whether the expander should look at it.
    public let needsExpansion: Bool

    /// When the connector returned it.
    public let discoveredAt: DiscoveryTime

    /// Whether people see the `GrantExpandable` among the annotations of the grant, as the file's own kind shows it.
    var showsExpansion = false
}

extension StoredRecord {
    /// Calls `body` with the message as people see it.
    public func withShown<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        guard showsExpansion, let expansion else { return try body(data) }
        return try GrantForm.joined(data, expansion).withUnsafeBytes { try body($0) }
    }
}

/// The bytes of an icon or logo.
///
/// They are valid only while the reader hands it out.
public struct StoredAsset {
    /// Its id.
    public let id: UnsafeRawBufferPointer
    /// Its media type.
    public let contentType: UnsafeRawBufferPointer
    /// Its content.
    public let data: UnsafeRawBufferPointer
    /// When it was fetched.
    public let discoveredAt: DiscoveryTime
}

/// Something a connector kept for itself.
///
/// Its bytes are valid only while the reader hands it out.
public struct StoredSession {
    /// Its key, prefix included.
    public let key: UnsafeRawBufferPointer
    /// Its value.
    public let value: UnsafeRawBufferPointer
}
