import AccessModel
import BatonWire
import ConnectorKit

extension RoleSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        try await telling {
            let account = try principal.identity.checkedAccount()
            let role = entitlement.resource
            guard let occupants = try await occupants(of: role.identity) else {
                throw ServiceError(.notFound, "\(role.identity): not there any more. Sync again.")
            }
            let person = try await directory.entry(
                account.value, UserSyncer.filter, attributes: LDAPSearch.noAttributes)
            guard let person, let name = DistinguishedName(account.value) else {
                throw ServiceError(.notFound, "\(account): not there any more. Sync again.")
            }
            guard !occupants.contains(where: { DistinguishedName($0) == name }) else { return .alreadySo }
            do {
                try await directory.modify(role.id.resource, [.add(Self.occupant, [person.name])])
            } catch let failure as LDAPFailure where failure.result == .valueExists {
                return .alreadySo
            }
            return .changed(bringing: [Grant(occupant: name, of: role)])
        }
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try await telling {
            let account = try grant.holder.checkedAccount()
            let role = grant.entitlement.resource.identity
            let name = DistinguishedName(account.value)
            let values = try await occupants(of: role)?.filter { DistinguishedName($0) == name } ?? []
            guard !values.isEmpty else { return .alreadySo }
            do {
                try await directory.modify(role.value, [.delete(Self.occupant, values)])
            } catch let failure as LDAPFailure where failure.result == .noSuchAttribute {
                return .alreadySo
            }
            return .changed
        }
    }
}
