import BuiltConnectors
import Foundation

extension BuiltConnector {
    /// The built program, with these arguments in each run.
    static func postgresql(_ arguments: String..., level: String = "error") throws -> BuiltConnector {
        try BuiltConnector("baton-postgresql", [:], arguments, level: level)
    }

    /// Runs it on a server; the DSN is in its environment.
    @discardableResult
    func callAsFunction(dsn: String, _ arguments: String...) throws -> Ending {
        try finish(arguments, ["BATON_DSN": dsn])
    }

    /// What `baton` shows of the file.
    func baton(_ arguments: String...) throws -> Ending {
        try finish(running: Self.path(of: "baton"), ["-f", file] + arguments)
    }
}
