import AccessModel
import BatonWire
import ConnectorKit

extension GroupSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        try await telling {
            let account = try principal.identity.checkedAccount()
            let group = entitlement.resource
            guard let entry = try await entry(of: group) else {
                throw ServiceError(.notFound, "\(group.identity): not there any more. Sync again.")
            }
            let membership = try await members.membership(of: account, in: entry)
            guard !membership.exists else { return .alreadySo }
            let wasNew = try await write(
                .add(membership.attribute, [membership.value]), membership, of: account, in: group, wanted: true)
            guard wasNew else { return .alreadySo }
            return .changed(bringing: [Grant(Self.member, on: group.identity, to: account)])
        }
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try await telling {
            let account = try grant.holder.checkedAccount()
            let group = grant.entitlement.resource
            guard let entry = try await entry(of: group) else { return .alreadySo }
            let membership = try await members.membership(of: account, in: entry)
            guard membership.exists else {
                guard let reason = try await members.otherReason(of: account, in: entry) else { return .alreadySo }
                throw ServiceError(.failedPrecondition, "\(group.identity): \(reason)")
            }
            var wasNew = false
            for part in membership.stored {
                let change = LDAPChange.delete(part.attribute, part.values)
                if try await write(change, membership, of: account, in: group, wanted: false) { wasNew = true }
            }
            return wasNew ? .changed : .alreadySo
        }
    }

    /// Writes a membership or takes it away; false when somebody else did so in the meantime.
    private func write(
        _ change: LDAPChange, _ membership: Membership, of account: ResourceID, in group: Resource, wanted: Bool
    ) async throws -> Bool {
        do {
            try await members.directory.modify(membership.group, [change])
            return true
        } catch let failure as LDAPFailure {
            switch failure.result {
            case .valueExists, .entryExists, .noSuchAttribute, .unwilling:
                // What these mean differs from server to server; only what is there now tells.
                guard let entry = try await entry(of: group),
                    try await members.membership(of: account, in: entry).exists == wanted
                else { throw failure }
                return false
            case .objectClassViolation where !wanted:
                throw failure.curing("A group of this class needs a member: put somebody else in first, or delete it.")
            default: throw failure
            }
        }
    }
}
