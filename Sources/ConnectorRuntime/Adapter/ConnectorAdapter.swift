import AccessModel
public import BatonWire
public import ConnectorKit
public import Logging
import SwiftProtobuf
public import SyncEngine

/// A connector of this process behind the calls of the ecosystem's services.
///
/// It checks requests and answers by the rules that hold between processes, so that neither side sees a difference.
public struct ConnectorAdapter<C: Connector>: ConnectorClient {
    let connector: C
    let syncers: Syncers
    let retries: Retries
    let sessions: Sessions
    let log: Logger?
    /// The actions that were invoked; somebody has to let it ``ActionRuns/serve()``.
    let actionRuns = ActionRuns()

    /// How often calls are tried again.
    struct Retries: Sendable {
        var validation = CallRetries.validation
        var provisioning = CallRetries.provisioning
        var ticketSchemas = CallRetries.ticketSchemas
    }

    /// The version this runtime claims to be; from 0.4.3 on, calls carry the id of their sync.
    static var sdkVersion: String { "v0.25.0" }

    /// An adapter for `connector`.
    ///
    /// - Parameter log: told of calls that are tried again.
    /// - Throws: a `ServiceError` when the connector's syncers contradict each other or there are none.
    public init(_ connector: C, log: Logger? = nil) throws {
        try self.init(connector, retries: Retries(), log: log)
    }

    init(
        _ connector: C, retries: Retries = Retries(), sessions: Sessions = Sessions(), log: Logger? = nil
    ) throws {
        self.sessions = sessions
        self.log = log
        self.connector = connector
        self.retries = retries
        syncers = try Syncers(connector.syncers)
        try EventFeeds.check(eventFeeds.map(\.id))
    }

    /// Asks the connector whether it works, again for a while when the application doesn't answer.
    public func validate() async throws -> C1_Connector_V2_ConnectorServiceValidateResponse {
        try await retries.validation.run(log) {
            try await naming("validate failed") { try await connector.validate() }
        }
        return .with { $0.sdkVersion = Self.sdkVersion }
    }

    /// Lists the types of all syncers on one page.
    public func listResourceTypes(
        _ request: C1_Connector_V2_ResourceTypesServiceListResourceTypesRequest
    ) async throws -> C1_Connector_V2_ResourceTypesServiceListResourceTypesResponse {
        try RequestRules.check(page: request)
        return .with { $0.list = syncers.types }
    }

    /// Lists one page of the resources of a type.
    public func listResources(
        _ request: C1_Connector_V2_ResourcesServiceListResourcesRequest
    ) async throws -> C1_Connector_V2_ResourcesServiceListResourcesResponse {
        try RequestRules.check(request)
        let syncer = try syncers.syncer(for: request.resourceTypeID, toList: "resources")
        let parent = request.hasParentResourceID ? ResourceID(request.parentResourceID) : nil
        let page = try await naming("error: listing resources failed") {
            try await syncer.resources(under: parent, page: sessions.page(request))
        }
        let place = "type=\(request.resourceTypeID), parent=\(parent?.description ?? "<nil>")"
        try page.checkProgress(
            after: request.pageToken,
            "listing resources failed: next page token unchanged (token=\(request.pageToken), \(place))")
        try page.rows.forEach(AnswerRules.check)
        return .with {
            $0.list = page.rows
            $0.nextPageToken = page.next ?? ""
            $0.annotations = page.annotations
        }
    }

    /// Fetches one resource, if its syncer can.
    public func getResource(
        _ request: C1_Connector_V2_ResourceGetterServiceGetResourceRequest
    ) async throws -> C1_Connector_V2_ResourceGetterServiceGetResourceResponse {
        try RequestRules.check(request)
        let id = ResourceID(request.resourceID)
        let parent = request.hasParentResourceID ? ResourceID(request.parentResourceID) : nil
        guard let syncer = try syncers.syncer(for: id.type, toList: "resource") as? any TargetedSyncer else {
            throw ServiceError(.unimplemented, "resource type \(id.type): its resources can't be fetched one by one")
        }
        let session = sessions.session(of: request.activeSyncID)
        let found = try await naming("error: get resource failed") {
            try await syncer.resource(id, under: parent, session: session)
        }
        guard let found else { throw ServiceError(.notFound, "error: get resource failed: \(id) is not there") }
        try AnswerRules.check(found)
        return .with { $0.resource = found }
    }

    /// Whether the connector hands out icons and logos.
    public var offersAssets: Bool { connector is any AssetProvider }

    /// Fetches an icon or logo, if the connector hands them out.
    public func getAsset(_ id: String) async throws -> SyncedAsset? {
        guard let provider = connector as? any AssetProvider else { return nil }
        let asset = try await naming("error: get asset \(id) failed") { try await provider.asset(id) }
        return asset.map { SyncedAsset(contentType: $0.contentType, bytes: $0.bytes) }
    }

    /// Lets syncers keep things in the file during a sync.
    public func use(_ session: (any SessionStorage)?, activeSyncID: String) {
        sessions.use(session, sync: activeSyncID)
    }

    /// Lets the connector forget what it kept, if it keeps anything.
    public func cleanup(activeSyncID: String) async throws {
        guard let cleaner = connector as? any SyncCleaner else { return }
        try await naming("error: cleanup failed") { try await cleaner.cleanUp() }
    }
}

/// Runs `work` and puts `context` in front of its error, keeping the code.
func naming<Value: Sendable>(_ context: String, _ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let error as CancellationError where Task.isCancelled {
        throw error
    } catch {
        throw ServiceError(context, because: error)
    }
}
