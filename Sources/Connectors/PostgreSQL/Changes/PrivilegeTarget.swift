import AccessModel
import ConnectorKit

/// An object whose privileges are changed, and the role that gets or loses one, both as statements name them.
///
/// The server quotes their names itself.
struct PrivilegeTarget {
    let id: CatalogID
    let role: RoleID
    private let connection: ServerConnection
    private let object: String
    private let grantee: String
    /// The number of the owner.
    private let owner: UInt32

    /// What is there of the two; nil when one is gone.
    init?(_ id: CatalogID, _ role: RoleID, on connection: ServerConnection) throws {
        guard let names = id.kind.quotedName else {
            throw ServiceError(.unimplemented, "\(id.resource): privileges on it can't be changed here.")
        }
        let object = try connection.run(names, id.parameters) { $0.first?.text(0) }
        let owner = try connection.run(id.kind.subject, id.parameters) { $0.first?.oid(0) }
        let grantee = try connection.quotedName(of: role)
        guard let object, let owner, let grantee else { return nil }
        self.id = id
        self.role = role
        self.connection = connection
        self.object = object
        self.grantee = grantee
        self.owner = owner
    }

    /// Grants the right, unless the role has it by itself already.
    func grant(_ right: Right) throws -> Provisioned.Outcome {
        guard try owner != role.number && grantors(of: right).isEmpty else { return .alreadySo }
        let option = right.isGrantOption ? " WITH GRANT OPTION" : ""
        try connection.run("GRANT \(right.privilege.word) ON \(object) TO \(grantee)\(option)")
        // A role that holds something on the object but not the option gets away with a warning.
        guard try !grantors(of: right).isEmpty else {
            throw ServiceError(
                .permissionDenied,
                "\(object): the role of --dsn may not grant \(right.privilege.word) on it. Let its owner or a superuser do that, or grant the role the option: GRANT \(right.privilege.word) ON \(object) TO … WITH GRANT OPTION."
            )
        }
        return .changed
    }

    /// Revokes the right, whoever granted it, if the role has it by itself.
    ///
    /// - Throws: `ServiceError` when it only holds it through something else.
    func revoke(_ right: Right) throws -> Provisioned.Outcome {
        let grantors = try grantors(of: right)
        guard !grantors.isEmpty else {
            if let way = try way(to: right) {
                throw ServiceError(
                    .failedPrecondition,
                    "\(object): \(grantee) holds \(right.displayName) because \(way), and not by itself. Change that instead."
                )
            }
            return .alreadySo
        }
        for grantor in grantors { try revoke(right, grantedBy: grantor) }
        guard try self.grantors(of: right).isEmpty else {
            throw ServiceError(
                .permissionDenied,
                "\(object): \(right.displayName) of \(grantee) was granted by \(grantors.map(\.name).joined(separator: ", ")). Let them, its owner or a superuser revoke it."
            )
        }
        return .changed
    }

    /// Only the grantor can revoke, or a role that may act as it.
    private func revoke(_ right: Right, grantedBy grantor: Grantor) throws {
        if !grantor.isOwner { try connection.run("SET LOCAL ROLE \(grantor.name)") }
        let option = right.isGrantOption ? "GRANT OPTION FOR " : ""
        try connection.run("REVOKE \(option)\(right.privilege.word) ON \(object) FROM \(grantee)")
        if !grantor.isOwner { try connection.run("SET LOCAL ROLE NONE") }
    }

    private struct Grantor {
        let name: String
        let isOwner: Bool
    }

    /// Who granted the role the right by itself; empty when nobody did.
    private func grantors(of right: Right) throws -> [Grantor] {
        try connection.run(
            """
            SELECT quote_ident(pg_get_userbyid(i.grantor)), i.grantor = object.owner
            FROM (\(id.kind.subject)) object, aclexplode(object.acl) i
            WHERE i.grantee = $2::oid AND i.privilege_type = $3 AND (i.is_grantable OR NOT $4::bool)
            """, id.parameters + [String(role.number), right.privilege.word, right.isGrantOption ? "t" : "f"]
        ) { rows in rows.map { Grantor(name: $0.text(0), isOwner: $0.flag(1)) } }
    }

    /// Through what the role holds the right; nil when it doesn't.
    private func way(to right: Right) throws -> String? {
        let above = Inheritance.parents(of: "reach.role", on: connection.version)
        return try connection.run(
            """
            WITH RECURSIVE object AS (\(id.kind.subject)),
            reach(role) AS (SELECT $2::oid UNION SELECT above.role FROM reach CROSS JOIN LATERAL \(above) above),
            way(rank, text) AS (
              SELECT 1, 'it is a superuser' FROM pg_roles WHERE oid = $2::oid AND rolsuper
              UNION ALL SELECT 2, CASE WHEN role = $2::oid THEN 'it is the owner'
                ELSE 'it inherits from the owner, ' || quote_ident(pg_get_userbyid(role)) END
              FROM reach JOIN object ON object.owner = reach.role
              UNION ALL SELECT 3, CASE WHEN i.grantee = 0 THEN 'PUBLIC holds it'
                ELSE 'it inherits it from ' || quote_ident(pg_get_userbyid(i.grantee)) END
              FROM object, aclexplode(object.acl) i
              WHERE i.privilege_type = $3 AND (i.is_grantable OR NOT $4::bool)
                AND (i.grantee = 0 OR i.grantee IN (SELECT role FROM reach)))
            SELECT text FROM way ORDER BY rank LIMIT 1
            """, id.parameters + [String(role.number), right.privilege.word, right.isGrantOption ? "t" : "f"]
        ) { $0.first?.text(0) }
    }
}

extension ObjectKind {
    /// Selects what follows ON in GRANT for the object `$1`; nil where privileges aren't changed.
    fileprivate var quotedName: String? {
        switch self {
        case .database: "SELECT format('DATABASE %I', datname) FROM pg_database WHERE oid = $1::oid"
        case .table, .view: Self.relation("TABLE")
        case .sequence: Self.relation("SEQUENCE")
        case .function: Self.routine("FUNCTION")
        case .procedure: Self.routine("PROCEDURE")
        case .schema, .column, .largeObject: nil
        }
    }

    private static func relation(_ word: String) -> String {
        """
        SELECT format('\(word) %I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = $1::oid
        """
    }

    /// A routine is told from others by its arguments, which the server writes down with their schemas.
    private static func routine(_ word: String) -> String {
        "SELECT format('\(word) %s', oid::regprocedure) FROM pg_proc WHERE oid = $1::oid"
    }
}

extension ServerConnection {
    /// The name of a role as statements have it; nil when it is gone.
    func quotedName(of role: RoleID) throws -> String? {
        try run("SELECT quote_ident(rolname) FROM pg_roles WHERE oid = $1::oid", [String(role.number)]) {
            $0.first?.text(0)
        }
    }
}
