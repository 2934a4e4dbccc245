import AccessModel
import BatonWire
import SyncEngine
import Telemetry

/// A connector each of whose calls is a span.
struct TracedClient: ConnectorClient {
    private let client: any ConnectorClient
    private let telemetry: Telemetry

    init(_ client: any ConnectorClient, _ telemetry: Telemetry) {
        self.client = client
        self.telemetry = telemetry
    }

    /// Names and attributes are those of a gRPC call (OpenTelemetry, "Semantic conventions for gRPC").
    private func call<Answer: Sendable>(
        _ service: String, _ method: String, resourceType: String = "", resource: String = "",
        _ work: () async throws -> Answer
    ) async throws -> Answer {
        var attributes: [(name: String, value: AttributeValue)] = [
            ("rpc.system", .text("grpc")), ("rpc.service", .text("c1.connector.v2.\(service)")),
            ("rpc.method", .text(method)),
        ]
        if !resourceType.isEmpty { attributes.append(("baton.resource_type", .text(resourceType))) }
        if !resource.isEmpty { attributes.append(("baton.resource", .text(resource))) }
        return try await telemetry.span("c1.connector.v2.\(service)/\(method)", .client, attributes, work)
    }

    func validate() async throws -> C1_Connector_V2_ConnectorServiceValidateResponse {
        try await call("ConnectorService", "Validate") { try await client.validate() }
    }

    func listResourceTypes(
        _ request: C1_Connector_V2_ResourceTypesServiceListResourceTypesRequest
    ) async throws -> C1_Connector_V2_ResourceTypesServiceListResourceTypesResponse {
        try await call("ResourceTypesService", "ListResourceTypes") { try await client.listResourceTypes(request) }
    }

    func listResources(
        _ request: C1_Connector_V2_ResourcesServiceListResourcesRequest
    ) async throws -> C1_Connector_V2_ResourcesServiceListResourcesResponse {
        try await call("ResourcesService", "ListResources", resourceType: request.resourceTypeID) {
            try await client.listResources(request)
        }
    }

    func getResource(
        _ request: C1_Connector_V2_ResourceGetterServiceGetResourceRequest
    ) async throws -> C1_Connector_V2_ResourceGetterServiceGetResourceResponse {
        try await call(
            "ResourceGetterService", "GetResource", resourceType: request.resourceID.resourceType,
            resource: request.resourceID.resource
        ) { try await client.getResource(request) }
    }

    func listStaticEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListStaticEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListStaticEntitlementsResponse {
        try await call("EntitlementsService", "ListStaticEntitlements", resourceType: request.resourceTypeID) {
            try await client.listStaticEntitlements(request)
        }
    }

    func listEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListEntitlementsResponse {
        try await call(
            "EntitlementsService", "ListEntitlements", resourceType: request.resource.id.resourceType,
            resource: request.resource.id.resource
        ) { try await client.listEntitlements(request) }
    }

    func listGrants(
        _ request: C1_Connector_V2_GrantsServiceListGrantsRequest
    ) async throws -> C1_Connector_V2_GrantsServiceListGrantsResponse {
        try await call(
            "GrantsService", "ListGrants", resourceType: request.resource.id.resourceType,
            resource: request.resource.id.resource
        ) { try await client.listGrants(request) }
    }

    var offersAssets: Bool { client.offersAssets }

    func getAsset(_ id: String) async throws -> SyncedAsset? {
        try await call("AssetService", "GetAsset") { try await client.getAsset(id) }
    }

    func use(_ session: (any SessionStorage)?, activeSyncID: String) {
        client.use(session, activeSyncID: activeSyncID)
    }

    func cleanup(activeSyncID: String) async throws {
        try await call("ConnectorService", "Cleanup") { try await client.cleanup(activeSyncID: activeSyncID) }
    }
}
