/// One unit of work on the stack of a sync (sync-engine §5).
struct SyncAction: Sendable {
    /// What kind of work.
    enum Operation: String, Sendable {
        case initialize = "init"
        case listResourceTypes = "list-resource-types"
        case listResources = "list-resources"
        case listEntitlements = "list-entitlements"
        case listGrants = "list-grants"
        case listExternalResources = "list-external-resources"
        case fetchAssets = "fetch-assets"
        case expandGrants = "grant-expansion"
        case syncTarget = "targeted-resource-sync"
        case listStaticEntitlements = "list-static-entitlements"
    }

    /// Ten digits, unique within the sync.
    var id = ""
    var operation: Operation
    var pageToken = ""
    var resourceType = ""
    var resource = ""
    var parentType = ""
    var parent = ""
    /// Whether a page asked for it with `EnqueuePageTokens`.
    var isSpawned = false
    /// Whether it lists a whole type rather than one resource.
    var isTypeScoped = false
    /// Whether a root action has planned the whole-type work already.
    var hasPlannedTypeScoped = false

    init(_ operation: Operation) {
        self.operation = operation
    }

    /// Whether it plans the actions of each type or resource.
    var isRoot: Bool { resourceType.isEmpty && resource.isEmpty }

    /// Whether several of its kind run side by side.
    var isBatchable: Bool {
        guard !isRoot else { return false }
        switch operation {
        case .listResources, .listEntitlements, .listGrants, .syncTarget: return true
        default: return false
        }
    }
}
