import AccessModel
import ConnectorKit

/// The server with its databases, of which only a few are connected to at a time.
actor Cluster {
    /// The database of the DSN.
    nonisolated let home: Database
    private let string: ConnectionString
    private let patience: ServerConnection.Patience
    private var homeID: UInt32?
    private var names: [UInt32: String] = [:]
    /// The other databases, the one used last at the end.
    private var others: [Other] = []

    private struct Other {
        let id: UInt32
        let name: String
        let database: Database
    }

    /// How many databases besides the DSN's stay connected: a server has room for 100 connections by default.
    private static let mostOthers = 4

    /// A server that isn't connected to yet.
    ///
    /// - Parameter answering: how long a statement may take.
    init(_ string: ConnectionString, answering: Duration) {
        let seconds = string.value("connect_timeout").flatMap { Int64($0) } ?? 30
        // libpq takes 0 for "as long as it takes".
        let connecting: Duration = seconds > 0 ? .seconds(seconds) : answering
        patience = ServerConnection.Patience(connecting: connecting, answering: answering)
        self.string = string
        home = Database(string, patience: patience)
    }

    /// The database with this object identifier.
    ///
    /// - Throws: `ServiceError`, `notFound` when it is gone.
    func database(_ id: UInt32) async throws -> Database {
        if let home = try await homeIf(id) { return home }
        // It may have been renamed, which an open connection doesn't notice and the next one would stumble over.
        names[id] = nil
        let name = try await name(of: id)
        if let place = others.firstIndex(where: { $0.id == id && $0.name.hasSameBytes(as: name) }) {
            others.append(others.remove(at: place))
            return others[others.count - 1].database
        }
        let database = Database(string.to(database: name), patience: patience, expected: id)
        let outdated = others.filter { $0.id == id }
        others.removeAll { $0.id == id }
        others.append(Other(id: id, name: name, database: database))
        let surplus = others.count > Self.mostOthers ? [others.removeFirst()] : []
        for other in outdated + surplus { await other.database.close() }
        return database
    }

    /// The name of a database.
    ///
    /// - Throws: `ServiceError`, `notFound` when it is gone.
    func name(of id: UInt32) async throws -> String {
        if let name = names[id] { return name }
        let name = try await home.read("SELECT datname FROM pg_database WHERE oid = $1::oid", [String(id)]) {
            $0.first?.text(0)
        }
        guard let name else {
            throw ServiceError(.notFound, "database:\(id): is not there any more. Sync again.")
        }
        names[id] = name
        return name
    }

    /// Forgets the names and closes what is open.
    func forget() async {
        names = [:]
        let open = others.map(\.database) + [home]
        others = []
        for database in open { await database.close() }
    }

    /// Lets go of one database, which can't be dropped as long as somebody is connected to it.
    func leave(_ id: UInt32) async {
        names[id] = nil
        guard let place = others.firstIndex(where: { $0.id == id }) else { return }
        await others.remove(at: place).database.close()
    }

    private func homeIf(_ id: UInt32) async throws -> Database? {
        if homeID == nil {
            homeID = try await home.read("SELECT oid FROM pg_database WHERE datname = current_database()") {
                $0.first?.oid(0)
            }
        }
        return homeID == id ? home : nil
    }
}
