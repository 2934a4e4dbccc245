import AccessModel
import WireForm

extension SQLiteWriter {
    func readMatchCarriers(_ body: (StoredRecord) throws -> Void) throws {
        let rows = try carriers(
            """
            data, discovered_at, resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
            principal_resource_id, expansion, needs_expansion
            """)
        defer { rows.reset() }
        var form = GrantForm(of: file)
        while try rows.step() {
            guard try Self.isMatchCarrier(rows.bytes(0)) else { continue }
            let columns = GrantForm.Columns(
                resourceType: rows.bytes(2), resource: rows.bytes(3), entitlement: rows.bytes(4),
                principalType: rows.bytes(5), principal: rows.bytes(6))
            let expansion = rows.bytes(7)
            try form.hydrate(rows.bytes(0), from: columns) { data in
                try body(
                    StoredRecord(
                        data: data, expansion: expansion.isEmpty ? nil : expansion, needsExpansion: rows.int(8) != 0,
                        discoveredAt: DiscoveryTime(text: rows.bytes(1))))
            }
        }
    }

    func putMatched(_ grants: RecordBatch) throws {
        guard grants.count > 0 else { return }
        let place = try matchedPlace()
        try beginTransaction()
        try Insertion(.grant, .replace, into: place, of: database).run(grants, discoveredAt: clock().stored)
    }

    func replaceMatchCarriers() throws {
        let sync = try currentSync()
        let place = try matchedPlace()
        try beginTransaction()
        let deletion = try database.prepare("DELETE FROM v1_grants WHERE id = ?")
        let rows = try carriers("id, data")
        while try rows.step() {
            guard try Self.isMatchCarrier(rows.bytes(1)) else { continue }
            // The row that a query stands at may go while it runs (SQLite, "Isolation In SQLite").
            try deletion.bind(rows.int(0), at: 1)
            _ = try deletion.step()
        }
        // A new grant also takes the place of one that isn't a carrier and has its id.
        try database.run(
            """
            DELETE FROM v1_grants WHERE sync_id = ?1
                AND external_id IN (SELECT external_id FROM v1_grants WHERE sync_id = ?2)
            """, .text(sync), .text(place))
        try database.run("UPDATE v1_grants SET sync_id = ?1 WHERE sync_id = ?2", .text(sync), .text(place))
    }

    /// Where grants wait that aren't part of the sync yet; no sync has such an id.
    private func matchedPlace() throws -> String { try currentSync() + "/matched" }

    private func carriers(_ columns: String) throws -> Statement {
        let rows = try database.prepare(
            """
            SELECT \(columns) FROM v1_grants
            WHERE sync_id = ? AND instr(data, CAST('\(Self.matchName)' AS BLOB)) > 0 ORDER BY id
            """)
        try rows.bind(try currentSync(), at: 1)
        return rows
    }

    private static let matchName = "c1.connector.v2.ExternalResourceMatch"

    /// Whether a grant's annotations say which identities of another file it is about.
    private static func isMatchCarrier(_ grant: UnsafeRawBufferPointer) throws(WireError) -> Bool {
        var reader = WireReader(grant)
        while let field = try reader.next() {
            guard field.number == 4, let name = try field.bytes.annotationName else { continue }
            if name.starts(with: matchName.utf8) { return true }
        }
        return false
    }
}
