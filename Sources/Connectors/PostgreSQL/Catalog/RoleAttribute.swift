import AccessModel
import BatonWire

/// What a role may do anywhere, which the ecosystem shows as held on each database.
enum RoleAttribute: String, CaseIterable, Sendable {
    case superuser
    case createDatabase = "create-db"
    case createRole = "create-role"
    case bypassRowSecurity = "bypass-rls"
    case replication

    /// Its column of pg_roles.
    var column: String {
        switch self {
        case .superuser: "rolsuper"
        case .createDatabase: "rolcreatedb"
        case .createRole: "rolcreaterole"
        case .bypassRowSecurity: "rolbypassrls"
        case .replication: "rolreplication"
        }
    }

    /// Its word in `ALTER ROLE`; with NO in front it is taken away.
    var word: String {
        switch self {
        case .superuser: "SUPERUSER"
        case .createDatabase: "CREATEDB"
        case .createRole: "CREATEROLE"
        case .bypassRowSecurity: "BYPASSRLS"
        case .replication: "REPLICATION"
        }
    }

    /// All columns, in order.
    static func columns(of table: String) -> String {
        allCases.map { "\(table).\($0.column)" }.joined(separator: ", ")
    }

    /// The entitlement to it.
    func entitlement(on database: Resource) -> Entitlement {
        let (displayName, description) = texts
        // The ecosystem gives replication this slug, too.
        let slug = self == .replication ? "bypass rls" : rawValue.split(separator: "-").joined(separator: " ")
        return Entitlement(rawValue, on: database, displayName: displayName, description: description, slug: slug)
    }

    private var texts: (displayName: String, description: String) {
        switch self {
        case .superuser: ("Superuser", "Has Superuser access")
        case .createDatabase: ("Create Database", "Can create new databases")
        case .createRole: ("Create Role", "Can create new roles")
        case .bypassRowSecurity: ("Bypass RLS", "Can bypass row level security options")
        case .replication:
            ("Replication", "Can initiate replication connections, and create and drop replication slots")
        }
    }
}
