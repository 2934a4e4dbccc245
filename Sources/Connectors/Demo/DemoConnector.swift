public import ConnectorKit

/// A directory with no application behind it: example data in SQLite, generated data of any size, or a recorded model.
public struct DemoConnector: Connector {
    /// Its names.
    public static let metadata = ConnectorMetadata(
        name: "baton-demo", displayName: "Demo",
        description: "Example data to try the tools with; needs no application and no credentials",
        example: "baton-demo --init-db")

    private let directory: any Directory
    private let pictures: (any AssetProvider)?
    private let example: ExampleDirectory?
    private let faults: Faults?

    /// Chooses the directory.
    ///
    /// - Throws: a `ServiceError` when a setting makes no sense or the model can't be read.
    public init(_ configuration: DemoConfiguration, context: ConnectorContext) async throws {
        faults = try Faults(configuration)
        if !configuration.model.isEmpty {
            let model = try RecordedModel(contentsOf: configuration.model)
            directory = model
            pictures = model
            example = nil
        } else if !configuration.scale.isEmpty {
            directory = GeneratedDirectory(
                scale: try Scale(
                    parsing: configuration.scale, nested: configuration.nested, seed: configuration.seed))
            pictures = nil
            example = nil
        } else {
            let example = ExampleDirectory(
                database: DemoDatabase(
                    path: configuration.databaseFile.isEmpty ? "baton-demo.db" : configuration.databaseFile,
                    isCreatedAnew: configuration.createsDatabase))
            directory = example
            self.example = example
            pictures = nil
        }
    }

    /// Looks whether the data can be read; with `--init-db` it is created the first time.
    public func validate() async throws {
        try await directory.check()
    }

    /// One syncer a resource type.
    public var syncers: [any ResourceSyncer] {
        guard let faults else { return directory.syncers }
        return directory.syncers.map { $0.failing(with: faults) }
    }
}

extension DemoConnector: AssetProvider {
    /// The picture of a recorded model.
    public func asset(_ id: String) async throws -> Asset? {
        try await pictures?.asset(id)
    }
}

extension DemoConnector: ActionProvider {
    /// The actions of the example directory.
    public var actions: [Action] { example?.actions ?? [] }
}

extension DemoConnector: EventFeedProvider {
    /// What was changed in the example directory.
    public var eventFeeds: [any EventFeed] {
        example.map { [ChangeFeed(database: $0.database)] } ?? []
    }
}

extension DemoConnector: TicketingConnector {
    /// Where people of the example directory ask for access.
    public var ticketDesk: (any TicketDesk)? {
        example.map { AccessDesk(database: $0.database) }
    }
}
