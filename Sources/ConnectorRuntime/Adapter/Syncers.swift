import AccessModel
import BatonWire
import ConnectorKit

/// The syncers of a connector by resource type.
struct Syncers: Sendable {
    /// The resource types in the order of declaration.
    let types: [ResourceType]
    let all: [any ResourceSyncer]
    private let byType: [ByteKey: any ResourceSyncer]

    init(_ syncers: [any ResourceSyncer]) throws {
        guard !syncers.isEmpty else { throw ServiceError(.failedPrecondition, "no resource builders found") }
        all = syncers
        types = syncers.map(\.type)
        var byType: [ByteKey: any ResourceSyncer] = [:]
        for (syncer, type) in zip(syncers, types) {
            guard byType.updateValue(syncer, forKey: ByteKey(type.id)) == nil else {
                throw ServiceError(.unknown, "error: duplicate resource type found for resource builder \(type.id)")
            }
            try Self.checkScope(of: syncer, type)
        }
        self.byType = byType
        for (syncer, type) in zip(syncers, types) {
            guard let issuer = syncer as? any CredentialIssuer else { continue }
            try IssuanceRules.check(issuer.issuableCredentials, of: type.id) {
                byType[ByteKey($0)] is any ResourceDeleter
            }
        }
    }

    /// The syncer of a type.
    func syncer(for type: String, toList rows: String) throws -> any ResourceSyncer {
        guard let syncer = byType[ByteKey(type)] else {
            let verb = rows == "resource" ? "get" : "list"
            throw ServiceError(.notFound, "error: \(verb) \(rows) with unknown resource type \(type)")
        }
        return syncer
    }

    /// The syncer of a type; nil when there is none.
    func syncer(of type: String) -> (any ResourceSyncer)? {
        byType[ByteKey(type)]
    }

    private static func checkScope(of syncer: any ResourceSyncer, _ type: ResourceType) throws {
        if type.annotations.contains(C1_Connector_V2_TypeScopedEntitlements.self),
            !(syncer is any TypeScopedEntitlementSyncer)
        {
            throw unfulfilled(type, "TypeScopedEntitlements")
        }
        if type.annotations.contains(C1_Connector_V2_TypeScopedGrants.self), !(syncer is any TypeScopedGrantSyncer) {
            throw unfulfilled(type, "TypeScopedGrants")
        }
    }

    private static func unfulfilled(_ type: ResourceType, _ annotation: String) -> ServiceError {
        let needed = annotation.dropLast() + "Syncer"
        return ServiceError(
            .unknown,
            "resource type \(type.id) carries the \(annotation) annotation but its syncer does not implement \(needed)")
    }
}
