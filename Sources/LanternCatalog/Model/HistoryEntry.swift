/// Something that happened to an account, another resource or an entitlement.
public struct HistoryEntry: Sendable {
    /// What happened.
    public enum Kind: String, Sendable {
        /// A data source told of it for the first time.
        case added
        /// A data source tells something else of it.
        case changed
        /// No data source tells of it any more.
        case removed
        /// A data source tells of it again.
        case returned
        /// Somebody set something by hand.
        case edited
    }

    /// What happened.
    public let kind: Kind
    /// When, in seconds since 1970.
    public let at: Int64
    /// The import that brought it; nil for what somebody set.
    public let importID: String?
    /// Who or what it came from: the name of a data source, or who set it.
    public let origin: String
    /// What has another value than before.
    public let fields: [FieldChange]
}
