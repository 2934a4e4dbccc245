import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ObjectSyncer {
    /// Grants the right that an entitlement stands for.
    func grantRight(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let id = try CatalogID(entitlement.resource.identity)
        let right = try Right(entitlement, of: kind)
        let role = try RoleID(principal.identity)
        let outcome = try await database(of: id).change { connection in
            guard let target = try PrivilegeTarget(id, role, on: connection) else {
                throw ServiceError(.notFound, "\(id.resource) or \(role.resource): is not there any more. Sync again.")
            }
            return try target.grant(right)
        }
        return outcome == .alreadySo ? .alreadySo : .changed(bringing: [grant(of: entitlement, to: principal)])
    }

    /// Revokes the right that a grant stands for.
    func revokeRight(_ grant: Grant) async throws -> Provisioned {
        let id = try CatalogID(grant.entitlement.resource.identity)
        let right = try Right(grant.entitlement, of: kind)
        let role = try RoleID(grant.holder)
        do {
            let outcome = try await database(of: id).change { connection in
                // Whoever is gone holds nothing, and nothing is held on what is gone.
                guard let target = try PrivilegeTarget(id, role, on: connection) else {
                    return Provisioned.Outcome.alreadySo
                }
                return try target.revoke(right)
            }
            return outcome == .alreadySo ? .alreadySo : .changed
        } catch let error as ServiceError where error.code == .notFound {
            // So is what was in a database that is gone.
            return .alreadySo
        }
    }

    /// What a grant is called when it is made, which differs from what it is called when it is listed.
    private func grant(of entitlement: Entitlement, to principal: Resource) -> Grant {
        .with {
            $0.id = "\(entitlement.id):\(principal.identity.type):\(principal.identity.value)"
            $0.entitlement = entitlement
            $0.principal = principal
        }
    }
}

extension Right {
    fileprivate init(_ entitlement: Entitlement, of kind: ObjectKind) throws(ServiceError) {
        let suffix = try entitlement.suffix
        guard let right = kind.rights.first(where: { $0.suffix == suffix }) else {
            throw ServiceError(.invalidArgument, "entitlement \(entitlement.id): nothing that a \(kind.rawValue) has.")
        }
        self = right
    }
}

extension RelationSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        try await grantRight(entitlement, to: principal)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try await revokeRight(grant)
    }
}

extension RoutineSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        try await grantRight(entitlement, to: principal)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try await revokeRight(grant)
    }
}

extension DatabaseSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        guard let attribute = RoleAttribute(rawValue: try entitlement.suffix) else {
            return try await grantRight(entitlement, to: principal)
        }
        return try await attribute.set(true, of: RoleID(principal.identity), in: cluster)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        guard let attribute = RoleAttribute(rawValue: try grant.entitlement.suffix) else {
            return try await revokeRight(grant)
        }
        return try await attribute.set(false, of: RoleID(grant.holder), in: cluster)
    }
}

extension RoleAttribute {
    /// Gives a role the attribute, or takes it away.
    fileprivate func set(_ isWanted: Bool, of role: RoleID, in cluster: Cluster) async throws -> Provisioned {
        try await cluster.home.change { connection in
            let found = try connection.run(
                "SELECT \(column), quote_ident(rolname), rolname = current_user FROM pg_roles WHERE oid = $1::oid",
                [String(role.number)]
            ) { $0.first.map { (has: $0.flag(0), name: $0.text(1), isSelf: $0.flag(2)) } }
            guard let found else {
                guard isWanted else { return .alreadySo }
                throw ServiceError(.notFound, "\(role.resource): is not there any more. Sync again.")
            }
            guard found.has != isWanted else { return .alreadySo }
            guard isWanted || !found.isSelf else {
                throw ServiceError(
                    .failedPrecondition, "\(found.name): is the role of --dsn. Let another take \(word) from it.")
            }
            try connection.run("ALTER ROLE \(found.name) \(isWanted ? "" : "NO")\(word)")
            return .changed
        }
    }
}
