import AccessModel
import WireForm

extension SQLiteWriter {
    /// Copies a sync of another file, its records and its own row, as they are.
    func copy(_ run: SyncRun, from source: any C1ZReader) throws {
        try beginTransaction()
        try insert(run)
        try begin(run.id)
        for kind in RecordKind.allCases { try copy(kind, of: run, from: source) }
        try source.readAssets(of: run.id) { asset in
            try database.run(
                "INSERT INTO v1_assets (external_id, content_type, data, sync_id, discovered_at) VALUES (?, ?, ?, ?, ?)",
                .bytes(Array(asset.id)), .bytes(Array(asset.contentType)), .blob(Array(asset.data)), .text(run.id),
                .bytes(Array(asset.discoveredAt)))
        }
        try source.readSessions(of: run.id) { session in
            try database.run(
                "INSERT INTO v1_connector_sessions (sync_id, key, value) VALUES (?, ?, ?)", .text(run.id),
                .bytes(Array(session.key)), .blob(Array(session.value)))
        }
        try buildIndexes()
        try commitTransaction()
    }

    private func insert(_ run: SyncRun) throws {
        try database.run(
            """
            INSERT INTO v1_sync_runs (sync_id, started_at, ended_at, sync_token, sync_type, parent_sync_id, linked_sync_id,
                supports_diff, grants_backfilled, stats, ingest_invariant_generation, ingest_invariant_coverage,
                ingest_invariant_mode)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
            """, .text(run.id), .text(run.startedAt?.stored ?? ""), run.endedAt.map { .text($0.stored) } ?? .null,
            .text(run.token), .text(run.typeName), .text(run.parentID), .text(run.linkedID),
            .int(run.supportsDiff ? 1 : 0), run.storedStats.map { .text($0) } ?? .null,
            .text(run.verification.generation), .text(run.verification.coverage), .text(run.verification.mode))
    }

    private func copy(_ kind: RecordKind, of run: SyncRun, from source: any C1ZReader) throws {
        let insertion = try Insertion(kind, .replace, in: database)
        var batch = RecordBatch(kind)
        var time: [UInt8] = []
        func flush() throws {
            try insertion.run(batch, sync: run.id, discoveredAt: String(decoding: time, as: UTF8.self))
            batch = RecordBatch(kind)
        }
        try source.read(kind, of: run.id, where: .all) { record in
            // Records of one page share their time; a batch has one.
            if !record.discoveredAt.elementsEqual(time) || batch.count >= 1000 {
                try flush()
                time = Array(record.discoveredAt)
            }
            try batch.append(record)
        }
        try flush()
        if kind == .grant { try copyDoneExpansions(of: run, from: source) }
    }

    /// A grant whose expansion the expander has seen keeps that mark.
    private func copyDoneExpansions(of run: SyncRun, from source: any C1ZReader) throws {
        let update = try database.prepare(
            "UPDATE v1_grants SET needs_expansion = 0 WHERE external_id = ? AND sync_id = ?")
        try source.read(.grant, of: run.id, where: .all) { record in
            guard record.expansion != nil, !record.needsExpansion, let id = try record.data.wireBytes(3) else { return }
            try update.bind(text: Array(id), at: 1)
            try update.bind(run.id, at: 2)
            _ = try update.step()
        }
    }
}
