public import AccessModel

/// A resource that a targeted sync is about.
public struct SyncTarget: Hashable, Sendable {
    /// The resource.
    public let id: ResourceID
    /// The resource it lives under, when the connector needs to know.
    public let parent: ResourceID?

    /// A target.
    public init(_ id: ResourceID, under parent: ResourceID? = nil) {
        self.id = id
        self.parent = parent
    }

    /// The target that a Baton id names.
    ///
    /// - Throws: a `ServiceError` when it is no Baton id of a resource.
    public init(parsing text: String) throws(ServiceError) {
        guard case .resource(let id, let parent) = try BatonID(parsing: text) else {
            throw ServiceError(
                .invalidArgument, "\"\(text.prefix(200))\" names no resource. Write bid:r:type/id.")
        }
        self.init(id, under: parent)
    }

    /// Its Baton id.
    public var text: String { BatonID.resource(id, parent: parent).text }
}
