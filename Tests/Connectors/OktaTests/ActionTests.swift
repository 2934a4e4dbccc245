import AccessModel
import BatonWire
import BuiltConnectors
import OktaStandin
import StandinKit
import Testing

@Suite struct `an action in Okta` {
    private func invoke(
        _ name: String, _ arguments: String, on type: String = "", in trial: Trial
    ) async throws -> Ending {
        let place = type.isEmpty ? [] : ["--invoke-action-resource-type=\(type)"]
        return try await trial.program.run(
            ["--invoke-action=\(name)", "--invoke-action-args=\(arguments)", "--output=json"] + place)
    }

    private func user(_ number: Int, in trial: Trial) async throws -> Resource {
        let id = "00u000000000000000" + (number < 10 ? "0\(number)" : "\(number)")
        return try #require(
            try await trial.sync("--sync-resource-types=user").resources[ResourceID("user", id)])
    }

    @Test func `suspends a user and lets it in again`() async throws {
        try await Trial.run { trial in
            let arguments = "{\"user_id\": \"00u00000000000000001\"}"
            for _ in 0..<2 {
                let ending = try await invoke("disable_user", arguments, in: trial)
                #expect(ending.status == 0, "\(ending.errors)")
            }
            #expect(try await user(1, in: trial).status.details == "SUSPENDED")
            #expect(trial.okta.journal.count("POST /api/v1/users/*/lifecycle/suspend") == 1)
            for _ in 0..<2 {
                let ending = try await invoke("enable_user", arguments, in: trial)
                #expect(ending.status == 0, "\(ending.errors)")
            }
            #expect(try await user(1, in: trial).status.details == "ACTIVE")
            #expect(trial.okta.journal.count("POST /api/v1/users/*/lifecycle/unsuspend") == 1)
        }
    }

    @Test func `doesn't enable who was deactivated for good`() async throws {
        try await Trial.run { trial in
            let ending = try await invoke("enable_user", "{\"user_id\": \"00u00000000000000008\"}", in: trial)
            #expect(ending.status != 0)
            #expect((ending.errors + ending.output).contains("deactivated users can't be enabled"))
            let missing = try await invoke("enable_user", "{\"user_id\": \"00unobody\"}", in: trial)
            #expect((missing.errors + missing.output).contains("there is no such user"))
        }
    }

    @Test func `changes a profile, given as an object or as text`() async throws {
        try await Trial.run { trial in
            let ending = try await invoke(
                "update_user",
                "{\"user_id\": \"00u00000000000000001\", \"user_profile\": {\"title\": \"Engineer\", \"department\": null}}",
                in: trial)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output.contains("department, title"), "\(ending.output)")
            var changed = try await user(1, in: trial)
            #expect(changed.profile.string("title") == "Engineer")
            #expect(changed.profile.string("department") == nil)
            #expect(changed.profile.string("firstName") == "Bram", "the rest stays")

            let text = try await invoke(
                "update_user",
                "{\"user_id\": \"00u00000000000000001\", \"user_profile\": \"{\\\"title\\\": \\\"\\\"}\"}", in: trial)
            #expect(text.status == 0, "\(text.errors)")
            changed = try await user(1, in: trial)
            #expect(changed.profile.string("title") == "")
        }
    }

    @Test func `on a user's resource changes the profile and gives the user back`() async throws {
        try await Trial.run { trial in
            let ending = try await invoke(
                "update_profile",
                "{\"user_id\": {\"resource_type_id\": \"user\", \"resource_id\": \"00u00000000000000001\"}, \"title\": \"Boss\", \"additionalAttributes\": {\"city\": \"Oslo\"}}",
                on: "user", in: trial)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output.contains("resourceTypeId"), "\(ending.output)")
            let changed = try await user(1, in: trial)
            #expect(changed.profile.string("title") == "Boss")
            #expect(changed.profile.string("city") == "Oslo")
            let empty = try await invoke(
                "update_profile", "{\"user_id\": \"00u00000000000000001\"}", on: "user", in: trial)
            #expect((empty.errors + empty.output).contains("names no attribute"))
        }
    }

    @Test func `deactivates and deletes a user`() async throws {
        try await Trial.run { trial in
            let arguments = "{\"user_id\": \"00u00000000000000004\"}"
            var ending = try await invoke("deactivate_user", arguments, on: "user", in: trial)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try await user(4, in: trial).status.details == "DEPROVISIONED")
            ending = try await invoke("delete_user", arguments, on: "user", in: trial)
            #expect(ending.status == 0, "\(ending.errors)")
            ending = try await invoke("delete_user", arguments, on: "user", in: trial)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(!(try await trial.sync("--sync-resource-types=user").ids("user").contains("00u00000000000000004")))
        }
    }

    @Test func `creates a group with members, and changes it only when there is something to change`() async throws {
        try await Trial.run { trial in
            let made = try await invoke(
                "create",
                "{\"name\": \"New\", \"description\": \"Made here\", \"userMembers\": [\"00u00000000000000001\", {\"resource_type_id\": \"user\", \"resource_id\": \"00u00000000000000002\"}]}",
                on: "group", in: trial)
            #expect(made.status == 0, "\(made.errors)")
            var file = try await trial.sync()
            let group = try #require(file.resources.values.first { $0.displayName == "New" })
            #expect(file.grants.keys.filter { $0.hasPrefix("group:\(group.identity.value):member:") }.count == 2)

            for _ in 0..<2 {
                let ending = try await invoke(
                    "modify_group", "{\"group_id\": \"\(group.identity.value)\", \"name\": \"Newer\"}", on: "group",
                    in: trial)
                #expect(ending.status == 0, "\(ending.errors)")
            }
            let changes = trial.okta.journal.entries("PUT *").filter {
                $0.path == "/api/v1/groups/\(group.identity.value)"
            }
            #expect(changes.count == 1)
            file = try await trial.sync()
            let changed = try #require(file.resources[group.identity])
            #expect(changed.displayName == "Newer")
            #expect(changed.profile.string("description") == "Made here")
        }
    }
}
