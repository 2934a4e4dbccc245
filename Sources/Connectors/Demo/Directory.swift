import ConnectorKit

/// Where the data comes from that the connector serves.
protocol Directory: Sendable {
    /// One syncer a resource type.
    var syncers: [any ResourceSyncer] { get }

    /// Looks whether the data can be read.
    func check() async throws
}
