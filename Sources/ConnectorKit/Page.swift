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

    /// A request for the page after `token`.
    public init(after token: String = "", size: Int? = nil, syncID: String = "") {
        self.token = token
        self.size = size
        self.syncID = syncID
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
