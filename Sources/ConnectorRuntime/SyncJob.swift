public import AccessModel
public import Logging
public import SyncEngine

/// One sync as it was asked for on the command line.
public struct SyncJob: Sendable {
    /// The file to sync into, a path or the address of an object.
    public var file = "sync.c1z"
    /// Where temporary files go; nil means where the system puts them.
    public var temporaryDirectory: String?
    /// The only resource types to sync; empty means all.
    public var resourceTypes: [String] = []
    /// Whether only resources are synced.
    public var skipEntitlementsAndGrants = false
    /// Whether a targeted sync leaves grants out.
    public var skipGrants = false
    /// The only resources to sync; empty means all.
    public var targets: [SyncTarget] = []
    /// How many calls may run at once, at least one.
    public var workers = 1
    /// `sqlite`, `pebble`, or empty when nothing was said.
    public var storageEngine = ""
    /// A file with the identities that grants are matched to.
    public var externalResourceFile: String?
    /// Match only holders of this entitlement of that file; empty means everybody.
    public var externalEntitlementFilter = ""
    /// Match only identities with these traits; empty means users and groups.
    public var externalTraits: [Trait] = []

    /// A full sync into `sync.c1z`.
    public init() {}
}

/// Runs a sync.
///
/// When its task is cancelled it saves what it has, so that the next run goes on from there, and throws.
public typealias SyncRunner =
    @Sendable (SyncJob, any ConnectorClient, any SyncObserver, Logger) async throws -> Void
