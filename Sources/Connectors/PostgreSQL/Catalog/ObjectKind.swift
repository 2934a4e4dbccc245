import AccessModel
import BatonWire

/// A kind of object that privileges are held on.
enum ObjectKind: String, CaseIterable, Sendable {
    case database, schema, table, view, sequence, function, procedure, column
    case largeObject = "large-object"

    /// Its resource type.
    var type: ResourceType {
        let names: [ObjectKind: String] = [.largeObject: "Large Object"]
        return ResourceType(
            rawValue, displayName: names[self] ?? rawValue.prefix(1).uppercased() + rawValue.dropFirst())
    }

    /// What can be held on it.
    var privileges: [Privilege] {
        switch self {
        case .database: [.create, .temporary, .connect]
        case .schema: [.usage, .create]
        case .table, .view: [.insert, .select, .update, .delete, .truncate, .references, .trigger]
        case .sequence: [.select, .update, .usage]
        case .function, .procedure: [.execute]
        case .column: [.insert, .select, .update, .references]
        case .largeObject: [.select, .update]
        }
    }

    /// The same, each with its grant option after it.
    var rights: [Right] {
        privileges.flatMap { privilege in
            [false, true].map { Right(privilege: privilege, isGrantOption: $0) }
        }
    }

    /// Selects the owner and the access list of the object `$1` (of column `$2` of it).
    ///
    /// An object without a list of its own has the one that is built in.
    var subject: String {
        switch self {
        case .database: Self.subject("datdba", "datacl", "d", "pg_database WHERE oid = $1::oid")
        case .schema: Self.subject("nspowner", "nspacl", "n", "pg_namespace WHERE oid = $1::oid")
        case .table, .view: Self.subject("relowner", "relacl", "r", "pg_class WHERE oid = $1::oid")
        case .sequence: Self.subject("relowner", "relacl", "s", "pg_class WHERE oid = $1::oid")
        case .function, .procedure: Self.subject("proowner", "proacl", "f", "pg_proc WHERE oid = $1::oid")
        case .column:
            Self.subject(
                "relowner", "attacl", "c",
                "pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attrelid = $1::oid AND attnum = $2::int2 AND NOT attisdropped"
            )
        case .largeObject:
            Self.subject("lomowner", "lomacl", "L", "pg_largeobject_metadata WHERE oid = $1::oid")
        }
    }

    private static func subject(_ owner: String, _ list: String, _ letter: String, _ source: String) -> String {
        "SELECT \(owner) AS owner, coalesce(\(list), acldefault('\(letter)', \(owner))) AS acl FROM \(source)"
    }

    /// The display names of its entitlements, which the ecosystem makes differently for each kind.
    func entitlementName(_ right: Right, of object: String, in database: String) -> String {
        switch self {
        case .table: "\(database) - \(object)"
        case .view, .sequence, .function: "\(database) on \(right.displayName)"
        case .database, .schema, .procedure, .column, .largeObject: right.displayName
        }
    }
}
