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

/// A connector whose settings decide which resource types it lists.
public protocol SelectiveConnector: Connector {
    /// One syncer for each type that any setting could bring, by which `capabilities` describes the connector.
    var allSyncers: [any ResourceSyncer] { get }
}

/// What a connector is called.
public struct ConnectorMetadata: Sendable {
    /// The program's name, such as `baton-okta`.
    public let name: String
    /// The application's name, such as `Okta`.
    public let displayName: String
    /// One sentence for people.
    public let description: String
    /// Where its documentation is, an https address or a path on the platform, or empty.
    public let helpURL: String
    /// Where the platform has its icon, such as `/static/app-icons/okta.svg`, or empty.
    public let iconURL: String
    /// A command line to show as example in `--help`.
    public let example: String
    /// Whether the application is where people's identities come from.
    public let isDirectory: Bool

    /// Names a connector.
    public init(
        name: String, displayName: String, description: String = "", helpURL: String = "", iconURL: String = "",
        example: String = "", isDirectory: Bool = false
    ) {
        self.name = name
        self.displayName = displayName
        self.description = description
        self.helpURL = helpURL
        self.iconURL = iconURL
        self.example = example
        self.isDirectory = isDirectory
    }
}
