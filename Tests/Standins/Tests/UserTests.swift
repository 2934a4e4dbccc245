import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `a new user` {
    private static func body(_ login: String, _ more: String = "") -> String {
        """
        {"profile": {"login": "\(login)", "email": "\(login)", "firstName": "New", "lastName": "User"}\(more)}
        """
    }

    private static let password = ", \"credentials\": {\"password\": {\"value\": \"Correct1Horse\"}}"
    private static let federation =
        ", \"credentials\": {\"provider\": {\"type\": \"FEDERATION\", \"name\": \"FEDERATION\"}}"

    @Test(arguments: [
        ("?activate=false", "", "STAGED"), ("", "", "PROVISIONED"), ("", password, "ACTIVE"),
        ("?activate=false", password, "STAGED"),
        ("?nextLogin=changePassword&activate=true", password, "PASSWORD_EXPIRED"),
        ("?provider=true", federation, "ACTIVE"),
    ])
    func `has the status that its creation asks for`(query: String, more: String, status: String) async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let made = try await okta.send("POST", "/api/v1/users\(query)", Self.body("n@x.example", more))
            #expect(made.status == 200)
            #expect(made.json["status"]?.string == status)
            let id = try #require(made.json["id"]?.string)
            #expect(try await okta.get("/api/v1/users/\(id)").json["status"]?.string == status)
            #expect(try await okta.get("/api/v1/groups/00g0/users").ids.contains(id))
        }
    }

    @Test(
        arguments: [
            (
                "", body("ann@x.example"), "E0000001",
                "login: An object with this field already exists in the current organization"
            ),
            (
                "", body("ANN@X.example"), "E0000001",
                "login: An object with this field already exists in the current organization"
            ),
            ("", body("ann"), "E0000001", "login: Username must be in the form of an email address"),
            (
                "", "{\"profile\": {\"login\": \"a@x.example\"}}", "E0000001",
                "firstName: The field cannot be left blank"
            ),
            (
                "",
                "{\"profile\": {\"login\": \"a@x.example\", \"email\": \"a@x.example\", \"firstName\": \"A\", \"lastName\": \"B\", \"shoe\": \"9\"}}",
                "E0000001", "Property name 'shoe' is not defined in profile"
            ),
            ("?nextLogin=changePassword", body("n@x.example"), "E0000124", nil),
            ("?nextLogin=changePassword&activate=false", body("n@x.example", password), "E0000125", nil),
            ("", body("n@x.example", ", \"credentials\": {\"password\": {\"value\": \"short\"}}"), "E0000001", nil),
            ("", body("n@x.example", ", \"groupIds\": [\"00gNone\"]"), "E0000007", nil),
            ("?activate=maybe", body("n@x.example"), "E0000037", nil),
        ] as [(String, String, String, String?)])
    func `is refused`(_ wrong: (query: String, body: String, code: String, cause: String?)) async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let answer = try await okta.send("POST", "/api/v1/users\(wrong.query)", wrong.body)
            #expect(answer.code == wrong.code)
            if let cause = wrong.cause { #expect(answer.cause == cause) }
            #expect(try await okta.get("/api/v1/users").ids == ["00u1", "00u2"])
        }
    }
}

@Suite struct `the state of a user` {
    @Test(
        arguments: [
            // What is asked of users in the order of the golden directory's statuses: status, operation, answer, status after.
            ("00u00000000000000000", "suspend", 200, nil, "SUSPENDED"),
            ("00u00000000000000003", "suspend", 400, "E0000001", "SUSPENDED"),
            ("00u00000000000000003", "unsuspend", 200, nil, "ACTIVE"),
            ("00u00000000000000000", "unsuspend", 400, "E0000001", "ACTIVE"),
            ("00u00000000000000006", "activate?sendEmail=false", 200, nil, "PROVISIONED"),
            ("00u00000000000000008", "activate?sendEmail=false", 200, nil, "ACTIVE"),
            ("00u00000000000000000", "activate", 403, "E0000016", "ACTIVE"),
            ("00u00000000000000005", "reactivate", 200, nil, "PROVISIONED"),
            ("00u00000000000000000", "reactivate", 403, "E0000038", "ACTIVE"),
            ("00u00000000000000009", "unlock", 200, nil, "ACTIVE"),
            ("00u00000000000000000", "unlock", 403, "E0000032", "ACTIVE"),
            ("00u00000000000000000", "deactivate?sendEmail=false", 200, nil, "DEPROVISIONED"),
            ("00u00000000000000003", "deactivate", 200, nil, "DEPROVISIONED"),
            ("00u00000000000000008", "deactivate", 404, "E0000007", "DEPROVISIONED"),
        ] as [(String, String, Int, String?, String)])
    func `changes as Okta has it`(_ step: (id: String, operation: String, status: Int, code: String?, after: String))
        async throws
    {
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let answer = try await okta.send("POST", "/api/v1/users/\(step.id)/lifecycle/\(step.operation)")
            #expect(answer.status == step.status)
            #expect(answer.code == step.code)
            #expect(try await okta.get("/api/v1/users/\(step.id)").json["status"]?.string == step.after)
        }
    }

    @Test func `is deprovisioned by a first delete, and nothing by a second`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            #expect(try await okta.send("DELETE", "/api/v1/users/00u2").status == 204)
            #expect(try await okta.get("/api/v1/users/00u2").json["status"]?.string == "DEPROVISIONED")
            #expect(try await okta.get("/api/v1/apps/0oa1/users/00u2").code == "E0000007")
            #expect(try await okta.send("DELETE", "/api/v1/users/00u2").status == 204)
            #expect(try await okta.get("/api/v1/users/00u2").code == "E0000007")
            #expect(try await okta.send("DELETE", "/api/v1/users/00u2").status == 404)
            #expect(try await okta.get("/api/v1/groups/00g0/users").ids == ["00u1"])
        }
    }
}

