import AccessModel
import ConnectorKit

/// What one role holds on an object, by itself, as its owner, through PUBLIC or through roles it inherits from.
struct Holding: Sendable {
    let role: RoleID
    /// Superusers and whoever has the rights of the owner hold everything, with the option to grant it.
    let holdsAll: Bool
    /// What the access list says, to the role itself or to those it inherits from.
    let rights: Set<Right>
    let attributes: [RoleAttribute]

    /// Those of the object's rights that the role holds, in the object's order.
    func rights(among all: [Right]) -> [Right] { holdsAll ? all : all.filter(rights.contains) }
}

/// Asks who holds what on an object.
enum Holdings {
    /// More holders than this are found by going through all roles: seeking them anew for each page would take longer.
    private static let mostSought = 5000

    /// One page of those who hold something on an object, in the order of their numbers.
    ///
    /// - Throws: `ServiceError`, `notFound` when the object is gone.
    static func page(on id: CatalogID, after number: UInt32, in database: Database) async throws -> KeysetRows<Holding>
    {
        let (isThere, holdings) = try await database.inspect { connection in
            let isThere = try connection.run(id.kind.subject, id.parameters) { $0.count > 0 }
            let statement = statement(for: id.kind, on: connection.version)
            let holdings = try connection.run(statement, id.parameters + [String(number)]) {
                KeysetRows($0, Holding.init)
            }
            return (isThere, holdings)
        }
        guard isThere else { throw ServiceError(.notFound, "\(id.resource): is not there any more. Sync again.") }
        return holdings
    }

    /// The statement that finds a page.
    ///
    /// Whoever holds something is found downwards, from the access list to those who inherit; what each holds upwards, from the few
    /// roles of the page to the access list. So neither many roles nor many members make a page slow.
    private static func statement(for kind: ObjectKind, on version: Int32) -> String {
        let words = kind.privileges.map { "'\($0.word)'" }.joined(separator: ", ")
        return """
            WITH RECURSIVE object AS (\(kind.subject)),
            item AS (
              SELECT i.grantee, i.privilege_type AS word, bool_or(i.is_grantable) AS grantable
              FROM object, aclexplode(object.acl) i WHERE i.privilege_type IN (\(words)) GROUP BY 1, 2),
            holder(role) AS (
              SELECT role FROM (SELECT grantee AS role FROM item WHERE grantee <> 0 UNION SELECT owner FROM object) granted
              UNION SELECT below.role FROM holder CROSS JOIN LATERAL \(Inheritance.members(of: "holder.role", on: version)) below),
            scope AS (
              SELECT EXISTS (SELECT FROM item WHERE grantee = 0)
                OR (SELECT count(*) FROM (SELECT FROM holder LIMIT \(mostSought + 1)) counted) > \(mostSought) AS everyone),
            page AS (
              SELECT r.oid, \(RoleAttribute.columns(of: "r")) FROM pg_roles r WHERE r.oid > \(kind == .column ? "$3" : "$2")::oid
                AND ((SELECT everyone FROM scope) OR r.rolsuper OR r.oid IN (SELECT role FROM holder LIMIT \(mostSought + 1)))
              ORDER BY r.oid LIMIT \(PageRequest.rowLimit + 1)),
            reach(member, role) AS (
              SELECT oid, oid FROM page
              UNION SELECT reach.member, above.role
              FROM reach CROSS JOIN LATERAL \(Inheritance.parents(of: "reach.role", on: version)) above),
            owning AS (SELECT DISTINCT reach.member FROM reach JOIN object ON object.owner = reach.role),
            listed AS (
              SELECT reach.member, string_agg(item.word || CASE WHEN item.grantable THEN '*' ELSE '' END, ',') AS words
              FROM reach JOIN item ON item.grantee = reach.role GROUP BY reach.member)
            SELECT page.oid, \(RoleAttribute.columns(of: "page")), owning.member IS NOT NULL, listed.words,
              (SELECT string_agg(item.word || CASE WHEN item.grantable THEN '*' ELSE '' END, ',') FROM item
                WHERE item.grantee = 0)
            FROM page LEFT JOIN owning ON owning.member = page.oid LEFT JOIN listed ON listed.member = page.oid
            ORDER BY page.oid
            """
    }
}

extension Holding {
    fileprivate init(_ row: ServerRow) {
        role = RoleID(row.oid(0))
        let owner = 1 + Int32(RoleAttribute.allCases.count)
        attributes = RoleAttribute.allCases.enumerated().filter { row.flag(1 + Int32($0.offset)) }.map(\.element)
        holdsAll = attributes.contains(.superuser) || row.flag(owner)
        rights = Self.rights(in: row.text(owner + 1)).union(Self.rights(in: row.text(owner + 2)))
    }

    /// Reads `SELECT,INSERT*`, where a star stands for the option to grant it.
    private static func rights(in words: String) -> Set<Right> {
        var rights: Set<Right> = []
        for word in words.split(separator: ",") {
            let isGrantable = word.last == "*"
            guard let privilege = Privilege(word: isGrantable ? word.dropLast() : word) else { continue }
            rights.insert(Right(privilege: privilege, isGrantOption: false))
            if isGrantable { rights.insert(Right(privilege: privilege, isGrantOption: true)) }
        }
        return rights
    }
}
