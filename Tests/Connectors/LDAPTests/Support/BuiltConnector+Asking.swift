import BuiltConnectors
import Testing

extension BuiltConnector {
    /// The built program, asking a server as its admin.
    convenience init(asking server: Slapd, _ more: [String: String] = [:], level: String = "error") throws {
        let usual = [
            "BATON_URL": server.url, "BATON_BASE_DN": Slapd.suffix, "BATON_BIND_DN": Slapd.admin,
            "BATON_PASSWORD": Slapd.password,
        ]
        try self.init("baton-ldap", usual.merging(more) { $1 }, level: level)
    }

    /// Syncs, and returns what the file holds then.
    func sync(_ arguments: String...) throws -> FileContents {
        let ending = try finish(arguments)
        #expect(ending.status == 0, "\(ending.errors)")
        return try FileContents(of: file)
    }
}
