/// Takes over what a version 3 file holds into the database of its working copy.
///
/// It does so in two steps, because many a run replaces all of it: first the sync alone, and its records when they are needed.
/// Until then the database carries a mark.
struct PebbleImport {
    private let reader: PebbleReader
    private let database: Database

    private static let mark = "PRAGMA user_version"

    init(from reader: PebbleReader, into database: Database) {
        self.reader = reader
        self.database = database
    }

    /// Whether the records are still to come, in the working copy of a version 3 file.
    ///
    /// The database of any other file may have this number for reasons of its own.
    static func isPending(in database: Database) throws(C1ZError) -> Bool {
        try database.number(mark) == 1
    }

    /// Notes that the records aren't needed any more.
    static func forget(in database: Database) throws(C1ZError) {
        try database.run("\(mark) = 0")
    }

    /// Takes the sync over.
    func begin() throws {
        let runs = try reader.syncRuns()
        guard !runs.isEmpty else { return }
        try database.run("BEGIN IMMEDIATE")
        for run in runs { try database.insert(run) }
        try database.run("\(Self.mark) = 1")
        try database.run("COMMIT")
    }

    /// Takes its records over, within the transaction that is open.
    func finish() throws {
        for run in try reader.syncRuns() {
            let rows = SyncRows(of: run.id, in: database)
            for kind in RecordKind.allCases { _ = try rows.putRecords(kind, of: run.id, from: reader) }
            try rows.putAttachments(of: run.id, from: reader)
        }
        try Self.forget(in: database)
    }
}
