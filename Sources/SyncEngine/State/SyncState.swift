import WireForm

/// Everything a sync needs to go on after an interruption.
///
/// It travels in the file as the sync's token (sync-engine §3).
struct SyncState: Sendable {
    /// Bottom to top; the last one runs next.
    private(set) var stack: [SyncAction] = []
    private(set) var nextID: UInt64 = 0
    private(set) var completed: UInt64 = 0
    var needsExpansion = false
    var hasExternalGrants = false
    var fetchesRelatedResources = false
    var skipsEntitlementsAndGrants = false
    var skipsGrants = false
    var quality: IngestQuality?
    /// The only resource types that this sync stores; empty means all.
    var resourceTypes: [String] = []
    /// The resources that a targeted sync is about.
    var targets: [SyncTarget] = []
    /// The file whose identities are matched, and which of them; empty when none are.
    var external: [String] = []
    /// Why nothing can come of this sync any more; nil as long as it can be gone on with.
    var verdict: String?
    /// Whether all is collected and only the end is missing.
    var isCollected = false
    /// Why actions were skipped.
    private(set) var warnings: [String] = []
    /// How many actions were skipped, those before an interruption included.
    private(set) var warningCount: UInt64 = 0
    /// Members that other programs wrote and this one only passes on.
    var carried: [(name: String, value: JSONValue)] = []

    /// A sync that has not begun.
    init() {
        push(SyncAction(.initialize))
        quality = IngestQuality()
    }

    init(stack: [SyncAction], nextID: UInt64, completed: UInt64) {
        self.stack = stack
        self.nextID = nextID
        self.completed = completed
    }

    /// Notes that an action was skipped.
    mutating func warn(_ text: String) {
        warnings.append(text)
        warningCount += 1
    }

    /// Takes up the warnings of an interrupted run, of which not every text may be left.
    mutating func takeWarnings(_ texts: [String], count: UInt64) {
        warnings = texts
        warningCount = max(count, UInt64(texts.count))
    }

    /// What runs next.
    var top: SyncAction? { stack.last }

    /// Puts an action on top, with an id of its own.
    mutating func push(_ action: SyncAction) {
        var action = action
        action.id = Self.id(nextID)
        nextID += 1
        stack.append(action)
    }

    /// A number as an action's id: ten digits.
    static func id(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }

    /// The actions like the topmost that may run side by side, topmost first.
    func batch(limit: Int) -> [SyncAction] {
        guard let top else { return [] }
        guard top.isBatchable else { return [top] }
        return Array(stack.reversed().prefix(limit).prefix { $0.operation == top.operation && $0.isBatchable })
    }

    /// The action as it stands now; nil when it is done.
    func action(_ id: String) -> SyncAction? {
        place(of: id).map { stack[$0] }
    }

    /// Takes note of how far an action came.
    mutating func update(_ id: String, _ change: (inout SyncAction) -> Void) {
        if let place = place(of: id) { change(&stack[place]) }
    }

    /// Takes a finished action off the stack.
    mutating func finish(_ id: String) {
        guard let place = place(of: id) else { return }
        stack.remove(at: place)
        completed += 1
    }

    /// Actions in progress are near the top.
    private func place(of id: String) -> Int? {
        stack.lastIndex { $0.id == id }
    }
}

/// What was left out while records came in (sync-engine §9.4).
struct IngestQuality: Sendable {
    var counts: [Count: UInt64] = [:]
    var reasons: UInt64 = 0
    var isReplayBlocked = false

    enum Count: String, Sendable, CaseIterable {
        case entitlementsDropped = "entitlements_dropped"
        case grantsDropped = "grants_dropped"
        case grantResourcesDropped = "grant_resources_dropped"
        case expansionTypesDropped = "expansion_resource_types_dropped"
        case expansionsDropped = "expansions_dropped"
        case invalidTypes = "invalid_resource_types_observed"
        case invalidResources = "invalid_resources_observed"
        case invalidEntitlements = "invalid_entitlements_observed"

        /// Those that count records no file could hold.
        static let invalid: [Count] = [.invalidTypes, .invalidResources, .invalidEntitlements]
    }

    /// The bit that stands for a reason.
    static let invalidDataRetained: UInt64 = 32
    static let unknownCheckpoint: UInt64 = 64

    mutating func add(_ count: Count, _ number: UInt64 = 1) {
        guard number > 0 else { return }
        counts[count] = counts[count, default: 0].addingClamped(number)
        switch count {
        case .entitlementsDropped: block(1)
        case .grantsDropped: block(2)
        case .grantResourcesDropped: block(4)
        case .expansionTypesDropped: block(8)
        case .expansionsDropped: block(16)
        case .invalidTypes, .invalidResources, .invalidEntitlements: break
        }
    }

    mutating func block(_ reason: UInt64) {
        isReplayBlocked = true
        reasons |= reason
    }

    /// How many records connectors sent that could not be kept.
    var invalid: UInt64 {
        Count.invalid.reduce(0) { $0.addingClamped(counts[$1, default: 0]) }
    }

    /// How many references into types that are not synced were left out.
    var dropped: UInt64 {
        Count.allCases.filter { !Count.invalid.contains($0) }.reduce(0) { $0.addingClamped(counts[$1, default: 0]) }
    }
}

extension UInt64 {
    /// The sum, or the largest number: counts come from files and may be anything.
    fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
