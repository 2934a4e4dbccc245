import AccessModel

/// What must be done once only, however often connectors mention it.
struct OnceOnly {
    private var scheduledChildren: Set<ChildListing> = []
    private var admittedCursors: Set<SpawnedCursor> = []

    /// Whether children of that type under that parent still have to be listed; says yes once.
    mutating func admitsChildren(of type: String, under parent: ResourceID) -> Bool {
        scheduledChildren.insert(ChildListing(type: ByteKey(type), parent: parent)).inserted
    }

    /// Whether a spawned cursor is new; says yes once.
    mutating func admits(_ cursor: SyncAction) -> Bool {
        admittedCursors.insert(SpawnedCursor(cursor)).inserted
    }
}

private struct ChildListing: Hashable {
    let type: ByteKey
    let parent: ResourceID
}

/// What makes a spawned cursor the same cursor.
private struct SpawnedCursor: Hashable {
    let parts: [ByteKey]
    let isTypeScoped: Bool

    init(_ action: SyncAction) {
        parts = [
            action.operation.rawValue, action.resourceType, action.resource, action.parentType, action.parent,
            action.pageToken,
        ].map { ByteKey($0) }
        isTypeScoped = action.isTypeScoped
    }
}
