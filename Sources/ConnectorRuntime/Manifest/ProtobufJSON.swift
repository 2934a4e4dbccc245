import AccessModel
import BatonWire
import SwiftProtobuf
import WireForm

/// Messages as the JSON that the ecosystem keeps in its repositories.
enum ProtobufJSON {
    /// On one line, without what is not set; remarks of types not known here as their bytes.
    static func line<Payload: Message>(of message: Payload) throws -> String {
        guard let shape = WireSchema.shared.message(Payload.protoMessageName) else {
            throw ServiceError(.internal, "\(Payload.protoMessageName): not in the schema")
        }
        var json = WireForm.JSONText()
        try message.serializedInOrder().withUnsafeBytes { bytes in
            try JSONTranscoder(keepsUnknownTypes: true).append(bytes, as: shape, to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Fields in the order of their numbers, two spaces a level, no newline at the end.
    static func text(of message: some Message) throws -> String {
        do {
            return JSONText.indented(try message.jsonString())
        } catch {
            throw ServiceError(
                .internal, "the manifest can't be written as JSON: an annotation of a resource type is not known here")
        }
    }
}

/// The annotations that can stand on a resource type, which JSON must know to print them.
enum ManifestAnnotations {
    static func register() {
        let types: [any Message.Type] = [
            C1_Connector_V2_ConnectorCapabilities.self, C1_Connector_V2_SkipEntitlementsAndGrants.self,
            C1_Connector_V2_SkipEntitlements.self, C1_Connector_V2_SkipGrants.self,
            C1_Connector_V2_TypeScopedEntitlements.self, C1_Connector_V2_TypeScopedGrants.self,
            C1_Connector_V2_CapabilityPermissions.self, C1_Connector_V2_OptInRequired.self,
            C1_Connector_V2_Deprecated.self, C1_Connector_V2_SkipSyncAnomalyDetection.self,
            C1_Connector_V2_V1Identifier.self, C1_Connector_V2_RawId.self, C1_Connector_V2_ExternalLink.self,
            C1_Connector_V2_ChildResourceType.self, C1_Connector_V2_Aliases.self,
        ]
        for type in types { _ = Google_Protobuf_Any.register(messageType: type) }
    }
}
