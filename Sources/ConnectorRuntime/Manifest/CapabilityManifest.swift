import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// What a connector can do, derived from what its syncers conform to.
struct CapabilityManifest {
    private let syncers: Syncers
    private let ofConnector: Set<C1_Connector_V2_Capability>

    init<C: Connector>(_ adapter: ConnectorAdapter<C>) throws {
        let all = (adapter.connector as? any SelectiveConnector)?.allSyncers
        syncers = try all.map(Syncers.init) ?? adapter.syncers
        var capabilities: Set<C1_Connector_V2_Capability> = []
        if !adapter.eventFeeds.isEmpty { capabilities.insert(.eventFeedV2) }
        if adapter.ticketDesk != nil { capabilities.insert(.ticketing) }
        if try ([""] + syncers.types.map(\.id)).contains(where: { try !adapter.actions(on: $0).isEmpty }) {
            capabilities.insert(.actions)
        }
        ofConnector = capabilities
    }

    /// The message: types by id, capabilities by number.
    var message: C1_Connector_V2_ConnectorCapabilities {
        get throws {
            let types = try zip(syncers.all, syncers.types)
                .sorted { $0.1.id.utf8.lexicographicallyPrecedes($1.1.id.utf8) }
                .map { try Self.capability(of: $0, $1) }
            var all = ofConnector.union(types.flatMap(\.capabilities))
            if all.contains(.targetedSync) { all.insert(.serviceModeTargetedSync) }
            return .with {
                $0.resourceTypeCapabilities = types
                $0.connectorCapabilities = all.sorted { $0.rawValue < $1.rawValue }
                $0.credentialDetails = credentialDetails
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
            if syncer is any GrantProvisioner { $0.capabilities.append(.provision) }
            if syncer is any AccountProvisioner { $0.capabilities.append(.accountProvisioning) }
            if syncer is any ResourceDeleter { $0.capabilities.append(.resourceDelete) }
            if syncer is any ResourceCreator { $0.capabilities.append(.resourceCreate) }
            if syncer is any CredentialRotator { $0.capabilities.append(.credentialRotation) }
            if let issuer = syncer as? any CredentialIssuer {
                $0.capabilities.append(.credentialIssue)
                $0.credentialIssue = .with {
                    $0.options = issuer.issuableCredentials.map(\.descriptor)
                    $0.preferredOption = issuer.issuableCredentials.first?.option ?? .unspecified
                }
            }
            $0.permissions = permissions ?? .init()
            $0.optInRequired = type.annotations.contains(C1_Connector_V2_OptInRequired.self)
            $0.skipSyncAnomalyDetection = type.annotations.contains(C1_Connector_V2_SkipSyncAnomalyDetection.self)
            $0.deprecated = type.annotations.contains(C1_Connector_V2_Deprecated.self)
        }
    }

    /// What credentials new accounts and rotations can bring.
    private var credentialDetails: C1_Connector_V2_CredentialDetails {
        var details = C1_Connector_V2_CredentialDetails()
        if let choices = syncers.all.firstChoices({ ($0 as? any AccountProvisioner)?.accountCredentials }) {
            details.capabilityAccountProvisioning = .with {
                $0.supportedCredentialOptions = choices.supported.map(\.capabilityDetail)
                $0.preferredCredentialOption = choices.preferred.capabilityDetail
            }
        }
        if let choices = syncers.all.firstChoices({ ($0 as? any CredentialRotator)?.rotationCredentials }) {
            details.capabilityCredentialRotation = .with {
                $0.supportedCredentialOptions = choices.supported.map(\.capabilityDetail)
                $0.preferredCredentialOption = choices.preferred.capabilityDetail
            }
        }
        return details
    }
}

extension [any ResourceSyncer] {
    /// The choices of the first syncer that has any.
    fileprivate func firstChoices(_ choices: (any ResourceSyncer) -> CredentialChoices?) -> CredentialChoices? {
        lazy.compactMap(choices).first
    }
}

extension CredentialKind {
    fileprivate var capabilityDetail: C1_Connector_V2_CapabilityDetailCredentialOption {
        switch self {
        case .noPassword: .noPassword
        case .randomPassword: .randomPassword
        case .sso: .sso
        case .encryptedPassword: .encryptedPassword
        }
    }
}
