/// A connector: what it is called, how it is set up, and what it can list.
///
/// What else it can do follows from the protocols its syncers conform to, and nothing is declared twice.
public protocol Connector: Sendable {
    /// The settings it takes.
    associatedtype Configuration: ConnectorConfiguration

    /// Its names.
    static var metadata: ConnectorMetadata { get }

    /// Makes the connector ready.
    ///
    /// Don't talk to the application yet: that is what ``validate()`` is for.
    init(_ configuration: Configuration, context: ConnectorContext) async throws

    /// Checks that the application answers and the credentials suffice.
    ///
    /// - Throws: a `ServiceError` that names the wrong setting or missing permission and where to set it.
    func validate() async throws

    /// One syncer a resource type.
    var syncers: [any ResourceSyncer] { get }
}

/// What a connector is called.
public struct ConnectorMetadata: Sendable {
    /// The program's name, such as `baton-okta`.
    public let name: String
    /// The application's name, such as `Okta`.
    public let displayName: String
    /// One sentence for people.
    public let description: String
    /// Where its documentation is, an https address, or empty.
    public let helpURL: String
    /// A command line to show as example in `--help`.
    public let example: String

    /// Names a connector.
    public init(
        name: String, displayName: String, description: String = "", helpURL: String = "", example: String = ""
    ) {
        self.name = name
        self.displayName = displayName
        self.description = description
        self.helpURL = helpURL
        self.example = example
    }
}
