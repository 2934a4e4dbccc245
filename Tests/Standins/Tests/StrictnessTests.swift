import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a request that Okta would refuse` {
    @Test(
        arguments: [
            ("GET", "/api/v1/nothing", nil, 404, "E0000008"),
            ("PATCH", "/api/v1/users", nil, 405, "E0000022"),
            ("GET", "/api/v1/users?colour=red", nil, 400, "E0000001"),
            ("GET", "/api/v1/users?limit=2&limit=3", nil, 400, "E0000001"),
            ("GET", "/api/v1/users?limit=many", nil, 400, "E0000037"),
            ("GET", "/api/v1/users?limit=0", nil, 400, "E0000001"),
            ("GET", "/api/v1/users?search=status%20is%20x", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?search=status%20eq", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?search=status%20eq%20%22ACTIVE", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?search=(status%20pr", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?search=profile.shoeSize%20pr", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?filter=profile.title%20eq%20%22x%22", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?filter=status%20sw%20%22A%22", nil, 400, "E0000031"),
            ("GET", "/api/v1/users?filter=status%20eq%20%22A%22&q=a", nil, 400, "E0000033"),
            ("GET", "/api/v1/groups?expand=everything", nil, 400, "E0000001"),
            ("GET", "/api/v1/users/nobody", nil, 404, "E0000007"),
            ("POST", "/api/v1/users", "{\"profile\":", 400, "E0000003"),
            ("POST", "/api/v1/users", "{\"profil\":{}}", 400, "E0000003"),
            ("POST", "/api/v1/groups", "{\"profile\":\"x\"}", 400, "E0000003"),
            ("POST", "/api/v1/groups", "{\"profile\":{\"name\":\"\"}}", 400, "E0000001"),
            ("POST", "/api/v1/users/00u1/roles", "{\"type\":\"KING\"}", 400, "E0000001"),
            ("POST", "/api/v1/users/00u1/lifecycle/suspend", "{\"reason\":\"x\"}", 400, "E0000003"),
            ("GET", "/api/v1/logs?since=yesterday", nil, 400, "E0000001"),
        ] as [(String, String, String?, Int, String)])
    func `is answered with its error`(_ call: (String, String, String?, Int, String)) async throws {
        let (method, path, body, status, code) = call
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let answer = try await okta.send(method, path, body)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect(answer.json["errorLink"]?.string == code)
            #expect(answer.json["errorId"]?.string?.hasPrefix("oae") == true)
            #expect(answer.json["errorCauses"]?.isArray == true)
            #expect(answer.header("X-Okta-Request-Id") != nil)
        }
    }

    @Test func `is one of another media type`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let body = "{\"profile\":{\"name\":\"N\"}}"
            #expect(try await okta.send("POST", "/api/v1/groups", body, type: "text/plain").code == "E0000021")
            #expect(try await okta.send("POST", "/api/v1/groups", body).status == 200)
            let asked = try await okta.get("/api/v1/users", headers: [("Content-Type", "application/xml")])
            #expect(asked.code == "E0000021")
            let empty = try await okta.send("POST", "/api/v1/groups", "", type: "text/plain")
            #expect(empty.code != "E0000021", "nothing is sent, of whatever type")
        }
    }

    @Test func `is one without a token, or with a wrong one`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            for authorization in ["", "SSWS wrong", "Basic eDp5", "Bearer \(OktaDirectory.standardToken)"] {
                var stranger = okta
                stranger.authorization = authorization
                let answer = try await stranger.get("/api/v1/org")
                #expect(answer.status == 401)
                #expect(answer.code == "E0000011")
            }
        }
    }

    @Test func `is one that its token has no right to`() async throws {
        let json =
            TestDirectory.small.dropLast(1)
            + ", \"apiTokens\": [{\"id\": \"00T1\", \"user\": \"00u1\", \"secret\": \"reader\", \"rights\": \"readOnly\"}]}"
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(String(json)))) { okta async throws in
            var reader = okta
            reader.authorization = "SSWS reader"
            #expect(try await reader.get("/api/v1/users").status == 200)
            #expect(try await reader.get("/api/v1/groups/00g1/roles").code == "E0000006")
            let changed = try await reader.send("PUT", "/api/v1/groups/00g1/users/00u2")
            #expect(changed.status == 403)
        }
    }
}

@Suite struct `the media type of a GET` {
    @Test func `leaves parts of users out`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let whole = try await okta.get("/api/v1/users/ada")
            #expect(whole.json["credentials"]?["provider"]?["type"]?.string == "OKTA")
            #expect(whole.json["_links"]?["changePassword"] != nil)
            let type =
                "application/json; okta-response=\"omitCredentials,omitCredentialsLinks,omitTransitioningToStatus\""
            let small = try await okta.get("/api/v1/users/ada", headers: [("Content-Type", type)])
            #expect(small.json["credentials"] == nil)
            #expect(small.json["_links"]?["changePassword"] == nil)
            #expect(small.json["_links"]?["suspend"] != nil)
            let list = try await okta.get("/api/v1/users", headers: [("Content-Type", type)])
            #expect(list.json.elements.allSatisfy { $0["credentials"] == nil })
        }
    }

    @Test func `has no parts that Okta doesn't know`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let type = "application/json; okta-response=omitEverything"
            #expect(try await okta.get("/api/v1/users", headers: [("Content-Type", type)]).code == "E0000021")
        }
    }
}
