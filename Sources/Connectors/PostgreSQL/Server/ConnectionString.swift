import AccessModel
import CLibpq
import ConnectorKit

/// Where a server is and who signs in: a DSN, taken apart.
///
/// It is read here and not by libpq, whose complaints quote what they can't read, and that may be the password. What the ecosystem's
/// driver takes beyond libpq's words is understood, too: settings of its pool are left out, settings of the server are made after
/// connecting.
struct ConnectionString: Sendable {
    /// libpq's own words.
    private(set) var parameters: [Parameter]
    /// Settings of the session.
    let settings: [Parameter]

    /// One word and its value.
    struct Parameter: Sendable {
        let name: String
        let value: String
    }

    /// Takes a DSN apart: a URI, or `key=value` pairs.
    ///
    /// - Throws: a `ServiceError` that quotes none of it.
    init(_ dsn: Secret) throws(ServiceError) {
        let text = dsn.reveal()
        guard !text.utf8.contains(0) else { throw Self.malformed("it holds a NUL character") }
        let isURI = ["postgres://", "postgresql://"].contains { text.hasPrefix($0) }
        let given = try isURI ? ConnectionURI.parameters(of: text) : KeywordPairs.parameters(of: text)
        parameters = given.filter { Self.isWord($0.name) }
        settings = given.filter { !Self.isWord($0.name) && !Self.isOfPool($0.name) }
    }

    /// The same server and role, in another database.
    func to(database: String) -> ConnectionString {
        var copy = self
        copy.parameters.removeAll { $0.name == "dbname" }
        copy.parameters.append(Parameter(name: "dbname", value: database))
        return copy
    }

    /// The value of one of libpq's words; the last one counts.
    func value(_ name: String) -> String? {
        parameters.last { $0.name == name }?.value
    }

    static func malformed(_ problem: String) -> ServiceError {
        ServiceError(
            .invalidArgument,
            "dsn: \(problem). Write postgres://role:password@host:5432/database, with each of @ : / % # ? in role or password as %40 %3A %2F %25 %23 %3F, or host=… user=… password='…' dbname=…."
        )
    }

    private static func isWord(_ name: String) -> Bool { words.contains(name) }

    /// The words that the installed libpq knows.
    private static let words: Set<String> = {
        guard let options = PQconndefaults() else { return [] }
        defer { PQconninfoFree(options) }
        var words: Set<String> = []
        var place = options
        while let word = place.pointee.keyword {
            words.insert(String(cString: word))
            place += 1
        }
        return words
    }()

    /// Whether a word only concerns the pool of the ecosystem's driver, or how it asks.
    private static func isOfPool(_ name: String) -> Bool {
        let others: Set = [
            "statement_cache_capacity", "statement_cache_mode", "description_cache_capacity",
            "default_query_exec_mode", "prefer_simple_protocol", "min_read_buffer_size",
        ]
        return name.hasPrefix("pool_") || others.contains(name)
    }
}

extension ConnectionString: CustomStringConvertible, CustomReflectable {
    /// Never what it holds.
    var description: String { "‹dsn›" }

    /// Never what it holds.
    var customMirror: Mirror { Mirror(self, children: []) }
}
