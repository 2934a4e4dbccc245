import AccessModel
import ConnectorHTTP
import ConnectorKit
import Crypto
import CryptoExtras
import Foundation
import Synchronization
import Testing

/// A signed token, taken apart.
struct TakenApart {
    let header: [String: Any]
    let claims: [String: Any]
    let signed: Data
    let signature: Data

    init(_ token: String) throws {
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        header = try #require(try JSONSerialization.jsonObject(with: try Self.decode(parts[0])) as? [String: Any])
        claims = try #require(try JSONSerialization.jsonObject(with: try Self.decode(parts[1])) as? [String: Any])
        signed = Data("\(parts[0]).\(parts[1])".utf8)
        signature = try Self.decode(parts[2])
    }

    static func decode(_ text: String) throws -> Data {
        try #require(!text.contains("=") && !text.contains("+") && !text.contains("/"))
        var plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while plain.count % 4 != 0 { plain += "=" }
        return try #require(Data(base64Encoded: plain))
    }

    func isSigned(by key: _RSA.Signing.PublicKey) -> Bool {
        key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: signed),
            padding: .insecurePKCS1v1_5)
    }

    func isSigned(by key: P256.Signing.PublicKey) throws -> Bool {
        key.isValidSignature(
            try P256.Signing.ECDSASignature(rawRepresentation: signature), for: SHA256.hash(data: signed))
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `a signing key` {
    @Test func `comes as PKCS#1, PKCS#8, SEC 1 or JWK, also out of a variable`() async throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let p256 = P256.Signing.PrivateKey()
        let raw = p256.rawRepresentation.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        let keys: [SigningKey] = [
            try SigningKey(pem: Secret(rsa.pemRepresentation), id: "k"),
            try SigningKey(pem: Secret(rsa.pkcs8PEMRepresentation)),
            try SigningKey(pem: Secret("  " + rsa.pemRepresentation.replacingOccurrences(of: "\n", with: "\\n"))),
            try SigningKey(pem: Secret(p256.pemRepresentation)),
            try SigningKey(jwk: Secret(#"{"kty":"EC","crv":"P-256","kid":"j","d":"\#(raw)"}"#)),
        ]
        #expect(keys.map(\.id) == ["k", nil, nil, nil, "j"])
        for (number, key) in keys.enumerated() {
            try await LoopbackServer.run({ _ in .json(#"{"id":"1"}"#) }) { server in
                let client = try HTTPClient(
                    server.address,
                    authentication: .selfSigned(issuer: "app-1", key: key, claims: ["n": 7, "a": .texts(["x"])]),
                    options: options())
                _ = try await client.get("/app", as: Row.self)
                let field = try #require(server.requests.first?.fields["Authorization"])
                let token = try TakenApart(String(field.dropFirst("Bearer ".count)))
                #expect(token.header["alg"] as? String == (number < 3 ? "RS256" : "ES256"))
                #expect(token.header["kid"] as? String == key.id)
                #expect(token.claims["iss"] as? String == "app-1")
                #expect(token.claims["iat"] as? Int == 1_799_999_940)
                #expect(token.claims["exp"] as? Int == 1_800_000_600)
                #expect(token.claims["n"] as? Int == 7)
                #expect(number < 3 ? token.isSigned(by: rsa.publicKey) : try token.isSigned(by: p256.publicKey))
            }
        }
    }

    @Test(arguments: [
        "", "k3y", "-----BEGIN PRIVATE KEY-----\nk3y\n-----END PRIVATE KEY-----", "{}", #"{"kty":"RSA","d":"k3y"}"#,
    ])
    func `that is none is refused without being shown`(text: String) {
        for make in [{ try SigningKey(pem: Secret(text)) }, { try SigningKey(jwk: Secret(text)) }] {
            let error = #expect(throws: ServiceError.self) { _ = try make() }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains("k3y") == false)
        }
    }

    @Test func `stands for a service account and its subject`() async throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        try await `a client with tokens`.application { server in
            let client = try HTTPClient(
                server.address,
                authentication: .serviceAccount(
                    tokenURL: "\(server.address)/token", issuer: "robot@x", subject: "admin@x",
                    key: try SigningKey(pem: Secret(rsa.pemRepresentation)), scopes: ["a", "b"]), options: options())
            _ = try await client.get("/users", as: Row.self)
            let form = try #require(server.requests.first?.form)
            #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
            let token = try TakenApart(form["assertion"] ?? "")
            #expect(token.claims["sub"] as? String == "admin@x")
            #expect(token.claims["aud"] as? String == "\(server.address)/token")
            #expect(token.claims["scope"] as? String == "a b")
            #expect(token.isSigned(by: rsa.publicKey))
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `a token bound to a key` {
    private struct Proofs {
        let key: P256.Signing.PrivateKey

        /// The `DPoP` field of a request, checked as far as every proof has to be the same.
        func check(_ request: SeenRequest, at address: String) throws -> [String: Any] {
            let proof = try TakenApart(try #require(request.fields["DPoP"]))
            #expect(proof.header["typ"] as? String == "dpop+jwt")
            let jwk = try #require(proof.header["jwk"] as? [String: String])
            #expect(Set(jwk.keys) == ["kty", "crv", "x", "y"])
            let point = try TakenApart.decode(jwk["x"] ?? "") + TakenApart.decode(jwk["y"] ?? "")
            #expect(point == key.publicKey.rawRepresentation)
            #expect(try proof.isSigned(by: P256.Signing.PublicKey(rawRepresentation: point)))
            #expect(proof.claims["htm"] as? String == request.method)
            #expect(proof.claims["htu"] as? String == address + request.path)
            #expect(proof.claims["iat"] as? Int == 1_800_000_000)
            return proof.claims
        }
    }

    private func application(
        _ key: P256.Signing.PrivateKey, insisting: Bool = false, type: String = #""DPoP""#,
        _ override: @escaping @Sendable (SeenRequest) -> Reply? = { _ in nil },
        _ body: (LoopbackServer, HTTPClient) async throws -> Void
    ) async throws {
        try await LoopbackServer.run({ request in
            if let reply = override(request) { return reply }
            // Both ask for a nonce of their own until they get it; signatures are checked by the tests.
            let claims = request.fields["DPoP"].flatMap { try? TakenApart($0) }?.claims
            let nonce = claims?["nonce"] as? String
            if request.path == "/token" {
                guard nonce == "n-token", !insisting else {
                    return .json(#"{"error":"use_dpop_nonce"}"#, status: 400, ["DPoP-Nonce": "n-token"])
                }
                return .json(#"{"access_token":"bound-1","token_type":\#(type),"expires_in":600}"#)
            }
            guard nonce == "n-api" else {
                return .json(
                    "{}", status: 401,
                    ["DPoP-Nonce": "n-api", "WWW-Authenticate": #"DPoP error="use_dpop_nonce", algs="ES256""#])
            }
            return .json(#"{"id":"1"}"#)
        }) { server in
            let signing = try SigningKey(pem: Secret(key.pemRepresentation), id: "kid-1")
            try await body(
                server,
                HTTPClient(
                    server.address,
                    authentication: .clientCredentials(
                        tokenURL: "\(server.address)/token", clientID: "c-1", key: signing, scopes: ["s"],
                        proof: signing
                    ).withFieldsBesideProofs(["X-Bound": "yes"]),
                    options: options(ManualClock(), ["BATON_DISABLE_HTTP_CACHE": "1"])))
        }
    }

    @Test func `is proven with each request, with the nonce that was asked for`() async throws {
        let key = P256.Signing.PrivateKey()
        try await application(key) { (server, client) async throws -> Void in
            _ = try await client.get("/users", query: [QueryParameter("q", "x")], as: Row.self)
            _ = try await client.post("/users", json: Row(id: "2"))
            #expect(server.requests.map(\.path) == ["/token", "/token", "/users", "/users", "/users"])
            let claims = try server.requests.map { try Proofs(key: key).check($0, at: server.address) }
            #expect(claims.map { $0["nonce"] as? String } == [nil, "n-token", nil, "n-api", "n-api"])
            #expect(Set(claims.map { $0["jti"] as? String }).count == 5)
            let hash = Data(SHA256.hash(data: Data("bound-1".utf8))).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            #expect(claims.map { $0["ath"] as? String } == [nil, nil, hash, hash, hash])
            #expect(server.requests.last?.fields["Authorization"] == "DPoP bound-1")
            #expect(server.requests.map { $0.fields["X-Bound"] } == [nil, nil, "yes", "yes", "yes"])
        }
    }

    @Test func `is asked for with an assertion in place of a secret`() async throws {
        let key = P256.Signing.PrivateKey()
        try await application(key) { (server, client) async throws -> Void in
            _ = try await client.get("/users", as: Row.self)
            let form = try #require(server.requests.first?.form)
            #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            let assertion = try TakenApart(form["client_assertion"] ?? "")
            #expect(assertion.header["kid"] as? String == "kid-1")
            #expect(assertion.claims["iss"] as? String == "c-1")
            #expect(assertion.claims["sub"] as? String == "c-1")
            #expect(assertion.claims["aud"] as? String == "\(server.address)/token")
            #expect(assertion.claims["exp"] as? Int == 1_800_000_300)
            #expect(try assertion.isSigned(by: key.publicKey))
        }
    }

    @Test func `isn't asked for without end`() async throws {
        try await application(P256.Signing.PrivateKey(), insisting: true) { (server, client) async throws -> Void in
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("it goes on asking for a nonce"))
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: [#""Bearer""#, "null", #""MAC""#])
    func `isn't used when the endpoint gave one without a bond`(type: String) async throws {
        try await application(P256.Signing.PrivateKey(), type: type) { (server, client) async throws -> Void in
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == .unauthenticated)
            #expect(error.message.contains("can't be used here."))
            #expect(error.message.hasSuffix("(DPoP), or leave out the proof.") == (type != #""MAC""#))
            #expect(server.requests.allSatisfy { $0.path == "/token" })
        }
    }

    @Test func `is proven anew when a request is sent again`() async throws {
        let key = P256.Signing.PrivateKey()
        let asked = Mutex(0)
        let override: @Sendable (SeenRequest) -> Reply? = { request in
            guard request.path == "/users" else { return nil }
            return asked.withLock {
                $0 += 1; return $0
            } == 2 ? .close : nil
        }
        try await application(key, override) { (server, client) async throws -> Void in
            _ = try await client.get("/users", as: Row.self)
            let proofs = server.requests.filter { $0.path == "/users" }
            #expect(proofs.count == 3)
            let claims = try proofs.map { try Proofs(key: key).check($0, at: server.address) }
            #expect(Set(claims.map { $0["jti"] as? String }).count == 3)
        }
    }

    @Test func `comes from anywhere else, with the key or not at all`() async throws {
        let key = P256.Signing.PrivateKey()
        try await LoopbackServer.run({ _ in .json(#"{"id":"1"}"#) }) { server in
            let fetch: @Sendable () async throws -> AccessToken = { AccessToken(Secret("bound-2"), scheme: .dpop) }
            let signing = try SigningKey(pem: Secret(key.pemRepresentation))
            let client = try HTTPClient(
                server.address, authentication: .token(proof: signing, from: fetch), options: options())
            _ = try await client.get("/users", as: Row.self)
            #expect(server.requests.first?.fields["Authorization"] == "DPoP bound-2")
            _ = try Proofs(key: key).check(try #require(server.requests.first), at: server.address)
            let other = try HTTPClient(server.address, authentication: .token(from: fetch), options: options())
            let error = try await serviceError { try await other.get("/users", as: Row.self) }
            #expect(error.code == .unauthenticated)
            #expect(error.message.contains("bound to a key (DPoP)"))
            #expect(server.requests.count == 1)
        }
    }
}
