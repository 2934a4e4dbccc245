import AccessModel
import BatonWire
import BuiltConnectors
import OktaStandin
import StandinKit
import Testing
import WireForm

@Suite struct `an account in Okta` {
    private func profile(_ more: String = "") -> String {
        "{\"first_name\": \"Grace\", \"last_name\": \"Hopper\", \"email\": \"grace@corp.example\"\(more.isEmpty ? "" : ", " + more)}"
    }

    /// The user with that login after another sync.
    private func user(_ login: String, in trial: Trial) async throws -> Resource? {
        try await trial.sync("--sync-resource-types=user").resources.values
            .first { $0.profile.string("login") == login }
    }

    @Test func `is created, and found when it is there already`() async throws {
        try await Trial.run { trial in
            let first = try await trial.program.run("--create-account-profile=\(profile())")
            #expect(first.status == 0, "\(first.errors)")
            let made = try #require(try await user("grace@corp.example", in: trial))
            #expect(made.displayName == "Grace Hopper" || made.displayName == "grace@corp.example")
            #expect(made.profile.string("c1_okta_raw_user_status") == "PROVISIONED")

            let second = try await trial.program.run("--create-account-profile=\(profile())", "--output=json")
            #expect(second.status == 0, "\(second.errors)")
            #expect(second.output.contains("alreadyExists"), "\(second.output)")
            #expect(second.output.contains(made.identity.value))
            #expect(try await trial.sync("--sync-resource-types=user").ids("user").count == 16)
        }
    }

    @Test(arguments: [
        ("\"create_inactive\": true", "STAGED", "activate=false"),
        ("\"create_inactive\": \"true\", \"send_activation_email\": \"\"", "STAGED", "activate=false"),
        ("\"provider_type\": \"federation\"", "ACTIVE", "provider=true"),
        (
            "\"login\": \"amazing.grace@corp.example\", \"additionalAttributes\": {\"title\": \"Admiral\"}",
            "PROVISIONED", ""
        ),
    ]) func `is created as the profile says`(more: String, status: String, query: String) async throws {
        try await Trial.run { trial in
            let ending = try await trial.program.run("--create-account-profile=\(profile(more))")
            #expect(ending.status == 0, "\(ending.errors)")
            let login = more.contains("amazing") ? "amazing.grace@corp.example" : "grace@corp.example"
            let made = try #require(try await user(login, in: trial))
            #expect(made.status.details == status)
            if more.contains("title") { #expect(made.profile.string("title") == "Admiral") }
            let sent = trial.okta.journal.entries("POST /api/v1/users").map { entry in
                entry.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            }
            #expect(sent == [query])
        }
    }

    @Test func `is activated without a message when it shouldn't get one`() async throws {
        try await Trial.run { trial in
            let ending = try await trial.program.run(
                "--create-account-profile=\(profile("\"send_activation_email\": \"false\""))")
            #expect(ending.status == 0, "\(ending.errors)")
            let activations = trial.okta.journal.entries("POST /api/v1/users/*/lifecycle/activate")
            #expect(activations.map { $0.query.map { "\($0.name)=\($0.value)" } } == [["sendEmail=false"]])
            let made = try #require(try await user("grace@corp.example", in: trial))
            #expect(made.status.status == .enabled)
        }
    }

    @Test(arguments: [
        ("\"provider_type\": \"SAML\"", "provider_type: it is OKTA or FEDERATION"),
        ("\"create_inactive\": \"perhaps\"", "create_inactive: it is true or false"),
        ("\"additionalAttributes\": {\"email\": \"x\"}", "email has a field of its own"),
        ("\"additionalAttributes\": [1]", "additionalAttributes: it must be an object"),
        ("\"additionalAttributes\": {\"a\": {\"b\": 1}}", "additionalAttributes.a: an attribute is a text"),
        (
            "\"login\": \"\", \"password_change_on_login_required\": 7",
            "password_change_on_login_required: it is true or false"
        ),
    ]) func `is refused when a field can't be so`(more: String, complaint: String) async throws {
        try await Trial.run { trial in
            let ending = try await trial.program.run("--create-account-profile=\(profile(more))")
            #expect(ending.status == 3)
            #expect(ending.errors.contains(complaint), "\(ending.errors)")
            #expect(trial.okta.journal.count("POST /api/v1/users") == 0)
        }
    }

    @Test func `is deactivated and deleted, once, although Okta is slow to show it`() async throws {
        try await Trial.run { trial in
            _ = try await trial.sync()
            trial.okta.setStaleReads(1)
            for _ in 0..<2 {
                let ending = try await trial.program.run(
                    "--delete-resource=00u00000000000000002", "--delete-resource-type=user")
                #expect(ending.status == 0, "\(ending.errors)")
            }
            trial.okta.setStaleReads(0)
            #expect(trial.okta.journal.count("POST /api/v1/users/*/lifecycle/deactivate") == 1)
            let deactivation = trial.okta.journal.entries("POST /api/v1/users/*/lifecycle/deactivate")
            #expect(deactivation.first?.query.map { "\($0.name)=\($0.value)" } == ["sendEmail=false"])
            #expect(!(try await trial.sync("--sync-resource-types=user").ids("user").contains("00u00000000000000002")))
        }
    }

    @Test func `of a group goes with the group, once`() async throws {
        try await Trial.run { trial in
            _ = try await trial.sync()
            for _ in 0..<2 {
                let ending = try await trial.program.run(
                    "--delete-resource=00g00000000000000003", "--delete-resource-type=group")
                #expect(ending.status == 0, "\(ending.errors)")
            }
            #expect(!(try await trial.sync().ids("group").contains("00g00000000000000003")))
            let refused = try await trial.program.run(
                "--delete-resource=00g00000000000000000", "--delete-resource-type=group")
            #expect(refused.status != 0, "the group of everyone stays")
        }
    }
}
