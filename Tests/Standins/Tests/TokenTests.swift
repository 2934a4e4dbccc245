import Crypto
import CryptoExtras
import Foundation
import OktaStandin
import StandinKit
import Testing
import WireForm

/// A service app: it signs with its own key.
private struct ServiceApp {
    static let key: _RSA.Signing.PrivateKey? = try? _RSA.Signing.PrivateKey(keySize: .bits2048)
    static let stranger = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

    static func jwk(_ key: _RSA.Signing.PrivateKey?) throws -> JSONValue {
        let numbers = try #require(key).publicKey.getKeyPrimitives()
        return [
            "kty": "RSA", "kid": "k1", "n": .string(numbers.modulus.base64URL),
            "e": .string(numbers.publicExponent.base64URL),
        ]
    }

    static func sign(_ header: JSONValue, _ claims: JSONValue, _ key: _RSA.Signing.PrivateKey? = key) throws -> String {
        let signed = [header, claims].map { Data($0.text.utf8).base64URL }.joined(separator: ".")
        let signature = try #require(key).signature(
            for: SHA256.hash(data: Data(signed.utf8)), padding: .insecurePKCS1v1_5)
        return "\(signed).\(signature.rawRepresentation.base64URL)"
    }

    static func proof(
        _ method: String, _ url: String, _ changes: [String: JSONValue] = [:], header: [String: JSONValue] = [:],
        key: _RSA.Signing.PrivateKey? = key
    ) throws -> String {
        let head: [String: JSONValue] = ["typ": "dpop+jwt", "alg": "RS256", "jwk": try jwk(key)]
        let claims: [String: JSONValue] = [
            "htm": .string(method), "htu": .string(url), "iat": .init(Int(Date().timeIntervalSince1970)),
            "jti": .string(UUID().uuidString),
        ]
        return try sign(
            object(head.merging(header) { $1 }), object(claims.merging(changes) { $1 }), key)
    }

    static func assertion(
        _ url: String, _ changes: [String: JSONValue] = [:], header: [String: JSONValue] = [:],
        key: _RSA.Signing.PrivateKey? = key
    ) throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let claims: [String: JSONValue] = [
            "iss": "0oaApp", "sub": "0oaApp", "aud": .string(url), "iat": .init(now), "exp": .init(now + 300),
            "jti": .string(UUID().uuidString),
        ]
        let head: [String: JSONValue] = ["alg": "RS256", "kid": "k1"]
        return try sign(object(head.merging(header) { $1 }), object(claims.merging(changes) { $1 }), key)
    }

    private static func object(_ members: [String: JSONValue]) -> JSONValue {
        .object(members.filter { !$0.value.isNull }.map { ($0.key, $0.value) })
    }

    static func standin(dpop: Bool = true, adminRole: Bool = true) throws -> OktaStandin {
        let client: JSONValue = [
            "id": "0oaApp", "jwks": [try jwk(key)], "scopes": ["okta.users.read", "okta.groups.read"],
            "dpop": .bool(dpop), "adminRole": .bool(adminRole),
        ]
        let small = try JSONValue(parsing: Array(TestDirectory.small.utf8))
        return OktaStandin(try OktaDirectory(small.adding("clients", [client])))
    }
}

extension OktaClient {
    fileprivate var tokenURL: String { "\(running.url)/oauth2/v1/token" }

    fileprivate func token(
        _ assertion: String, proof: String?, scope: String = "okta.users.read"
    ) async throws -> OktaClient.Answer {
        var client = self
        client.authorization = ""
        let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        let form =
            "grant_type=client_credentials&client_assertion_type=\(type.percentEncoded)"
            + "&client_assertion=\(assertion)&scope=\(scope.percentEncoded)"
        return try await client.send(
            "POST", "/oauth2/v1/token", form, type: "application/x-www-form-urlencoded",
            headers: proof.map { [("DPoP", $0)] } ?? [])
    }

    /// A token that is bound to the key of the app.
    fileprivate func boundToken(_ scope: String = "okta.users.read") async throws -> String {
        let nonce = ["nonce": JSONValue.string("standin-nonce-1")]
        let answer = try await token(
            ServiceApp.assertion(tokenURL), proof: ServiceApp.proof("POST", tokenURL, nonce), scope: scope)
        #expect(answer.json["token_type"]?.string == "DPoP")
        return try #require(answer.json["access_token"]?.string)
    }