@Suite struct `the profile of a user` {
    @Test func `is changed in part by POST, and whole by PUT`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let part = try await okta.send(
                "POST", "/api/v1/users/00u1", "{\"profile\": {\"title\": \"Boss\", \"department\": \"\"}}")
            #expect(part.json["profile"]?["title"]?.string == "Boss")
            #expect(part.json["profile"]?["department"]?.string == "")
            #expect(part.json["profile"]?["firstName"]?.string == "Ann")
            let cleared = try await okta.send("POST", "/api/v1/users/00u1", "{\"profile\": {\"title\": null}}")
            #expect(cleared.json["profile"]?["title"]?.string == nil)
            let whole = try await okta.send(
                "PUT", "/api/v1/users/00u1",
                "{\"profile\": {\"login\": \"a@x.example\", \"email\": \"a@x.example\", \"firstName\": \"A\", \"lastName\": \"Z\"}}"
            )
            #expect(whole.json["profile"]?["department"] == nil)
            #expect(try await okta.get("/api/v1/users/a@x.example").json["id"]?.string == "00u1")
            #expect(try await okta.get("/api/v1/users/ann@x.example").status == 404)
        }
    }

    @Test func `is only changed in the state that If-Match names`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let tag = try #require(try await okta.get("/api/v1/users/00u1").header("ETag"))
            let body = "{\"profile\": {\"title\": \"Boss\"}}"
            let first = try await okta.send("POST", "/api/v1/users/00u1", body, headers: [("If-Match", tag)])
            #expect(first.status == 200)
            let second = try await okta.send("POST", "/api/v1/users/00u1", body, headers: [("If-Match", tag)])
            #expect(second.status == 412)
        }
    }

    @Test func `may be shown in part`() async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.made(TestDirectory.small))) { okta async throws in
            let answer = try await okta.get("/api/v1/users?fields=status,profile:(firstName,email)")
            #expect(answer.json.elements.first?.members.map(\.name) == ["id", "status", "profile"])
            #expect(answer.json.elements.first?["profile"]?.members.map(\.name) == ["email", "firstName"])
        }
    }
}

@Suite struct `a search for users` {
    @Test(arguments: [
        ("search=profile.firstName%20eq%20%22aDA%22", ["Ada"]), ("filter=profile.firstName%20eq%20%22aDA%22", []),
        ("search=status%20eq%20%22STAGED%22%20or%20status%20eq%20%22LOCKED_OUT%22", ["Goran", "Jun"]),
        (
            "search=profile.department%20eq%20%22D0%22%20and%20not%20(status%20eq%20%22ACTIVE%22)",
            ["Dina", "Goran", "Jun"]
        ),
        ("search=profile.secondEmail%20sw%20%22bram%22", ["Bram"]), ("q=lind", ["Bram"]),
        ("search=created%20gt%20%222023-01-02T03:04:05.001Z%22", []),
        ("search=profile.employeeNumber%20eq%20%2214%22", ["Olga"]),
        ("filter=status%20eq%20%22SUSPENDED%22", ["Dina", "Nils"]),
    ])
    func `finds`(query: String, names: [String]) async throws {
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let answer = try await okta.get("/api/v1/users?\(query)")
            #expect(answer.json.elements.compactMap { $0["profile"]?["firstName"]?.string } == names)
        }
    }
}
