import AccessModel
import GRDB

extension SQLiteCatalog {
    /// What an import that waits for a decision would change.
    ///
    /// - Throws: ``CatalogError`` when it doesn't wait any more.
    public func preview(
        of run: ImportRun, _ kind: ImportCount.Kind, _ page: PageRequest
    ) async throws -> Page<ListedChange> {
        guard run.state == .paused else {
            throw CatalogError(.failedPrecondition, "import \(run.id): doesn't wait for a decision any more.")
        }
        let place = try page.place(columns: 1)
        return try await pool.unsafeRead { db in
            // Readers may not write, and the staging area of an import that waits is not written by others either.
            try db.execute(sql: "ATTACH ? AS stage", arguments: ["file:\(self.stagingPath(run.id))?mode=ro"])
            defer { try? db.execute(sql: "DETACH stage") }
            var arguments: StatementArguments = ["source": run.sourceKey, "limit": page.size + 1]
            arguments += place.arguments
            let rows = try Row.fetchAll(db, sql: Self.previewed(kind, place), arguments: arguments)
            return Page(rows, page, at: place, cursor: { [.number($0["a"])] }) { ListedChange($0, kind) }
        }
    }

    private static func previewed(_ kind: ImportCount.Kind, _ place: PagePlace) -> String {
        let columns = "change.id AS a, change.op <> 1 AS was, change.op <> 3 AS is_there"
        let end = "WHERE 1\(place.condition(["change.id"])) ORDER BY \(place.order(["change.id"])) LIMIT :limit"
        switch kind {
        case .account, .resource, .resourceType:
            return """
                SELECT \(columns), staged.record AS record_after, version.record AS record_before,
                    known.public_id, coalesce(staged.external_id, known.external_id) AS external_id,
                    coalesce(staged.name, version.name) AS name, coalesce(type.name, own.name) AS type_name
                FROM stage.resource_changes AS change
                    LEFT JOIN stage.resources AS staged ON staged.id = change.staged
                    LEFT JOIN stage.resource_types AS type ON type.id = staged.type
                    LEFT JOIN main.resource_versions AS version ON version.id = change.version
                    LEFT JOIN main.resources AS known ON known.id = version.resource_id
                    LEFT JOIN main.resource_types AS own ON own.id = version.resource_type_id
                \(end)
                """
        case .entitlement:
            return """
                SELECT \(columns), staged.record AS record_after, version.record AS record_before,
                    known.public_id, coalesce(staged.name, version.name) AS name,
                    coalesce(resource.name, (SELECT name FROM main.resource_versions AS held_on
                        WHERE held_on.resource_id = version.resource_id
                        ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)) AS resource_name
                FROM stage.entitlement_changes AS change
                    LEFT JOIN stage.entitlements AS staged ON staged.id = change.staged
                    LEFT JOIN stage.resources AS resource ON resource.id = staged.resource
                    LEFT JOIN main.entitlement_versions AS version ON version.id = change.version
                    LEFT JOIN main.entitlements AS known ON known.id = version.entitlement_id
                \(end)
                """
        case .grant:
            return """
                SELECT \(columns), change.flags AS flags_after,
                    (SELECT flags FROM main.grants AS known WHERE known.entitlement_id = change.entitlement
                        AND known.principal_id = change.principal AND known.until IS NULL
                        AND known.data_source_id = :source) AS flags_before,
                    coalesce(entitlement.name, version.name) AS entitlement_name,
                    coalesce(principal.name, (SELECT name FROM main.resource_versions AS holder
                        WHERE holder.resource_id = change.principal
                        ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)) AS principal_name,
                    coalesce(resource.name, (SELECT name FROM main.resource_versions AS held_on
                        WHERE held_on.resource_id = version.resource_id
                        ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)) AS resource_name
                FROM stage.grant_changes AS change
                    LEFT JOIN stage.entitlements AS entitlement ON entitlement.id = change.staged_entitlement
                    LEFT JOIN stage.resources AS principal ON principal.id = change.staged_principal
                    LEFT JOIN stage.resources AS resource ON resource.id = entitlement.resource
                    LEFT JOIN main.entitlement_versions AS version ON version.id = (
                        SELECT id FROM main.entitlement_versions AS any_version
                        WHERE any_version.entitlement_id = change.entitlement
                        ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)
                \(end)
                """
        }
    }
}
