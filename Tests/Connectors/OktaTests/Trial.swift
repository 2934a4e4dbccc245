import BuiltConnectors
import Foundation
import OktaStandin
import StandinKit
import Testing
import WireForm

/// The built program and a stand-in for Okta that it asks.
struct Trial: Sendable {
    let okta: OktaStandin
    let program: BuiltConnector
    let server: RunningStandin

    /// The directory behind the reference's file.
    static func goldenDirectory() throws -> OktaDirectory {
        try OktaDirectory(contentsOf: standins.appending(path: "Okta/golden.json").path)
    }

    /// The directory behind the reference's file, with these members in place of or besides its own.
    static func directory(adding text: String) throws -> OktaDirectory {
        let golden = try Data(contentsOf: standins.appending(path: "Okta/golden.json"))
        let more = try JSONValue(parsing: Array(text.utf8)).members
        let kept = try JSONValue(parsing: Array(golden)).members.filter { member in
            !more.contains { $0.name == member.name }
        }
        return try OktaDirectory(.object(kept + more))
    }

    private static let standins = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Standins")

    /// Lets the stand-in listen, and the program sign in with a token, while `body` runs.
    static func run<Result: Sendable>(
        _ directory: OktaDirectory? = nil, token: String = OktaDirectory.standardToken,
        _ environment: [String: String] = [:],
        _ body: (Trial) async throws -> Result
    ) async throws -> Result {
        let okta = OktaStandin(try directory ?? goldenDirectory())
        return try await okta.withServer { server in
            var variables = [
                "BATON_DOMAIN": server.authority, "BATON_API_TOKEN": token,
                "SSL_CERT_FILE": server.certificateFile ?? "",
            ]
            variables.merge(environment) { $1 }
            return try await body(
                Trial(okta: okta, program: try BuiltConnector("baton-okta", variables), server: server))
        }
    }

    /// Syncs, and returns what the file holds then.
    func sync(_ arguments: String...) async throws -> FileContents {
        let ending = try await program.run(arguments)
        try #require(ending.status == 0, "\(ending.errors)")
        return try FileContents(of: program.file)
    }
}
