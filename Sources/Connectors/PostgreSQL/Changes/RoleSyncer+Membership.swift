import AccessModel
import BatonWire
import ConnectorKit

extension RoleSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let kind = try MembershipKind(entitlement)
        let role = try RoleID(entitlement.resource.identity)
        let member = try RoleID(principal.identity)
        let isNew = try await cluster.home.change { connection in
            guard let change = try MembershipChange(of: member, in: role, on: connection) else {
                throw ServiceError(
                    .notFound, "\(role.resource) or \(member.resource): is not there any more. Sync again.")
            }
            return try change.grant(kind)
        }
        guard isNew else { return .alreadySo }
        return .changed(bringing: [Grant(suffix: kind.rawValue, on: role.resource, to: member)])
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let kind = try MembershipKind(grant.entitlement)
        let role = try RoleID(grant.entitlement.resource.identity)
        let member = try RoleID(grant.holder)
        let wasThere = try await cluster.home.change { connection in
            // Whoever is gone is in nothing, and nobody is in what is gone.
            try MembershipChange(of: member, in: role, on: connection)?.revoke(kind) ?? false
        }
        return wasThere ? .changed : .alreadySo
    }
}

/// Being in a role, or being in it and letting others in.
private enum MembershipKind: String {
    case member, admin

    init(_ entitlement: Entitlement) throws(ServiceError) {
        let suffix = try entitlement.suffix
        guard let kind = MembershipKind(rawValue: suffix) else {
            throw ServiceError(.invalidArgument, "entitlement \(entitlement.id): nothing that a role has.")
        }
        self = kind
    }
}

/// Puts a role into another one, or takes it out.
private struct MembershipChange {
    private let connection: ServerConnection
    private let numbers: [String]
    private let role: String
    private let member: String

    /// What is there of the two; nil when one is gone.
    init?(of member: RoleID, in role: RoleID, on connection: ServerConnection) throws {
        guard let roleName = try connection.quotedName(of: role), let memberName = try connection.quotedName(of: member)
        else { return nil }
        self.connection = connection
        numbers = [String(role.number), String(member.number)]
        self.role = roleName
        self.member = memberName
    }

    /// Whether anything had to be done.
    func grant(_ kind: MembershipKind) throws -> Bool {
        guard try !holds(kind) else { return false }
        try connection.run("GRANT \(role) TO \(member)\(kind == .admin ? " WITH ADMIN OPTION" : "")")
        return true
    }

    /// Whether anything had to be done.
    func revoke(_ kind: MembershipKind) throws -> Bool {
        guard try holds(kind) else {
            if let between = try membership(kind) {
                throw ServiceError(
                    .failedPrecondition, "\(member): is in \(role) through \(between). Change that membership instead.")
            }
            return false
        }
        try connection.run("REVOKE \(kind == .admin ? "ADMIN OPTION FOR " : "")\(role) FROM \(member)")
        // Since PostgreSQL 16 each grantor's membership counts by itself, and this takes only ours.
        guard try !holds(kind) else {
            throw ServiceError(
                .permissionDenied,
                "\(member): was put into \(role) by another role. Let that one or a superuser take it out: REVOKE \(role) FROM \(member) GRANTED BY …."
            )
        }
        return true
    }

    private func holds(_ kind: MembershipKind) throws -> Bool {
        try connection.run(
            "SELECT FROM pg_auth_members WHERE roleid = $1::oid AND member = $2::oid AND (admin_option OR NOT $3::bool)",
            numbers + [kind == .admin ? "t" : "f"]
        ) { $0.count > 0 }
    }

    /// The role that the member is in and that leads on to the other one; nil when none does.
    private func membership(_ kind: MembershipKind) throws -> String? {
        try connection.run(
            """
            WITH RECURSIVE below(role) AS (
              SELECT member FROM pg_auth_members WHERE roleid = $1::oid AND (admin_option OR NOT $3::bool)
              UNION SELECT m.member FROM below JOIN pg_auth_members m ON m.roleid = below.role)
            SELECT quote_ident(pg_get_userbyid(m.roleid)) FROM pg_auth_members m
            WHERE m.member = $2::oid AND m.roleid IN (SELECT role FROM below) LIMIT 1
            """, numbers + [kind == .admin ? "t" : "f"]
        ) { $0.first?.text(0) }
    }
}
