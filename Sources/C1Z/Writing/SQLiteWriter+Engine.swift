extension SQLiteWriter {
    /// A version 3 file holds one sync: one of a few resources would take the place of all others.
    func requireRoom(for type: SyncType) throws {
        guard engine == .pebble, type != .full, type != .resourcesOnly,
            let finished = try latestFinishedSync()
        else { return }
        throw C1ZError(
            .conflict, file,
            "is a version 3 (Pebble) file, which holds one sync: a \(type.rawValue) one would replace the finished sync \(finished.id). Name another --file, or make it a version 1 file with `baton convert --engine sqlite`."
        )
    }

    func removeEverything() throws {
        lacksContent = false
        try PebbleImport.forget(in: database)
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
