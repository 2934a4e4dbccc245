import AccessModel
public import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ConnectorAdapter {
    /// Gives a principal an entitlement.
    public func grant(
        _ request: C1_Connector_V2_GrantManagerServiceGrantRequest
    ) async throws -> C1_Connector_V2_GrantManagerServiceGrantResponse {
        let provisioner = try syncers.grantProvisioner(for: request.entitlement.resource.id.resourceType)
        let done = try await naming("grant failed") {
            try await retries.provisioning.run(log) {
                try await provisioner.grant(request.entitlement, to: request.principal)
            }
        }
        return .with {
            $0.grants = done.grants
            $0.annotations = done.annotations(whenAlreadySo: C1_Connector_V2_GrantAlreadyExists())
        }
    }

    /// Takes an entitlement from a principal.
    public func revoke(
        _ request: C1_Connector_V2_GrantManagerServiceRevokeRequest
    ) async throws -> C1_Connector_V2_GrantManagerServiceRevokeResponse {
        let provisioner = try syncers.grantProvisioner(for: request.grant.entitlement.resource.id.resourceType)
        let done = try await naming("revoke failed") {
            try await retries.provisioning.run(log) { try await provisioner.revoke(request.grant) }
        }
        return .with {
            $0.annotations = done.annotations(whenAlreadySo: C1_Connector_V2_GrantAlreadyRevoked())
        }
    }

    /// Creates a resource.
    public func createResource(
        _ request: C1_Connector_V2_CreateResourceRequest
    ) async throws -> C1_Connector_V2_CreateResourceResponse {
        let creator = try syncers.creator(for: request.resource.id.resourceType)
        // What would break a later sync is refused before it is there.
        try AnswerRules.check(request.resource)
        let created = try await naming("create resource failed") { try await creator.create(request.resource) }
        try await naming("the resource was created, but can't be synced") { try AnswerRules.check(created) }
        return .with { $0.created = created }
    }

    /// Deletes a resource.
    public func deleteResource(
        _ request: C1_Connector_V2_DeleteResourceRequest
    ) async throws -> C1_Connector_V2_DeleteResourceResponse {
        let done = try await delete(request)
        return .with { $0.annotations = done.annotationsOfDeletion }
    }

    /// Deletes a resource and tells whether it was there.
    func delete(_ request: C1_Connector_V2_DeleteResourceRequest) async throws -> Provisioned {
        let deleter = try syncers.deleter(for: request.resourceID.resourceType)
        let parent = request.hasParentResourceID ? ResourceID(request.parentResourceID) : nil
        return try await naming("delete resource failed") {
            try await deleter.delete(ResourceID(request.resourceID), under: parent)
        }
    }
}

extension Provisioned {
    /// The remarks on a deletion, with the one that says that nothing was there.
    var annotationsOfDeletion: [Annotation] {
        annotations(whenAlreadySo: C1_Connector_V2_ResourceDoesNotExist())
    }

    /// The remarks, with the one that says that nothing had to be done.
    fileprivate func annotations(whenAlreadySo mark: some Message) -> [Annotation] {
        switch outcome {
        case .changed: annotations
        case .alreadySo: annotations + [Annotation(carrying: mark)]
        }
    }
}
