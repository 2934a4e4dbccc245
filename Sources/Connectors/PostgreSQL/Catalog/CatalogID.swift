import AccessModel
import BatonWire

/// Which object a resource stands for, by the numbers that stay when it is renamed.
struct CatalogID: Hashable, Sendable {
    let kind: ObjectKind
    /// The database it is in; its own for a database, and 0 for a large object, which is in the one of the DSN.
    let database: UInt32
    /// Its own number; for a column that of its table.
    let object: UInt32
    /// The number of a column in its table; 0 for anything else.
    var column: Int16 = 0

    /// The parameters of ``ObjectKind/subject``.
    var parameters: [String] { kind == .column ? [String(object), String(column)] : [String(object)] }
}

extension CatalogID {
    /// The id of its resource.
    var resource: ResourceID {
        let value =
            switch kind {
            case .database: "database:\(object)"
            case .largeObject: "large-object:\(object)"
            case .column: "\(database):column:\(object):\(column)"
            default: "\(kind.rawValue):db\(database):\(object)"
            }
        return ResourceID(kind.rawValue, value)
    }

    /// The object behind a resource.
    ///
    /// - Throws: `ServiceError` when no object has such an id.
    init(_ id: ResourceID) throws(ServiceError) {
        guard let kind = ObjectKind(rawValue: id.type), let read = Self(kind, id.value), read.resource == id else {
            throw ServiceError(.invalidArgument, "\(id): no id of this connector. Sync again.")
        }
        self = read
    }

    private init?(_ kind: ObjectKind, _ value: String) {
        let parts = value.split(separator: ":", omittingEmptySubsequences: false)
        switch kind {
        case .database, .largeObject:
            guard parts.count == 2, let object = UInt32(parts[1]) else { return nil }
            self.init(kind: kind, database: kind == .database ? object : 0, object: object)
        case .column:
            guard parts.count == 4, let database = UInt32(parts[0]), let table = UInt32(parts[2]),
                let column = Int16(parts[3])
            else { return nil }
            self.init(kind: kind, database: database, object: table, column: column)
        default:
            guard parts.count == 3, parts[1].hasPrefix("db"), let database = UInt32(parts[1].dropFirst(2)),
                let object = UInt32(parts[2])
            else { return nil }
            self.init(kind: kind, database: database, object: object)
        }
    }
}

/// A role, by the number that stays when it is renamed.
struct RoleID: Hashable, Sendable {
    let number: UInt32

    init(_ number: UInt32) {
        self.number = number
    }

    /// The id of its resource.
    var resource: ResourceID { ResourceID(RoleSyncer.type, "role:\(number)") }

    /// The role behind a resource.
    ///
    /// - Throws: `ServiceError` when no role has such an id.
    init(_ id: ResourceID) throws(ServiceError) {
        guard id.type.hasSameBytes(as: RoleSyncer.type.id) else {
            throw ServiceError(.invalidArgument, "\(id): only a role can hold something in PostgreSQL.")
        }
        guard id.value.hasPrefix("role:"), let number = UInt32(id.value.dropFirst(5)),
            RoleID(number).resource == id
        else { throw ServiceError(.invalidArgument, "\(id): no id of this connector. Sync again.") }
        self.number = number
    }
}
