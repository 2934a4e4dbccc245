import GRDB

/// A question for resources, answered from an index in the order of that index.
struct ResourceSearch {
    let application: Int64
    let moment: Moment
    var kind: ResourceKind?
    var type: Int64?
    var parent: Int64?
    var status: ListedResource.Status?
    var hasOwner: Bool?
    var accountType: ListedResource.AccountType?
    var unusedSince: Int64?
    var ids: Set<String> = []
    var text = ""
    var order = ListOrder(by: ResourceSortKey.name)

    init(application: Int64, moment: Moment) {
        self.application = application
        self.moment = moment
    }

    func page(_ page: PageRequest, _ db: Database) throws -> Page<ListedResource> {
        if let words, moment == .now { return try found(words, page, db) }
        let keys = sortKeys
        let columns = keys.map(\.sql)
        let place = try page.place(columns: keys.count)
        var arguments = arguments
        arguments += ["limit": page.size + 1]
        arguments += place.arguments
        let rows = try Row.fetchAll(
            db,
            sql: (isCounted ? Self.selectCounted : Self.select)
                + " WHERE \(conditions)\(place.condition(columns, descending: order.isDescending))"
                + " ORDER BY \(place.order(columns, descending: order.isDescending)) LIMIT :limit",
            arguments: arguments)
        return Page(rows, page, at: place, cursor: { row in keys.map { $0.value(row) } }, ListedResource.init)
    }

    /// What the list is sorted by: the expression, and what a page token says of it.
    private var sortKeys: [(sql: String, value: (Row) -> CursorValue)] {
        let number: (String) -> (Row) -> CursorValue = { column in { .number($0[column] ?? 0) } }
        let id = (isCounted ? "known.id" : "version.resource_id", number("resource_id"))
        switch order.key {
        case .grants where isCounted:
            return [("known.\(countColumn)", number(countColumn)), id]
        case .lastLogin where kind == .account && moment == .now:
            return [("coalesce(version.last_login, 0)", number("last_login")), id]
        default:
            let name: (String, (Row) -> CursorValue) = ("version.sort_key", { .text($0["sort_key"]) })
            return hasOneOrder ? [name, id] : [("version.kind", number("kind")), name, id]
        }
    }

    /// Whether the counts of grants give the order; they are kept for now only.
    private var isCounted: Bool { order.key == .grants && moment == .now }

    private var countColumn: String { kind == .account ? "grants_held" : "grants_on" }

