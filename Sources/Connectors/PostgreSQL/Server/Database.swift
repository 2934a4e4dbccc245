import AccessModel
import ConnectorKit

/// One database of the server, connected to when it is first needed and again when the connection was lost.
actor Database {
    /// Where it is, for errors.
    nonisolated let place: String
    private let string: ConnectionString
    private let patience: ServerConnection.Patience
    /// The object identifier it must have; nil when it is the one of the DSN.
    private let expected: UInt32?
    private var connection: ServerConnection?
    private let executor = QueueExecutor(label: "postgresql database")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A database that isn't connected to yet.
    ///
    /// - Parameter expected: what it must be: somebody may have given its name to another one.
    init(_ string: ConnectionString, patience: ServerConnection.Patience, expected: UInt32? = nil) {
        self.string = string
        self.patience = patience
        self.expected = expected
        let host = string.value("host") ?? string.value("hostaddr") ?? "local server"
        let words = [host, string.value("port")].compactMap(\.self).joined(separator: ":")
        place = string.value("dbname").map { "\(words), database \($0)" } ?? words
    }

    /// Connects, if it isn't yet.
    func check() throws {
        try telling { _ = try opened() }
    }

    /// The rows of a statement that only reads; it is run again when the connection was lost.
    func read<Value: Sendable>(
        _ statement: String, _ parameters: [String] = [], _ take: (ServerRows) throws -> Value
    ) throws -> Value {
        try inspect { try $0.run(statement, parameters, take) }
    }

    /// What `look` learns from statements that only read; it looks again when the connection was lost.
    func inspect<Value: Sendable>(_ look: (ServerConnection) throws -> Value) throws -> Value {
        try telling {
            do {
                return try look(try opened())
            } catch let failure as ServerFailure where failure.kind == .lost {
                connection = nil
                return try look(try opened())
            }
        }
    }

    /// Does `work` as one transaction: all of it or nothing.
    ///
    /// It is never done again by itself: a connection that is lost at its end leaves unknown whether it took effect.
    func change<Value: Sendable>(_ work: (ServerConnection) throws -> Value) throws -> Value {
        try telling {
            // A connection that the server has ended in the meantime is found out by a statement that may fail.
            let connection = try refreshed()
            do {
                try connection.run("BEGIN")
                let value = try work(connection)
                try connection.run("COMMIT")
                return value
            } catch {
                // The first error tells the cause; without the connection, too, the server takes everything back.
                try? connection.run("ROLLBACK")
                throw error
            }
        }
    }

    /// Runs a statement that can't be in a transaction.
    func perform(_ statement: (ServerConnection) throws -> String) throws {
        try telling {
            let connection = try refreshed()
            try connection.run(try statement(connection))
        }
    }

    /// Lets the connection go; the next call opens another.
    func close() {
        connection = nil
    }

    private func opened() throws -> ServerConnection {
        if let connection, connection.isUsable { return connection }
        connection = nil
        let fresh = try ServerConnection(string, patience: patience)
        if let expected {
            let found = try fresh.run(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ) { $0.first?.oid(0) }
            guard found == expected else {
                throw ServerFailure(.refused("3D000"), "the database with this name is another one now")
            }
        }
        connection = fresh
        return fresh
    }

    private func refreshed() throws -> ServerConnection {
        do {
            let connection = try opened()
            try connection.run("SELECT 1")
            return connection
        } catch let failure as ServerFailure where failure.kind == .lost {
            connection = nil
            return try opened()
        }
    }

    /// Does `work`, whose failures then say where they happened.
    private func telling<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let failure as ServerFailure {
            throw failure.asServiceError(at: place)
        }
    }
}
