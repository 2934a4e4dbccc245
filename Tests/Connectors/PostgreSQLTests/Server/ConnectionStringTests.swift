import AccessModel
import ConnectorKit
import Testing

@testable import PostgreSQLConnector

@Suite struct `a DSN` {
    private func words(_ text: String) throws -> [String: String] {
        let string = try ConnectionString(Secret(text))
        return Dictionary(string.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    @Test(arguments: [
        (
            "postgres://baton:s%3Acr%2Fet@db.example.com:5433/shop?sslmode=verify-full&connect_timeout=7",
            [
                "user": "baton", "password": "s:cr/et", "host": "db.example.com", "port": "5433", "dbname": "shop",
                "sslmode": "verify-full", "connect_timeout": "7",
            ]
        ),
        ("postgresql://u:p@ss@h/d", ["user": "u", "password": "p@ss", "host": "h", "dbname": "d"]),
        ("postgres://", [:]),
        ("postgres:///shop?host=/var/run/postgresql", ["dbname": "shop", "host": "/var/run/postgresql"]),
        ("postgres://%2Fvar%2Frun/shop", ["host": "/var/run", "dbname": "shop"]),
        ("postgres://u@[::1]:5433,[fe80::1]/d", ["user": "u", "host": "::1,fe80::1", "port": "5433,", "dbname": "d"]),
        (
            "postgres://a,b:6000/d?target_session_attrs=any",
            ["host": "a,b", "port": ",6000", "dbname": "d", "target_session_attrs": "any"]
        ),
        ("postgres://h/d?ssl=true", ["host": "h", "dbname": "d", "sslmode": "require"]),
        ("postgres://h/d?pool_max_conns=4&default_query_exec_mode=exec", ["host": "h", "dbname": "d"]),
        (
            "host=h user = 'a b' password='it\\'s \\\\ here' dbname=",
            ["host": "h", "user": "a b", "password": "it's \\ here", "dbname": ""]
        ),
        ("  host=h\n\tport=1 pool_max_conns=3 ", ["host": "h", "port": "1"]),
    ]) func `is read as the ecosystem's driver reads it`(text: String, expected: [String: String]) throws {
        #expect(try words(text) == expected)
    }

    @Test func `may hold settings of the session`() throws {
        let string = try ConnectionString(Secret("postgres://h/d?statement_timeout=5s&work_mem=1MB"))
        #expect(string.settings.map(\.name) == ["statement_timeout", "work_mem"])
        #expect(string.to(database: "other").value("dbname") == "other")
        #expect(string.to(database: "other").value("host") == "h")
    }

    @Test(arguments: [
        "hunter2", "postgres://u:hunter2%@h/d", "postgres://u:hunter2%zz@h", "postgres://u:hunter2@[::1/d",
        "host=h hunter2",
        "password='hunter2", "postgres://u:p@h/d?hunter2", "postgres://u:hunter2%00@h", "mysql://u:hunter2@h",
        "=hunter2",
        "postgres://u:hunter2@[::1]x/d",
    ]) func `that can't be read is not quoted`(text: String) throws {
        let error = try #require(throws: ServiceError.self) { _ = try ConnectionString(Secret(text)) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.hasPrefix("dsn: ") && !error.message.contains("hunter2"))
    }

    @Test func `shows nothing of itself`() throws {
        let string = try ConnectionString(Secret("postgres://u:hunter2@h/d"))
        #expect(!"\(string) \(String(reflecting: string))".contains("hunter2"))
        var dumped = ""
        dump(string, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
