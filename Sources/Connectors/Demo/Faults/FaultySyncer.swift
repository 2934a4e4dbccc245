import AccessModel
import ConnectorKit

/// A syncer whose list calls go wrong on purpose.
///
/// It can do what the syncer inside can do: each capability of a demo syncer has a conformance here.
struct FaultySyncer<Syncer: ResourceSyncer>: ResourceSyncer {
    fileprivate let syncer: Syncer
    fileprivate let faults: Faults

    var type: ResourceType { syncer.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        try await faults.strike()
        return try await syncer.resources(under: parent, page: page)
    }

    func entitlements(of resource: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        try await faults.strike()
        return try await syncer.entitlements(of: resource, page: page)
    }

    func grants(on resource: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await faults.strike()
        return try await syncer.grants(on: resource, page: page)
    }
}

extension FaultySyncer: TargetedSyncer where Syncer: TargetedSyncer {
    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await syncer.resource(id, under: parent, session: session)
    }
}

extension FaultySyncer: GrantProvisioner where Syncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        try await faults.strike()
        return try await syncer.grant(entitlement, to: principal)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try await faults.strike()
        return try await syncer.revoke(grant)
    }
}

extension FaultySyncer: AccountProvisioner where Syncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { syncer.accountCredentials }
    var accountFields: [AccountField] { syncer.accountFields }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        try await faults.strike()
        return try await syncer.createAccount(account, credential: credential)
    }
}

extension FaultySyncer: CredentialRotator where Syncer: CredentialRotator {
    var rotationCredentials: CredentialChoices { syncer.rotationCredentials }

    func rotateCredential(of id: ResourceID, to request: CredentialRequest?) async throws -> [NewCredential] {
        try await faults.strike()
        return try await syncer.rotateCredential(of: id, to: request)
    }
}

extension FaultySyncer: ResourceDeleter where Syncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await faults.strike()
        return try await syncer.delete(id, under: parent)
    }
}

extension FaultySyncer: ResourceCreator where Syncer: ResourceCreator {
    func create(_ resource: Resource) async throws -> Resource {
        try await faults.strike()
        return try await syncer.create(resource)
    }
}

extension FaultySyncer: ActionProvider where Syncer: ActionProvider {
    var actions: [Action] { syncer.actions }
}

extension ResourceSyncer {
    /// This syncer, going wrong as `faults` say.
    func failing(with faults: Faults) -> any ResourceSyncer {
        FaultySyncer(syncer: self, faults: faults)
    }
}
