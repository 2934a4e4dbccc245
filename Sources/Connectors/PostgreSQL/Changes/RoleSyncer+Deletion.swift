import AccessModel
import ConnectorKit

extension RoleSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        let role = try RoleID(id)
        guard let name = try await cluster.home.inspect({ try $0.deletableName(of: role) }) else { return .alreadySo }
        let ties = try await cluster.home.inspect { try $0.ties(of: role) }
        try ties.refuseOwner(name)
        // The last database is the one where the role itself goes: until then, everything can be done again.
        let elsewhere = try await ties.databases(except: cluster.home)
        for database in elsewhere {
            try await cluster.database(database).change { try $0.takeEverything(from: role) }
        }
        try await cluster.home.change { connection in
            guard let name = try connection.deletableName(of: role) else { return }
            try connection.takeEverything(from: role)
            try connection.run("DROP ROLE \(name)")
        }
        return .changed
    }
}

/// What refers to a role, in all databases.
private struct RoleTies: Sendable {
    struct Tie: Sendable {
        /// The number of the database; 0 for what all share.
        let database: UInt32
        let place: String
        let isOwnership: Bool
        let count: Int64
    }

    let ties: [Tie]

    func refuseOwner(_ role: String) throws {
        let owned = ties.filter(\.isOwnership).map { "\($0.count) \($0.place)" }
        guard owned.isEmpty else {
            throw ServiceError(
                .failedPrecondition,
                "\(role): owns objects (\(owned.joined(separator: ", "))). Transfer ownership (REASSIGN OWNED BY \(role) TO …) or drop objects first."
            )
        }
    }

    func databases(except home: Database) async throws -> [UInt32] {
        let own = try await home.read("SELECT oid FROM pg_database WHERE datname = current_database()") {
            $0.first?.oid(0)
        }
        return Set(ties.map(\.database)).filter { $0 != 0 && $0 != own }.sorted()
    }
}

extension ServerConnection {
    /// The name of a role that may be deleted, as statements have it; nil when it is gone.
    fileprivate func deletableName(of role: RoleID) throws -> String? {
        let found = try run(
            """
            SELECT quote_ident(rolname), oid < 16384, rolname IN (current_user, session_user) FROM pg_roles WHERE oid = $1::oid
            """, [String(role.number)]
        ) { $0.first.map { (name: $0.text(0), isBuiltIn: $0.flag(1), isSelf: $0.flag(2)) } }
        guard let found else { return nil }
        guard !found.isBuiltIn else {
            throw ServiceError(.failedPrecondition, "\(found.name): comes with the server. It is never deleted here.")
        }
        guard !found.isSelf else {
            throw ServiceError(
                .failedPrecondition, "\(found.name): is the role of --dsn. Let another have it deleted.")
        }
        return found.name
    }

    /// What refers to a role.
    ///
    /// Default privileges belong to a role without being objects of their own: they go with it.
    fileprivate func ties(of role: RoleID) throws -> RoleTies {
        try run(
            """
            SELECT s.dbid, CASE WHEN s.dbid = 0 THEN 'shared' ELSE 'in database ' || quote_ident(d.datname) END,
              s.deptype = 'o' AND s.classid <> 'pg_default_acl'::regclass, count(*)
            FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $1::oid
            GROUP BY 1, 2, 3 ORDER BY 1, 3
            """, [String(role.number)]
        ) { rows in
            RoleTies(
                ties: rows.map {
                    .init(database: $0.oid(0), place: $0.text(1), isOwnership: $0.flag(2), count: $0.number(3))
                })
        }
    }

    /// Takes from a role what it holds in this database and on what all share.
    ///
    /// `DROP OWNED` does that for every kind of object. It would drop what the role owns, too, so that is looked for once more.
    fileprivate func takeEverything(from role: RoleID) throws {
        guard let name = try deletableName(of: role) else { return }
        let ties = try ties(of: role)
        try ties.refuseOwner(name)
        guard !ties.ties.isEmpty else { return }
        do {
            try run("DROP OWNED BY \(name)")
        } catch let failure as ServerFailure where failure.state == "42501" {
            throw ServiceError(
                .permissionDenied,
                "\(name): the role of --dsn may not take its privileges away (\(failure.remark)). As a superuser: GRANT \(name) TO the role of --dsn, or run this as one."
            )
        }
    }
}
