import AccessModel
import BatonWire
import SwiftProtobuf
import SyncEngine

/// A connector whose every answer is written in the test.
struct ScriptedClient: ConnectorClient {
    var sdkVersion = "v0.25.0"
    var validation: @Sendable () async throws -> Void = {}
    var types: @Sendable (String) async throws -> Answer<ResourceType> = { _ in Answer() }
    var resources: @Sendable (Call) async throws -> Answer<Resource> = { _ in Answer() }
    var templates: @Sendable (Call) async throws -> Answer<Entitlement> = { _ in Answer() }
    var entitlements: @Sendable (Call) async throws -> Answer<Entitlement> = { _ in Answer() }
    var grants: @Sendable (Call) async throws -> Answer<Grant> = { _ in Answer() }
    var resource: @Sendable (ResourceID, ResourceID?) async throws -> Resource? = { _, _ in
        throw ServiceError(.unimplemented, "not asked for here")
    }
    var cleaned: @Sendable (String) async throws -> Void = { _ in }

    /// What a listing is asked for.
    struct Call: Sendable {
        var type = ""
        /// The resource whose access is listed, or the parent of what is listed.
        var resource: ResourceID?
        var token = ""
        var isTypeScoped = false
        var activeSync = ""
        var whole = Resource()
    }

    /// One page.
    struct Answer<Row: Sendable>: Sendable {
        var rows: [Row] = []
        var next = ""
        var annotations: [Annotation] = []
    }

    func validate() async throws -> C1_Connector_V2_ConnectorServiceValidateResponse {
        try await validation()
        return .with { $0.sdkVersion = sdkVersion }
    }

    func listResourceTypes(
        _ request: C1_Connector_V2_ResourceTypesServiceListResourceTypesRequest
    ) async throws -> C1_Connector_V2_ResourceTypesServiceListResourceTypesResponse {
        let answer = try await types(request.pageToken)
        return .with {
            $0.list = answer.rows
            $0.nextPageToken = answer.next
        }
    }

    func listResources(
        _ request: C1_Connector_V2_ResourcesServiceListResourcesRequest
    ) async throws -> C1_Connector_V2_ResourcesServiceListResourcesResponse {
        var call = Call(type: request.resourceTypeID, token: request.pageToken, activeSync: request.activeSyncID)
        if request.hasParentResourceID { call.resource = ResourceID(request.parentResourceID) }
        let answer = try await resources(call)
        return .with {
            $0.list = answer.rows
            $0.nextPageToken = answer.next
        }
    }

    func getResource(
        _ request: C1_Connector_V2_ResourceGetterServiceGetResourceRequest
    ) async throws -> C1_Connector_V2_ResourceGetterServiceGetResourceResponse {
        let parent = request.hasParentResourceID ? ResourceID(request.parentResourceID) : nil
        let found = try await resource(ResourceID(request.resourceID), parent)
        return .with { if let found { $0.resource = found } }
    }

    func listStaticEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListStaticEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListStaticEntitlementsResponse {
        let answer = try await templates(
            Call(type: request.resourceTypeID, token: request.pageToken, activeSync: request.activeSyncID))
        return .with {
            $0.list = answer.rows
            $0.nextPageToken = answer.next
        }
    }

    func listEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListEntitlementsResponse {
        let isScoped = request.annotations.contains(C1_Connector_V2_TypeScopedEntitlements.self)
        let answer = try await entitlements(
            Call(
                type: request.resource.id.resourceType, resource: request.resource.identity, token: request.pageToken,
                isTypeScoped: isScoped, activeSync: request.activeSyncID, whole: request.resource))
        return .with {
            $0.list = answer.rows
            $0.nextPageToken = answer.next
            $0.annotations = answer.annotations
        }
    }

    func listGrants(
        _ request: C1_Connector_V2_GrantsServiceListGrantsRequest
    ) async throws -> C1_Connector_V2_GrantsServiceListGrantsResponse {
        let isScoped = request.annotations.contains(C1_Connector_V2_TypeScopedGrants.self)
        let answer = try await grants(
            Call(
                type: request.resource.id.resourceType, resource: request.resource.identity, token: request.pageToken,
                isTypeScoped: isScoped, activeSync: request.activeSyncID, whole: request.resource))
        return .with {
            $0.list = answer.rows
            $0.nextPageToken = answer.next
            $0.annotations = answer.annotations
        }
    }

    func getAsset(_ id: String) async throws -> SyncedAsset? { nil }

    func cleanup(activeSyncID: String) async throws { try await cleaned(activeSyncID) }
}