    fileprivate func get(
        _ path: String, token: String, _ changes: [String: JSONValue] = [:],
        key: _RSA.Signing.PrivateKey? = ServiceApp.key
    ) async throws -> OktaClient.Answer {
        var client = self
        client.authorization = "DPoP \(token)"
        let url = running.url + path.prefix { $0 != "?" }
        let hash = Data(SHA256.hash(data: Data(token.utf8))).base64URL
        let claims = ["ath": JSONValue.string(hash)].merging(changes) { $1 }
        return try await client.get(path, headers: [("DPoP", ServiceApp.proof("GET", url, claims, key: key))])
    }
}

@Suite struct `the token endpoint` {
    @Test func `asks for a nonce, then gives a token that opens what its scopes name`() async throws {
        let standin = try ServiceApp.standin()
        try await OktaClient.asking(standin) { okta async throws in
            let asked = try await okta.token(
                ServiceApp.assertion(okta.tokenURL), proof: ServiceApp.proof("POST", okta.tokenURL))
            #expect(asked.status == 400)
            #expect(asked.json["error"]?.string == "use_dpop_nonce")
            #expect(asked.header("DPoP-Nonce") == "standin-nonce-1")
            let token = try await okta.boundToken("okta.users.read okta.apps.read")
            #expect(try await okta.get("/api/v1/users?limit=1", token: token).status == 200)
            let closed = try await okta.get("/api/v1/apps", token: token)
            #expect(closed.code == "E0000006")
            #expect(closed.header("WWW-Authenticate")?.contains("insufficient_scope") == true)
            #expect(standin.journal.all.allSatisfy { !$0.body.contains("eyJ") })
        }
    }

    @Test(
        arguments: [
            (
                ["aud": "https://elsewhere.example/token"], [:],
                "The audience claim for client_assertion must be the endpoint invoked for the request."
            ),
            (
                ["iss": "0oaOther", "sub": "0oaOther"], [:],
                "The issuer claim for client_assertion is not a valid client_id."
            ),
            (["sub": "0oaOther"], [:], "The subject claim for client_assertion is not a valid client_id."),
            (["exp": 1_000_000_000], [:], "The client_assertion token is expired."),
            (["exp": 9_000_000_000], [:], "The client_assertion token has an expiration too far into the future."),
            (["exp": nil], [:], "The client_assertion must contain the 'exp' claim as seconds since epoch."),
            ([:], ["kid": "other"], "The client_assertion JWT kid is invalid."),
            ([:], ["alg": "none"], "The client_assertion JWT signature algorithm is invalid."),
        ] as [([String: JSONValue], [String: JSONValue], String)])
    func `refuses an assertion`(_ wrong: (claims: [String: JSONValue], header: [String: JSONValue], text: String))
        async throws
    {
        try await OktaClient.asking(try ServiceApp.standin(dpop: false)) { okta async throws in
            let assertion = try ServiceApp.assertion(okta.tokenURL, wrong.claims, header: wrong.header)
            let answer = try await okta.token(assertion, proof: nil)
            #expect(answer.status == 401)
            #expect(answer.json["error"]?.string == "invalid_client")
            #expect(answer.json["error_description"]?.string == wrong.text)
        }
    }

    @Test func `refuses the key of a stranger, a second use, and scopes that nobody granted`() async throws {
        try await OktaClient.asking(try ServiceApp.standin(dpop: false)) { okta async throws in
            let forged = try ServiceApp.assertion(okta.tokenURL, key: ServiceApp.stranger)
            #expect(
                try await okta.token(forged, proof: nil).json["error_description"]?.string
                    == "The client_assertion signature is invalid.")
            let once = try ServiceApp.assertion(okta.tokenURL)
            #expect(try await okta.token(once, proof: nil).status == 200)
            #expect(
                try await okta.token(once, proof: nil).json["error_description"]?.string
                    == "The client_assertion token has already been used.")
            let unknown = try await okta.token(ServiceApp.assertion(okta.tokenURL), proof: nil, scope: "everything")
            #expect(unknown.json["error"]?.string == "invalid_scope")
            let ungranted = try await okta.token(
                ServiceApp.assertion(okta.tokenURL), proof: nil, scope: "okta.logs.read")
            #expect(ungranted.json["error"]?.string == "consent_required")
        }
    }

    @Test(
        arguments: [
            (["htm": "GET"], [:], "'htm' claim in the DPoP proof JWT is invalid."),
            (["htu": "https://elsewhere.example/"], [:], "'htu' claim in the DPoP proof JWT is invalid."),
            (["iat": 1_000_000_000], [:], "The DPoP proof JWT is issued more than five minutes in the past."),
            (["iat": 9_000_000_000], [:], "The DPoP proof JWT is issued in the future."),
            (["jti": nil, "nonce": "standin-nonce-1"], [:], "'jti' claim in the DPoP proof JWT is invalid."),
            ([:], ["typ": "JWT"], "'typ' must be 'dpop+jwt' in the DPoP proof JWT."),
            ([:], ["alg": "HS256"], "The DPoP proof JWT signature algorithm is invalid."),
        ] as [([String: JSONValue], [String: JSONValue], String)])
    func `refuses a proof`(_ wrong: (claims: [String: JSONValue], header: [String: JSONValue], text: String))
        async throws
    {
        try await OktaClient.asking(try ServiceApp.standin()) { okta async throws in
            let proof = try ServiceApp.proof("POST", okta.tokenURL, wrong.claims, header: wrong.header)
            let answer = try await okta.token(ServiceApp.assertion(okta.tokenURL), proof: proof)
            #expect(answer.json["error"]?.string == "invalid_dpop_proof")
            #expect(answer.json["error_description"]?.string == wrong.text)
        }
    }
}

