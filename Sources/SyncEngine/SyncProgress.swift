/// What a sync is busy with, in the order it happens.
public enum SyncPhase: String, Sendable, CaseIterable {
    case validating = "validating"
    case resourceTypes = "resource types"
    case resources = "resources"
    case staticEntitlements = "static entitlements"
    case entitlements = "entitlements"
    case grants = "grants"
    case assets = "assets"
    case externalResources = "identities of another file"
    case expansion = "expanding grants"
    case saving = "saving"
}

/// How far a sync has come.
public struct SyncProgress: Sendable, Equatable {
    /// What it is doing.
    public var phase = SyncPhase.validating
    /// Resource types stored so far by this process.
    public var resourceTypes = 0
    /// Resources stored so far by this process.
    public var resources = 0
    /// Entitlements stored so far by this process.
    public var entitlements = 0
    /// Grants stored so far by this process, derived ones included.
    public var grants = 0
    /// Units of this phase that are done.
    public var done = 0
    /// Units of this phase in all, when known.
    public var total: Int?
    /// What it waits for, such as "rate limit, 12 s", or nil when it is working.
    public var waitingFor: String?

    /// Nothing done yet.
    public init() {}
}

/// Somebody who watches a sync.
public protocol SyncObserver: Sendable {
    /// Called after each page and each change of phase, from any thread; returns quickly.
    func syncProgressed(to progress: SyncProgress)
}
