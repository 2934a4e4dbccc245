public import C1Z

/// What commands need of the sync engine: FileViews stands beside it, so that connectors don't carry the one for the other, and
/// the program brings both together.
public struct ExpansionSteps: Sendable {
    /// Makes the token of a finished sync ready for its expansion; the second argument is the file it is of.
    let prepare: @Sendable (_ token: String, _ file: String) throws -> String
    /// Derives the grants of a finished sync.
    let expand: @Sendable (_ sync: String, _ writer: any C1ZWriter) throws -> Void

    /// These steps.
    public init(
        prepare: @escaping @Sendable (_ token: String, _ file: String) throws -> String,
        expand: @escaping @Sendable (_ sync: String, _ writer: any C1ZWriter) throws -> Void
    ) {
        self.prepare = prepare
        self.expand = expand
    }
}
