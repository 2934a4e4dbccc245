import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// What a connector can do, derived from what its syncers conform to.
struct CapabilityManifest {
    private let syncers: Syncers

    init(_ syncers: Syncers) {
        self.syncers = syncers
    }

    /// The message: types by id, capabilities by number.
    var message: C1_Connector_V2_ConnectorCapabilities {
        get throws {
            let types = try zip(syncers.all, syncers.types)
                .sorted { $0.1.id.utf8.lexicographicallyPrecedes($1.1.id.utf8) }
                .map { try Self.capability(of: $0, $1) }
            var all = Set(types.flatMap(\.capabilities))
            if all.contains(.targetedSync) { all.insert(.serviceModeTargetedSync) }
            return .with {
                $0.resourceTypeCapabilities = types
                $0.connectorCapabilities = all.sorted { $0.rawValue < $1.rawValue }
                $0.credentialDetails = .init()
            }
        }
    }

    /// The text that `capabilities` prints, without a newline at its end.
    var json: String {
        get throws {
            ManifestAnnotations.register()
            return try ProtobufJSON.text(of: Google_Protobuf_Any(carrying: try message))
        }
    }

    private static func capability(
        of syncer: any ResourceSyncer, _ type: ResourceType
    ) throws -> C1_Connector_V2_ResourceTypeCapability {
        let permissions = try type.annotations.first(C1_Connector_V2_CapabilityPermissions.self)
        return .with {
            $0.resourceType = type
            $0.capabilities = [.sync]
            if syncer is any TargetedSyncer { $0.capabilities.append(.targetedSync) }
            $0.permissions = permissions ?? .init()
            $0.optInRequired = type.annotations.contains(C1_Connector_V2_OptInRequired.self)
            $0.skipSyncAnomalyDetection = type.annotations.contains(C1_Connector_V2_SkipSyncAnomalyDetection.self)
            $0.deprecated = type.annotations.contains(C1_Connector_V2_Deprecated.self)
        }
    }
}
