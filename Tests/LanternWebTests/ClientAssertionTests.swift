import CredentialCipher
import Foundation
import LanternSignIn
import Testing

@testable import LanternWeb

@Suite struct `a client that signs` {
    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(Array(bytes)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    private static func statement(_ secret: ClientSecret, _ claims: [String: Any], algorithm: String = "EdDSA") throws
        -> String
    {
        let header = try JSONSerialization.data(withJSONObject: ["alg": algorithm, "nonce": "00"])
        let body = try JSONSerialization.data(withJSONObject: claims)
        let signed = encoded(header) + "." + encoded(body)
        return try signed + "." + encoded(secret.signature(of: Array(signed.utf8)))
    }

    @Test func `gets a token for what only it can sign`() async throws {
        let server = try await TestServer()
        _ = try await server.browser(.administrator)
        let user = try await server.signIn.user(email: "administrator@example.com")
        let made = try await server.signIn.makeCredential(
            for: user, named: "n", scope: .read, days: 1, clientHost: "lantern.example:8443")
        let id = try #require(made.credential.clientID)
        #expect(made.secret.hasPrefix("secret-token:conductorone.com:v1:"))
        let secret = try ClientSecret(parsing: made.secret)
        let now = Int(Date().timeIntervalSince1970)
        let good: [String: Any] = [
            "iss": id, "sub": id, "aud": "lantern.example", "exp": now + 120, "nbf": now - 120, "iat": now,
        ]
        func ask(_ statement: String, as client: String? = nil) async throws -> Client.Answer {
            let fields = [
                "grant_type": "client_credentials", "client_id": client ?? id,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": statement,
            ]
            let body = fields.map { "\($0.key)=\($0.value.urlEncoded)" }.joined(separator: "&")
            return try await Client(port: server.port).send(
                "POST", "/auth/v1/token", body, "application/x-www-form-urlencoded")
        }
        let answer = try await ask(Self.statement(secret, good))
        #expect(answer.status == 200, "\(answer.text)")
        let token = try #require(try answer.json()["access_token"] as? String)
        #expect(try await Client(port: server.port, token: token).get("/api/v1/auth/introspect").status == 200)
        // Older clients send a list.
        #expect(try await ask(Self.statement(secret, good.merging(["aud": ["lantern.example"]]) { $1 })).status == 200)

        let other = try ClientSecret.make().secret
        let wrong: [(String, String)] = [
            ("another key", try Self.statement(other, good)),
            ("another algorithm", try Self.statement(secret, good, algorithm: "none")),
            ("too old", try Self.statement(secret, good.merging(["exp": now - 120]) { $1 })),
            ("for too long", try Self.statement(secret, good.merging(["exp": now + 4000]) { $1 })),
            ("not yet", try Self.statement(secret, good.merging(["nbf": now + 600]) { $1 })),
            ("another server", try Self.statement(secret, good.merging(["aud": "other.example"]) { $1 })),
            ("another subject", try Self.statement(secret, good.merging(["sub": "x@lantern.example/pcc"]) { $1 })),
            ("no signature", String(try Self.statement(secret, good).split(separator: ".")[0]) + ".e30."),
            ("nothing", ""),
        ]
        for (name, statement) in wrong { #expect(try await ask(statement).status == 401, "\(name)") }
        #expect(try await ask(Self.statement(secret, good), as: "x@lantern.example/pcc").status == 401)
        try await server.signIn.revokeCredential(made.credential.id, of: user)
        #expect(try await ask(Self.statement(secret, good)).status == 401)
        #expect(try await Client(port: server.port, token: token).get("/api/v1/auth/introspect").status == 401)
    }
}
