public import AccessModel

/// Which page is asked for.
public struct PageRequest: Sendable {
    /// The `next` of the page before; empty for the first.
    ///
    /// It may be stored in a file, so no secret belongs in it.
    public let token: String

    /// How many rows would be welcome; nil leaves it to the connector.
    public let size: Int?

    /// The sync this belongs to.
    public let syncID: String

    /// What the connector keeps until the end of the sync.
    public private(set) var session: any SessionStore = NoSession()

    /// A request for the page after `token`.
    public init(after token: String = "", size: Int? = nil, syncID: String = "") {
        self.token = token
        self.size = size
        self.syncID = syncID
    }

    /// The same request with a session.
    public func with(_ session: any SessionStore) -> PageRequest {
        var request = self
        request.session = session
        return request
    }
}

/// Some rows, and where to go on.
public struct Page<Row: Sendable>: Sendable {
    /// The rows, in a stable order.
    ///
    /// Repeats across pages are harmless.
    public let rows: [Row]

    /// The token of the next page; nil or empty when this is the last.
    public let next: String?

    /// Remarks on the whole answer, such as a rate limit.
    public let annotations: [Annotation]

    /// A page of `rows`, the last one unless `next` is given.
    public init(_ rows: [Row], next: String? = nil, annotations: [Annotation] = []) {
        self.rows = rows
        self.next = next
        self.annotations = annotations
    }
}
