import BuiltConnectors
import Crypto
import CryptoExtras
import Foundation
import OktaStandin
import StandinKit
import Testing
import WireForm

/// An app that signs in with a key of its own.
private struct App {
    static let id = "0oaservice"
    private let key: _RSA.Signing.PrivateKey

    init() throws { key = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    var pem: String { key.pemRepresentation }

    /// The golden directory with this app in it.
    func directory(_ more: String = "\"dpop\": true") throws -> OktaDirectory {
        let primitives = try key.publicKey.getKeyPrimitives()
        func text(_ data: Data) -> String {
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let jwk =
            "{\"kty\": \"RSA\", \"kid\": \"key1\", \"n\": \"\(text(primitives.modulus))\", \"e\": \"\(text(primitives.publicExponent))\"}"
        let scopes = ["users", "groups", "roles", "apps"].flatMap { ["okta.\($0).read", "okta.\($0).manage"] }
        let list = (scopes + ["okta.logs.read"]).map { "\"\($0)\"" }.joined(separator: ", ")
        return try Trial.directory(
            adding: "{\"clients\": [{\"id\": \"\(Self.id)\", \"jwks\": [\(jwk)], \"scopes\": [\(list)], \(more)}]}")
    }

    func environment(key pem: String? = nil, id: String = "key1") -> [String: String] {
        [
            "BATON_API_TOKEN": "", "BATON_OKTA_CLIENT_ID": Self.id, "BATON_OKTA_PRIVATE_KEY": pem ?? self.pem,
            "BATON_OKTA_PRIVATE_KEY_ID": id, "BATON_AUTH_METHOD": "private-key-group",
        ]
    }
}

@Suite struct `signing in to Okta` {
    @Test(arguments: ["\"dpop\": true", "\"dpop\": false"]) func `works with a key`(more: String) async throws {
        let app = try App()
        try await Trial.run(app.directory(more), app.environment()) { trial in
            trial.okta.setResourceNonce("nonce of the resources")
            let file = try await trial.sync()
            #expect(file.ids("user").count == 15)
            #expect(file.grants.count == 49)
            #expect(trial.okta.journal.count("POST /oauth2/v1/token") <= 2, "one token, asked for anew with its nonce")
        }
    }

    @Test func `works with a key whose line breaks are written out, and without naming the method`() async throws {
        let app = try App()
        var environment = app.environment(key: app.pem.replacing("\n", with: "\\n"))
        environment["BATON_AUTH_METHOD"] = nil
        try await Trial.run(app.directory(), environment) { trial in
            let file = try await trial.sync("--sync-resource-types=group")
            #expect(file.ids("group").count == 5)
        }
    }

    @Test func `goes on with a new token when the old one ends in the middle`() async throws {
        let app = try App()
        try await Trial.run(app.directory(), app.environment()) { trial in
            trial.okta.faults.add(Fault(.refuseToken, on: "GET /api/v1/groups/*", skip: 2, times: 1))
            let file = try await trial.sync()
            #expect(file.grants.count == 49)
            #expect(trial.okta.journal.entries("POST /oauth2/v1/token").filter { $0.status == 200 }.count == 2)
        }
    }

    @Test func `is refused without an administrator role, although Okta answers`() async throws {
        let app = try App()
        try await Trial.run(app.directory("\"adminRole\": false"), app.environment()) { trial in
            let ending = try await trial.program.run()
            #expect(ending.status == 7)
            #expect(ending.errors.contains("Okta lists no users at all"), "\(ending.errors)")
            #expect(!FileManager.default.fileExists(atPath: trial.program.file), "no file that says everybody is gone")
        }
    }

    @Test func `tells of a wrong key`() async throws {
        let app = try App()
        try await Trial.run(app.directory(), app.environment(key: try App().pem)) { trial in
            let ending = try await trial.program.run()
            #expect(ending.status == 16)
            #expect(ending.errors.contains("token endpoint"), "\(ending.errors)")
            #expect(!ending.errors.contains("PRIVATE KEY"))
        }
        let elliptic = P256.Signing.PrivateKey().pemRepresentation
        try await Trial.run(app.directory(), app.environment(key: elliptic)) { trial in
            let ending = try await trial.program.run()
            #expect(ending.status == 3)
            #expect(ending.errors.contains("okta-private-key: it must be an RSA key"), "\(ending.errors)")
        }
        try await Trial.run(app.directory(), app.environment(key: "no key")) { trial in
            let ending = try await trial.program.run()
            #expect(ending.status == 3)
            #expect(
                ending.errors.contains("okta-private-key: private key: it is no PEM private key"), "\(ending.errors)")
        }
    }

    @Test func `tells of a wrong token, and never the token`() async throws {
        try await Trial.run(nil, token: "wrong-token-0815") { trial in
            let ending = try await trial.program.run("--log-level=debug")
            #expect(ending.status == 16)
            #expect(ending.errors.contains("Okta doesn't accept the credentials (--api-token"), "\(ending.errors)")
            #expect(!ending.errors.contains("wrong-token-0815"))
        }
    }

    @Test func `tells which permission is missing`() async throws {
        try await Trial.run { trial in
            trial.okta.faults.add(Fault(.forbid, on: "GET /api/v1/apps", times: nil))
            let ending = try await trial.program.run()
            #expect(ending.status == 7)
            #expect(ending.errors.contains("E0000006"), "\(ending.errors)")
            #expect(ending.errors.contains("okta.apps.read"), "\(ending.errors)")
        }
    }

    @Test func `does without the roles of groups where they can't be seen`() async throws {
        try await Trial.run { trial in
            trial.okta.faults.add(Fault(.forbid, on: "GET /api/v1/groups/*/roles", times: nil))
            let file = try await trial.sync()
            #expect(file.grants["role:USER_ADMIN:assigned:group:00g00000000000000001"] == nil)
            #expect(file.grants["group:00g00000000000000001:member:user:00u00000000000000000"] != nil)
        }
    }

    @Test func `leaves no secret in any output`() async throws {
        let app = try App()
        try await Trial.run(app.directory(), app.environment()) { trial in
            let log = trial.program.folder.appending(path: "log.json")
            let ending = try await trial.program.run("--log-level=debug", "--log-path=\(log.path)")
            #expect(ending.status == 0, "\(ending.errors)")
            let text = try String(contentsOf: log, encoding: .utf8)
            #expect(text.contains("/api/v1/users"))
            let body = app.pem.split(separator: "\n").dropFirst().first.map(String.init) ?? ""
            let tokens = trial.okta.journal.entries("POST /oauth2/v1/token").map(\.body)
            for secret in [body, "client_assertion=ey", "DPoP ey", "Bearer ey"] + tokens where !secret.isEmpty {
                #expect(!text.contains(secret) && !ending.errors.contains(secret) && !ending.output.contains(secret))
            }
        }
    }
}
