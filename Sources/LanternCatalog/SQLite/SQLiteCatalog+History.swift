import AccessModel
import GRDB

/// A difference between two moments, or that an import made or would make.
public struct ListedChange: Sendable {
    /// What happened.
    public enum Kind: String, Sendable {
        case added, changed, removed
    }

    /// What happened.
    public let kind: Kind
    /// What it happened to.
    public let subject: Subject
    /// Of what changed, what has another value than before.
    public let fields: [FieldChange]

    /// What can be different.
    public enum Subject: Sendable {
        /// An account, group or other resource: its id unless it is new, its name, what its type is called, its id in the file.
        case resource(id: String?, name: String, typeName: String, externalID: String)
        /// An entitlement: its id unless it is new, its name, the name of its resource.
        case entitlement(id: String?, name: String, resourceName: String)
        /// Who holds what: the names of the principal, entitlement and resource.
        case grant(principal: String, entitlement: String, resource: String)
    }
}

extension SQLiteCatalog {
    /// The revision that held at a time; nil when there was none yet.
    public func revision(at time: Int64) async throws -> Revision? {
        try await pool.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT revision.id, revision.at, run.public_id FROM revisions AS revision
                        LEFT JOIN imports AS run ON run.id = revision.import_id
                    WHERE revision.at <= ? ORDER BY revision.id DESC LIMIT 1
                    """, arguments: [time]
            ).map(Revision.init)
        }
    }

    /// The revisions of an application, the newest first.
    public func revisions(of application: String, limit: Int) async throws -> [Revision] {
        try await pool.read { db in
            let key = try Self.key(ofApplication: application, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT revision.id, revision.at, run.public_id FROM revisions AS revision
                        LEFT JOIN imports AS run ON run.id = revision.import_id
                    WHERE revision.application_id = ? ORDER BY revision.id DESC LIMIT ?
                    """, arguments: [key, limit]
            ).map(Revision.init)
        }
    }

    /// What is different in an application after `to`, compared with after `from`; 0 stands for before the first.
    public func changes(
        in application: String, from: Int64, to: Int64, of kind: ImportCount.Kind, _ page: PageRequest
    ) async throws -> Page<ListedChange> {
        try await pool.read { db in
            let key = try Self.key(ofApplication: application, db)
            let place = try page.place(columns: 2)
            var arguments: StatementArguments = [
                "application": key, "from": from, "to": to, "limit": page.size + 1,
                "hidden": GrantFlags.hidden.rawValue,
            ]
            arguments += place.arguments
            let rows = try Row.fetchAll(
                db,
                sql: Self.changes(of: kind)
                    + "\(place.condition(["a", "b"])) ORDER BY \(place.order(["a", "b"])) LIMIT :limit",
                arguments: arguments)
            return Page(rows, page, at: place, cursor: { [.number($0["a"]), .number($0["b"])] }) {
                ListedChange($0, kind)
            }
        }
    }

    /// Rows `a, b` that identify what is different, whether it was there `before` and is there `after`, and its names.
    private static func changes(of kind: ImportCount.Kind) -> String {
        switch kind {
        case .account, .resource, .resourceType: resourceChanges
        case .entitlement: entitlementChanges
        case .grant: grantChanges
        }
    }

    private static let resourceChanges = """
        SELECT touched.id AS a, 0 AS b, before.id IS NOT NULL AS was, after.id IS NOT NULL AS is_there,
            known.public_id, known.external_id, type.name AS type_name, before.record AS record_before,
            after.record AS record_after, coalesce(known.edited_name, after.name, before.name) AS name
        FROM (SELECT resource_id AS id FROM resource_versions
                WHERE application_id = :application AND since > :from AND since <= :to
                UNION SELECT resource_id FROM resource_versions
                WHERE application_id = :application AND until > :from AND until <= :to) AS touched
            JOIN resources AS known ON known.id = touched.id
            JOIN resource_types AS type ON type.id = known.resource_type_id
            LEFT JOIN resource_versions AS before ON before.resource_id = touched.id AND before.shown = 1
                AND before.since <= :from AND (before.until IS NULL OR before.until > :from)
            LEFT JOIN resource_versions AS after ON after.resource_id = touched.id AND after.shown = 1
                AND after.since <= :to AND (after.until IS NULL OR after.until > :to)
        WHERE (before.id IS NOT NULL OR after.id IS NOT NULL) AND before.hash IS NOT after.hash
        """

    private static let entitlementChanges = """
        SELECT touched.id AS a, 0 AS b, before.id IS NOT NULL AS was, after.id IS NOT NULL AS is_there,
            known.public_id, before.record AS record_before, after.record AS record_after,
            coalesce(known.edited_name, after.name, before.name) AS name,
            (SELECT version.name FROM resource_versions AS version
                WHERE version.resource_id = coalesce(after.resource_id, before.resource_id)
                ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1) AS resource_name
        FROM (SELECT entitlement_id AS id FROM entitlement_versions
                WHERE application_id = :application AND since > :from AND since <= :to
                UNION SELECT entitlement_id FROM entitlement_versions
                WHERE application_id = :application AND until > :from AND until <= :to) AS touched
            JOIN entitlements AS known ON known.id = touched.id
            LEFT JOIN entitlement_versions AS before ON before.entitlement_id = touched.id AND before.shown = 1
                AND before.since <= :from AND (before.until IS NULL OR before.until > :from)
            LEFT JOIN entitlement_versions AS after ON after.entitlement_id = touched.id AND after.shown = 1
                AND after.since <= :to AND (after.until IS NULL OR after.until > :to)
        WHERE (before.id IS NOT NULL OR after.id IS NOT NULL) AND before.hash IS NOT after.hash
        """

    /// What came with the first import of a data source isn't in the index of what came later: it is looked for in the application.
    private static let grantChanges = """
        SELECT touched.a, touched.b, before.flags AS flags_before, after.flags AS flags_after,
            before.flags IS NOT NULL AS was, after.flags IS NOT NULL AS is_there,
            coalesce(entitlement.edited_name, version.name) AS entitlement_name,
            (SELECT name FROM resource_versions WHERE resource_id = version.resource_id
                ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1) AS resource_name,
            (SELECT name FROM resource_versions WHERE resource_id = touched.b
                ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1) AS principal_name
        FROM (SELECT entitlement_id AS a, principal_id AS b FROM grants
                WHERE flags & 32 = 0 AND since > :from AND since <= :to
                UNION SELECT entitlement_id, principal_id FROM grants WHERE until > :from AND until <= :to
                UNION SELECT known.entitlement_id, known.principal_id
                FROM entitlements AS own CROSS JOIN grants AS known ON known.entitlement_id = own.id
                WHERE own.application_id = :application AND known.flags & 32 <> 0
                    AND known.since > :from AND known.since <= :to) AS touched
            JOIN entitlements AS entitlement ON entitlement.id = touched.a
                AND entitlement.application_id = :application
            JOIN entitlement_versions AS version ON version.id = (
                SELECT id FROM entitlement_versions AS any_version WHERE any_version.entitlement_id = touched.a
                ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)
            LEFT JOIN grants AS before ON before.entitlement_id = touched.a AND before.principal_id = touched.b
                AND before.flags & :hidden = 0 AND before.since <= :from
                AND (before.until IS NULL OR before.until > :from)
            LEFT JOIN grants AS after ON after.entitlement_id = touched.a AND after.principal_id = touched.b
                AND after.flags & :hidden = 0 AND after.since <= :to AND (after.until IS NULL OR after.until > :to)
        WHERE before.flags & 15 IS NOT after.flags & 15
        """
}