    func count(_ db: Database) throws -> RowCount {
        let isNarrowed = status != nil || hasOwner != nil || accountType != nil || unusedSince != nil
        if text.isEmpty, !isNarrowed, ids.isEmpty, parent == nil, moment == .now {
            return .exactly(try knownCount(db))
        }
        var arguments = arguments
        arguments += ["limit": RowCount.limit + 1]
        if let words, moment == .now {
            arguments += ["words": words]
            return RowCount(
                upToLimit: try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM search
                            JOIN resource_versions AS version ON version.resource_id = search.rowid / 2
                            WHERE search MATCH :words AND search.rowid % 2 = 0 AND \(conditions) LIMIT :limit)
                        """, arguments: arguments) ?? 0)
        }
        return RowCount(
            upToLimit: try Int64.fetchOne(
                db,
                sql:
                    "SELECT count(*) FROM (SELECT 1 FROM resource_versions AS version WHERE \(conditions) LIMIT :limit)",
                arguments: arguments) ?? 0)
    }

    private func knownCount(_ db: Database) throws -> Int64 {
        if let type {
            return try Int64.fetchOne(
                db, sql: "SELECT resources FROM resource_types WHERE id = ? AND application_id = ?",
                arguments: [type, application]) ?? 0
        }
        let column =
            kind == .account ? "accounts" : kind == .group ? "groups" : kind == .secret ? "secrets" : "resources"
        if let kind, column == "resources" {
            return try Int64.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM resource_versions AS version
                    WHERE application_id = ? AND kind = ? AND until IS NULL AND shown = 1
                    """, arguments: [application, kind.rawValue]) ?? 0
        }
        return try Int64.fetchOne(
            db, sql: "SELECT \(column) FROM applications WHERE id = ?", arguments: [application]) ?? 0
    }

    /// Whether names alone give the order, and not kinds before them.
    private var hasOneOrder: Bool { kind != nil || type != nil || parent != nil }

    private var words: String? {
        SearchIndex.query(
            text, applications: [application],
            kinds: kind.map { [$0.rawValue] }
                ?? ResourceKind.allCases.filter { $0 != .account }.map(\.rawValue))
    }

    private func found(_ words: String, _ page: PageRequest, _ db: Database) throws -> Page<ListedResource> {
        let place = try page.place(columns: 1)
        var arguments = arguments
        arguments += ["words": words, "limit": page.size + 1]
        arguments += place.arguments
        let rows = try Row.fetchAll(
            db,
            sql: Self.select(from: "search JOIN resource_versions AS version ON version.resource_id = search.rowid / 2")
                + """
                 WHERE search MATCH :words AND search.rowid % 2 = 0 AND \(conditions)\(place.condition(["search.rowid"]))
                ORDER BY \(place.order(["search.rowid"])) LIMIT :limit
                """, arguments: arguments)
        return Page(rows, page, at: place, cursor: { [.number($0["resource_id"] * 2)] }, ListedResource.init)
    }

    private var arguments: StatementArguments {
        [
            "application": application, "type": type, "parent": parent,
            "status": status?.rawValue, "used_by": accountType?.rawValue, "unused_since": unusedSince,
            "text": text.lowercased(), "ids": ids.sorted().jsonList,
            "revision": { if case .revision(let number) = moment { number } else { Int64?.none } }(),
        ]
    }

    /// Conditions that an index can begin with, first.
    private var conditions: String {
        // The plus keeps SQLite from looking for versions in another way than by their resource.
        let version = isCounted ? "+version" : "version"
        var all = isCounted ? ["known.application_id = :application"] : ["version.application_id = :application"]
        all.append("\(version).shown = 1")
        all.append(
            kind == nil
                ? (type == nil && parent == nil ? "\(version).kind > 0" : "1")
                : "\(version).kind = \(kind?.rawValue ?? 0)")
        if type != nil { all.append("\(version).resource_type_id = :type") }
        if parent != nil { all.append("\(version).parent_id = :parent") }
        if status != nil { all.append("\(version).status = :status") }
        if accountType != nil { all.append("\(version).used_by = :used_by") }
        if unusedSince != nil { all.append("coalesce(\(version).last_login, 0) < :unused_since") }
        if !ids.isEmpty {
            all.append(
                "\(version).resource_id IN (SELECT id FROM resources WHERE public_id IN (SELECT value FROM json_each(:ids)))"
            )
        }
        if let hasOwner { all.append("\(version).owner_id IS \(hasOwner ? "NOT " : "")NULL") }
        if moment == .now {
            all.append("\(version).until IS NULL")
        } else {
            all.append("version.since <= :revision AND (version.until IS NULL OR version.until > :revision)")
            if !text.isEmpty { all.append("instr(version.sort_key, :text) > 0") }
        }
        return all.joined(separator: " AND ")
    }

    static let select = select(from: "resource_versions AS version")

    private static let selectCounted = select(
        from: "resources AS known CROSS JOIN resource_versions AS version ON version.resource_id = known.id",
        withKnown: true)

    /// - Parameter withKnown: whether `resources` is among the tables already.
    static func select(from tables: String, withKnown: Bool = false) -> String {
        """
        SELECT version.resource_id, version.kind, version.sort_key, version.name, version.description, version.email,
            version.login, version.status, version.status_details, version.account_type, version.last_login,
            version.created_at, version.owner_id, known.public_id, known.external_id, known.edited_name,
            known.edited_description, known.edited_account_type, known.owner_is_set, known.grants_on,
            known.grants_held, type.public_id AS type_public_id, type.name AS type_name,
            type.external_id AS type_external_id, above.public_id AS parent_public_id,
            (SELECT coalesce(above.edited_name, parent.name) FROM resource_versions AS parent
                WHERE parent.resource_id = version.parent_id
                ORDER BY parent.until IS NULL DESC, parent.shown DESC, parent.since DESC LIMIT 1) AS parent_name,
            application.public_id AS application_public_id, source.name AS source_name,
            source.public_id AS source_public_id, owner.public_id AS owner_public_id, owner.name AS owner_name,
            (SELECT at FROM revisions WHERE id = version.since) AS since_at,
            (SELECT at FROM revisions WHERE id = version.until) AS until_at
        FROM \(tables)
            \(withKnown ? "" : "JOIN resources AS known ON known.id = version.resource_id")
            JOIN resource_types AS type ON type.id = version.resource_type_id
            JOIN applications AS application ON application.id = version.application_id
            JOIN data_sources AS source ON source.id = version.data_source_id
            LEFT JOIN resources AS above ON above.id = version.parent_id
            LEFT JOIN people AS owner ON owner.id = version.owner_id
        """
    }
}

extension ListedResource {
    init(_ row: Row) {
        id = row["public_id"]
        applicationID = row["application_public_id"]
        externalID = row["external_id"]
        kind = ResourceKind(rawValue: row["kind"]) ?? .other
        typeID = row["type_public_id"]
        typeName = row["type_name"]
        typeExternalID = row["type_external_id"]
        let edited: String? = row["edited_name"]
        name = edited ?? row["name"]
        syncedName = edited == nil ? nil : row["name"]
        let editedDescription: String? = row["edited_description"]
        description = editedDescription ?? row["description"]
        syncedDescription = editedDescription == nil ? nil : row["description"]
        parentID = row["parent_public_id"]
        parentName = row["parent_name"]
        email = row["email"]
        login = row["login"]
        status = Status(rawValue: row["status"]) ?? .unspecified
        statusDetails = row["status_details"]
        let editedType: Int64? = row["edited_account_type"]
        let syncedType = AccountType(rawValue: row["account_type"]) ?? .unspecified
        accountType = editedType.flatMap(AccountType.init) ?? syncedType
        syncedAccountType = editedType == nil ? nil : syncedType
        ownerID = row["owner_public_id"]
        ownerName = row["owner_name"]
        ownerIsSet = row["owner_is_set"]
        ownerKey = row["owner_id"]
        lastLogin = row["last_login"]
        createdAt = row["created_at"]
        grantsOn = row["grants_on"]
        grantsHeld = row["grants_held"]
        seenSince = row["since_at"]
        goneSince = row["until_at"]
        sourceName = row["source_name"]
        sourceID = row["source_public_id"]
        key = row["resource_id"]
    }
}
