import AccessModel
import BatonWire
import SwiftProtobuf

/// The message types that an annotation may carry, by name.
///
/// JSON of an annotation can only be read by who knows its type.
enum AnnotationTypes {
    /// The type that an annotation's URL names, or nil when it is unknown.
    static func type(of annotation: Annotation) -> (any Message.Type)? {
        let name = annotation.messageName
        return byName[ByteKey(name.utf8)] ?? Google_Protobuf_Any.messageType(forMessageName: String(name))
    }

    private static let byName: [ByteKey: any Message.Type] = {
        let types = traits + onTypesAndResources + onEntitlementsAndGrants + onAnswers
        return Dictionary(types.map { (ByteKey($0.protoMessageName), $0) }) { first, _ in first }
    }()

    private static let traits: [any Message.Type] = [
        C1_Connector_V2_UserTrait.self, C1_Connector_V2_GroupTrait.self, C1_Connector_V2_RoleTrait.self,
        C1_Connector_V2_AppTrait.self, C1_Connector_V2_SecretTrait.self, C1_Connector_V2_ScopeBindingTrait.self,
        C1_Connector_V2_SecurityInsightTrait.self, C1_Connector_V2_LicenseProfileTrait.self,
        C1_Connector_V2_AgentTrait.self, C1_Connector_V2_ManagedDeviceTrait.self, C1_Connector_V2_VendorTrait.self,
        C1_Connector_V2_VendorAgreementTrait.self, C1_Connector_V2_NonHumanIdentityTrait.self,
    ]

    private static let onTypesAndResources: [any Message.Type] = [
        C1_Connector_V2_ChildResourceType.self, SkipEntitlementsAndGrants.self, SkipEntitlements.self, SkipGrants.self,
        C1_Connector_V2_TypeScopedEntitlements.self, C1_Connector_V2_TypeScopedGrants.self,
        C1_Connector_V2_CapabilityPermissions.self, OptInRequired.self, C1_Connector_V2_Deprecated.self,
        C1_Connector_V2_SkipSyncAnomalyDetection.self, C1_Connector_V2_V1Identifier.self, C1_Connector_V2_RawId.self,
        C1_Connector_V2_ExternalLink.self, C1_Connector_V2_Aliases.self, C1_Connector_V2_BatonID.self,
    ]

    private static let onEntitlementsAndGrants: [any Message.Type] = [
        C1_Connector_V2_EntitlementImmutable.self, C1_Connector_V2_EntitlementExclusionGroup.self,
        GrantImmutable.self, GrantMetadata.self, GrantExpandable.self, C1_Connector_V2_ExternalResourceMatch.self,
        C1_Connector_V2_ExternalResourceMatchAll.self, C1_Connector_V2_ExternalResourceMatchID.self,
        C1_Connector_V2_InsertResourceGrants.self, C1_Connector_V2_GrantAlreadyExists.self,
        C1_Connector_V2_GrantAlreadyRevoked.self, C1_Connector_V2_GrantReplaced.self,
    ]

    private static let onAnswers: [any Message.Type] = [
        C1_Connector_V2_EnqueuePageTokens.self, C1_Connector_V2_RateLimitDescription.self,
        C1_Connector_V2_RateLimitWaitReport.self, C1_Connector_V2_RequestId.self,
        C1_Connector_V2_ResourceDoesNotExist.self, C1_Connector_V2_ResourceDeleted.self,
        C1_Connector_V2_SessionStoreUsage.self, C1_Connector_V2_ETag.self, C1_Connector_V2_ETagMetadata.self,
        C1_Connector_V2_ETagMatch.self, C1_Connector_V2_ExternalTicketSettings.self,
        C1_Connector_V2_ExternalTicketRef.self, C1_Connector_V2_SourceCacheCapability.self,
        C1_Connector_V2_SourceCacheRecord.self, C1_Connector_V2_SourceCacheReplay.self,
        C1_Connector_V2_SourceCacheLookupOffer.self, C1_Connector_V2_SourceCacheLookupAsk.self,
        C1_Connector_V2_SourceCacheLookupAnswers.self,
    ]
}