@Suite struct `a token that is bound to a key` {
    @Test func `opens nothing without the right proof`() async throws {
        try await OktaClient.asking(try ServiceApp.standin()) { okta async throws in
            let token = try await okta.boundToken()
            var bearer = okta
            bearer.authorization = "Bearer \(token)"
            #expect(try await bearer.get("/api/v1/users").code == "E0000011")
            bearer.authorization = "DPoP \(token)"
            #expect(try await bearer.get("/api/v1/users").status == 401)
            #expect(try await okta.get("/api/v1/users", token: token, ["ath": "x"]).status == 401)
            let query = JSONValue.string("\(okta.running.url)/api/v1/users?limit=1")
            #expect(try await okta.get("/api/v1/users?limit=1", token: token, ["htu": query]).status == 401)
            let stranger = try await okta.get("/api/v1/users", token: token, key: ServiceApp.stranger)
            #expect(stranger.header("WWW-Authenticate")?.contains("not bound") == true)
            #expect(try await okta.get("/api/v1/users", token: token, ["jti": "once"]).status == 200)
            #expect(try await okta.get("/api/v1/users", token: token, ["jti": "once"]).status == 401)
        }
    }

    @Test func `may need a nonce at resources too`() async throws {
        let standin = try ServiceApp.standin()
        standin.setResourceNonce("r1")
        try await OktaClient.asking(standin) { okta async throws in
            let token = try await okta.boundToken()
            let asked = try await okta.get("/api/v1/users", token: token)
            #expect(asked.status == 401)
            #expect(asked.header("WWW-Authenticate")?.contains("use_dpop_nonce") == true)
            #expect(asked.header("DPoP-Nonce") == "r1")
            #expect(try await okta.get("/api/v1/users", token: token, ["nonce": "r1"]).status == 200)
        }
    }

    @Test func `ends with its time, and when a fault ends it`() async throws {
        let standin = try ServiceApp.standin(dpop: false)
        try await OktaClient.asking(standin) { okta async throws in
            func token() async throws -> OktaClient {
                var client = okta
                let answer = try await okta.token(ServiceApp.assertion(okta.tokenURL), proof: nil)
                client.authorization = "Bearer \(answer.json["access_token"]?.string ?? "")"
                return client
            }
            let first = try await token()
            standin.faults.add(Fault(.refuseToken, on: "GET /api/v1/users", skip: 1))
            var seen: [Int] = []
            for _ in 0..<3 { seen.append(try await first.get("/api/v1/users").status) }
            #expect(seen == [200, 401, 401])
            let second = try await token()
            #expect(try await second.get("/api/v1/users").status == 200)
            standin.clock.advance(seconds: 3601)
            #expect(try await second.get("/api/v1/users").code == "E0000011")
        }
    }
}

@Suite struct `an app without an admin role` {
    @Test func `sees no users, and may do nothing else`() async throws {
        let standin = try ServiceApp.standin(adminRole: false)
        try await OktaClient.asking(standin) { okta async throws in
            let token = try await okta.boundToken("okta.users.read okta.groups.read")
            let users = try await okta.get("/api/v1/users?limit=10", token: token)
            #expect(users.status == 200)
            #expect(users.text == "[]")
            #expect(try await okta.get("/api/v1/groups", token: token).status == 403)
            standin.setAdminRole(true, ofClient: "0oaApp")
            #expect(try await okta.get("/api/v1/users", token: token).ids == ["00u1", "00u2"])
        }
    }
}

extension Data {
    fileprivate var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
