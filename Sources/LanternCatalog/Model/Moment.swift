/// When something is looked at.
public enum Moment: Sendable, Equatable {
    /// As it is.
    case now
    /// As it was after this revision.
    case revision(Int64)
}

/// One step in what the catalog knew: an import that was applied.
public struct Revision: Sendable {
    /// Its number; later ones are higher.
    public let number: Int64
    /// When it was made, in seconds since 1970.
    public let at: Int64
    /// The import that made it.
    public let importID: String?
}
