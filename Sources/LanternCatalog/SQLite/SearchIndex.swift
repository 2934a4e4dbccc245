import GRDB

/// The words by which resources and entitlements are found, kept as they are now.
///
/// The number of a row is twice that of its resource, or one more than twice that of its entitlement. The words of `scope` tell the
/// application and the kind, so that a search within one costs no more than what it finds.
struct SearchIndex {
    let db: Database
    let application: Int64
    let revision: Int64

    /// The kind under which entitlements are found.
    static let entitlementKind: Int64 = 9

    /// Takes over what a revision changed.
    func update() throws {
        try update("resource", place: 0, kind: "kind", words: "email, login, known.external_id")
        try update("entitlement", place: 1, kind: "\(Self.entitlementKind)", words: "slug, '', known.external_id")
    }

    private func update(_ object: String, place: Int, kind: String, words: String) throws {
        let arguments: StatementArguments = ["application": application, "revision": revision]
        try db.execute(
            sql: """
                DELETE FROM main.search WHERE rowid IN (
                    SELECT \(object)_id * 2 + \(place) FROM main.\(object)_versions
                    WHERE application_id = :application AND until = :revision AND shown = 1)
                """, arguments: arguments)
        try db.execute(
            sql: """
                INSERT INTO main.search (rowid, scope, name, email, login, external_id)
                SELECT version.\(object)_id * 2 + \(place), 'a' || :application || ' k' || \(kind),
                    coalesce(known.edited_name, version.name), \(words)
                FROM main.\(object)_versions AS version JOIN main.\(object)s AS known ON known.id = version.\(object)_id
                WHERE version.application_id = :application AND version.since = :revision AND version.until IS NULL
                    AND version.shown = 1
                ORDER BY version.\(object)_id
                """, arguments: arguments)
    }

    /// The query for what begins with each of the words of `text`; nil when it has none.
    ///
    /// - Parameters:
    ///   - applications: only there; everywhere when nil.
    ///   - kinds: only those kinds.
    static func query(_ text: String, applications: [Int64]?, kinds: [Int64] = []) -> String? {
        let words = text.unicodeScalars.split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
            .map { "{name email login external_id} : \"\(String(String.UnicodeScalarView($0)))\"*" }
        guard !words.isEmpty else { return nil }
        // Who sees no application finds nothing: no row has this scope.
        let places = applications.map { $0.isEmpty ? ["none"] : $0.map { "a\($0)" } } ?? []
        let scopes = [places, kinds.map { "k\($0)" }].filter { !$0.isEmpty }.map { names in
            "scope : (" + names.map { "\"\($0)\"" }.joined(separator: " OR ") + ")"
        }
        return (scopes + words).joined(separator: " AND ")
    }
}