extension Revision {
    fileprivate init(_ row: Row) {
        self.init(number: row["id"], at: row["at"], importID: row["public_id"])
    }
}

extension ListedChange {
    init(_ row: Row, _ subject: ImportCount.Kind) {
        let was: Bool = row["was"]
        let isThere: Bool = row["is_there"]
        kind = was ? (isThere ? .changed : .removed) : .added
        fields = kind == .changed ? Self.fields(row, subject) : []
        switch subject {
        case .account, .resource, .resourceType:
            self.subject = .resource(
                id: row["public_id"], name: row["name"] ?? "", typeName: row["type_name"],
                externalID: row["external_id"])
        case .entitlement:
            self.subject = .entitlement(
                id: row["public_id"], name: row["name"] ?? "", resourceName: row["resource_name"] ?? "")
        case .grant:
            self.subject = .grant(
                principal: row["principal_name"] ?? "", entitlement: row["entitlement_name"] ?? "",
                resource: row["resource_name"] ?? "")
        }
    }

    private static func fields(_ row: Row, _ subject: ImportCount.Kind) -> [FieldChange] {
        guard subject == .grant else {
            return FieldChange.between(row["record_before"] ?? "", row["record_after"] ?? "")
        }
        return FieldChange.between(
            GrantFlags(rawValue: row["flags_before"] ?? 0), GrantFlags(rawValue: row["flags_after"] ?? 0))
    }
}
