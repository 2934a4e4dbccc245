import BatonWire
import SwiftProtobuf

/// The generated types that the vectors name.
enum WireTypes {
    static let all: [String: any Message.Type] = Dictionary(
        uniqueKeysWithValues: types.map { ($0.protoMessageName, $0) })

    private static let types: [any Message.Type] = [
        C1_Connector_V2_ResourceType.self,
        C1_Connector_V2_ResourceId.self,
        C1_Connector_V2_Resource.self,
        C1_Connector_V2_SecurityInsightTrait.self,
        C1_Connector_V2_ManagedDeviceTrait.self,
        C1_Connector_V2_Entitlement.self,
        C1_Connector_V2_Grant.self,
        C1_Connector_V2_ResourcesServiceListResourcesRequest.self,
        C1_Connector_V2_ResourcesServiceListResourcesResponse.self,
        C1_Connector_V2_ConnectorServiceValidateResponse.self,
        C1_Connector_V2_ConnectorMetadata.self,
        C1_Connector_V2_CreateAccountRequest.self,
        C1_Connector_V2_CreateAccountResponse.self,
        C1_Connector_V2_Event.self,
        C1_Connector_V2_EventFeedMetadata.self,
        C1_Connector_V2_BatonActionSchema.self,
        C1_Connector_V2_TicketCustomField.self,
        C1_Connectorapi_Baton_V1_Task.self,
        C1_Connectorapi_Baton_V1_BatonServiceGetTasksResponse.self,
        C1_Connectorapi_Baton_V1_BatonServiceHelloRequest.self,
        C1_Connectorapi_Baton_V1_BatonServiceHeartbeatResponse.self,
        C1_Connectorapi_Baton_V1_BatonServiceFinishTaskRequest.self,
        C1_Connectorapi_Baton_V1_BatonServiceUploadAssetRequest.self,
        C1_ConnectorWrapper_V1_ServerConfig.self,
        C1_Connectorapi_Baton_V1_SetManyRequest.self,
        C1_Ratelimit_V1_DoRequest.self,
        C1_Connector_V2_EnqueuePageTokens.self,
        C1_Config_V1_Configuration.self,
        Baton_V1_GrantListOutput.self,
    ]
}
