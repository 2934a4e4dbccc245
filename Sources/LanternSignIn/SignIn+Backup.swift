import GRDB

extension SignIn {
    /// Copies the database as it is at one moment, while others go on reading and writing.
    ///
    /// - Throws: `DatabaseError` when the copy can't be written.
    public func copyDatabase(to path: String) throws {
        Self.makePrivateFile(path)
        let copy = try DatabaseQueue(path: path)
        try pool.backup(to: copy)
        try copy.close()
    }

    /// What is wrong with the database, by SQLite's own check; nothing when it is sound.
    public func integrityProblems() async throws -> [String] {
        try await pool.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        }
    }
}

extension Session {
    /// Whoever looks at one file on their own machine: sees everything, changes nothing, has no name.
    public static let viewer = Session(
        user: User(
            id: "", email: "", name: "", role: .auditor, signedInAt: nil, createdAt: 0, isDisabled: false,
            applications: [], key: 0), formToken: "")
}

extension User {
    /// Whether it is whoever looks at one file on their own machine.
    public var isViewer: Bool { id.isEmpty }
}
