import WireForm

extension SQLiteWriter {
    var detail: RecordDetail { engine == .pebble ? .references : .whole }

    /// A version 3 file holds one sync: one of a few resources would take the place of all others.
    func requireRoom(for type: SyncType) throws {
        guard engine == .pebble, type != .full, type != .resourcesOnly,
            let finished = try latestFinishedSync()
        else { return }
        let cure =
            version == .v3
            ? "make it a version 1 file with `baton convert --engine sqlite`" : "leave --storage-engine pebble out"
        throw C1ZError(
            .conflict, file,
            "holds one sync as a version 3 (Pebble) file: a \(type.rawValue) one would replace the finished sync \(finished.id). Name another --file, or \(cure)."
        )
    }

    /// A version 3 file finds records by what they are about, so they must say it (c1z-v3 §8.3).
    func requireKeys(of batch: RecordBatch) throws {
        let names: [String] =
            switch batch.kind {
            case .resourceType: ["id"]
            case .resource: ["type"]
            case .entitlement: ["resource type", "resource", "id"]
            case .grant: ["resource type", "resource", "entitlement", "principal type", "principal"]
            }
        try batch.forEachRow { column in
            guard let missing = names.indices.first(where: { column($0)?.isEmpty ?? true }) else { return }
            let id = batch.kind == .grant ? column(5) : batch.kind == .entitlement ? column(2) : column(1)
            throw C1ZError(
                .failed, file,
                "\(batch.kind) \"\(id?.text ?? "")\" has no \(names[missing]), so a version 3 file can't hold it. This is a fault of the connector; --storage-engine sqlite takes it."
            )
        }
    }

    func removeEverything() throws {
        lacksContent = false
        if version == .v3 { try PebbleImport.forget(in: database) }
        for run in try reader.syncRuns() { try deleteRows(of: run.id) }
    }

    /// Takes the records over that are still only in the version 3 file.
    func loadContent() throws {
        guard lacksContent else { return }
        guard try fileState(of: file) == state else { throw isReplaced }
        try beginTransaction()
        try PebbleImport(from: PebbleReader(file, environment: environment), into: database).finish()
        lacksContent = false
        try commitTransaction()
    }

    var isReplaced: C1ZError {
        C1ZError(
            .conflict, file,
            "another program has replaced it since it was opened, and is not overwritten. Run it again.")
    }

    func packDatabase() throws -> (decoded: Int64, compressed: Int64) {
        try buildIndexes()
        // Deleted rows must not travel in the file.
        if try database.number("PRAGMA freelist_count") > 0 { try database.run("VACUUM") }
        return try Packing(database: folder.database, file: file, replaces: isResumable).run()
    }

    func packRecords() throws -> (decoded: Int64, compressed: Int64) {
        let run = try runToKeep(now: clock().seconds)
        return try NewFile.write(file, replacing: isResumable) { target in
            var content = PebbleFile(of: run, from: reader, environment: environment)
            return try content.write(to: target)
        }
    }
}
