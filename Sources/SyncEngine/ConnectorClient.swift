public import BatonWire

/// A connector as the engine sees it: the calls of the ecosystem's services, with their messages and status codes.
///
/// Whether the connector lives in this process or behind gRPC makes no difference here. Errors are `ServiceError`s.
public protocol ConnectorClient: Sendable {
    /// Asks whether the application answers and the credentials suffice.
    ///
    /// The answer names the SDK version.
    func validate() async throws -> C1_Connector_V2_ConnectorServiceValidateResponse

    /// Lists the resource types.
    func listResourceTypes(
        _ request: C1_Connector_V2_ResourceTypesServiceListResourceTypesRequest
    ) async throws -> C1_Connector_V2_ResourceTypesServiceListResourceTypesResponse

    /// Lists one page of the resources of a type.
    func listResources(
        _ request: C1_Connector_V2_ResourcesServiceListResourcesRequest
    ) async throws -> C1_Connector_V2_ResourcesServiceListResourcesResponse

    /// Fetches one resource.
    func getResource(
        _ request: C1_Connector_V2_ResourceGetterServiceGetResourceRequest
    ) async throws -> C1_Connector_V2_ResourceGetterServiceGetResourceResponse

    /// Lists one page of the entitlements that every resource of a type has.
    func listStaticEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListStaticEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListStaticEntitlementsResponse

    /// Lists one page of the entitlements on a resource.
    func listEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListEntitlementsResponse

    /// Lists one page of the grants on a resource.
    func listGrants(
        _ request: C1_Connector_V2_GrantsServiceListGrantsRequest
    ) async throws -> C1_Connector_V2_GrantsServiceListGrantsResponse

    /// Whether there are icons and logos to fetch.
    var offersAssets: Bool { get }

    /// Fetches the bytes of an icon or logo; nil when the connector has none.
    func getAsset(_ id: String) async throws -> SyncedAsset?

    /// Gives the connector a place to keep things in during a sync, or takes it away at its end.
    func use(_ session: (any SessionStorage)?, activeSyncID: String)

    /// Tells the connector that the sync is over.
    func cleanup(activeSyncID: String) async throws
}

extension ConnectorClient {
    /// Most connectors have no icons.
    public var offersAssets: Bool { false }

    /// Not every connector keeps something.
    public func use(_ session: (any SessionStorage)?, activeSyncID: String) {}
}

/// The bytes of an icon or logo.
public struct SyncedAsset: Sendable {
    /// Its media type, such as `image/png`.
    public let contentType: String
    /// Its content.
    public let bytes: [UInt8]

    /// An asset.
    public init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}
