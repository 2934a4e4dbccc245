import AccessModel
import BatonWire
import Foundation
import Testing

@testable import LinuxConnector

@Suite(.enabled(if: canChangeAccounts, whyNotChanging), .timeLimit(.minutes(10)))
struct `baton-linux on a prepared root` {
    private let linux: BuiltProgram

    init() throws { linux = try BuiltProgram() }

    @Test func `grants and revokes what the next sync sees`() throws {
        let membership = "group:docker:member:user:alice"
        let administration = "group:docker:admin:user:carol"
        #expect(try linux.grants().isDisjoint(with: [membership, administration]))
        for (slug, user) in [("member", "alice"), ("admin", "carol")] {
            let grant = try linux(
                "--grant-entitlement=group:docker:\(slug)", "--grant-principal", user, "--grant-principal-type=user")
            #expect(grant.status == 0, "\(grant.errors)")
        }
        #expect(try linux.grants().isSuperset(of: [membership, administration]))
        let again = try linux(
            "--grant-entitlement=group:docker:member", "--grant-principal=alice", "--grant-principal-type=user",
            "--output=json")
        #expect(again.status == 0 && again.output.contains("GrantAlreadyExists"))
        #expect(try linux("--revoke-grant", membership).status == 0)
        #expect(try linux("--revoke-grant", administration).status == 0)
        let gone = try linux("--revoke-grant", membership, "--output=json")
        #expect(gone.status == 0 && gone.output.contains("GrantAlreadyRevoked"))
        #expect(try linux.grants().isDisjoint(with: [membership, administration]))
        let primary = try linux("--revoke-grant", "group:alice:member:user:alice")
        #expect(primary.status == 9)
    }

    @Test func `makes an account, gives it another password and deletes it`() async throws {
        let made = try linux(
            "--create-account-login=grace", "--create-account-profile",
            "{\"full_name\":\"Grace Hopper\",\"groups\":[\"docker\"],\"shell\":\"/bin/bash\"}", "--show-credentials")
        #expect(made.status == 0, "\(made.errors)")
        let first = try #require(made.output.split(separator: "\n").first).dropFirst("password: ".count)
        #expect(first.count == 20)
        #expect(try await linux.root.accepts(String(first), for: "grace"))
        #expect(try linux.user("grace")?.displayName == "Grace Hopper")
        #expect(try linux.grants().contains("group:docker:member:user:grace"))

        let rotated = try linux(
            "--rotate-credentials=grace", "--rotate-credentials-type=user", "--show-credentials")
        #expect(rotated.status == 0, "\(rotated.errors)")
        let second = try #require(rotated.output.split(separator: "\n").first).dropFirst("password: ".count)
        #expect(second != first)
        #expect(try await linux.root.accepts(String(second), for: "grace"))
        #expect(try await linux.root.accepts(String(first), for: "grace") == false)

        let again = try linux("--create-account-login=grace", "--no-password", "--output=json")
        #expect(again.status == 0)
        #expect(try again.json()["alreadyExists"] != nil)
        #expect(try linux("--delete-resource=grace", "--delete-resource-type=user").status == 0)
        #expect(try linux("--delete-resource=grace", "--delete-resource-type=user").status == 0)
        #expect(try linux.user("grace") == nil)
        #expect(try linux("--delete-resource=root", "--delete-resource-type=user").status == 9)
    }

    @Test func `makes and deletes a group`() throws {
        #expect(try linux("--create-resource=ops", "--create-resource-type=group").status == 0)
        #expect(try linux("--create-resource=ops", "--create-resource-type=group").status == 6)
        #expect(try linux.root.entry("ops", of: "/etc/group") != nil)
        #expect(try linux("--delete-resource=ops", "--delete-resource-type=group").status == 0)
        #expect(try linux("--delete-resource=alice", "--delete-resource-type=group").status == 9)
        #expect(try linux.root.entry("ops", of: "/etc/group") == nil)
    }

    @Test func `does its actions`() throws {
        func act(_ action: String, _ arguments: String) throws -> Bool? {
            let ending = try linux("--invoke-action", action, "--invoke-action-args", arguments, "--output=json")
            #expect(ending.status == 0, "\(ending.errors)")
            return (try ending.json()["response"] as? NSDictionary)?["changed"] as? Bool
        }
        #expect(try linux.user("alice")?.status.status == .enabled)
        #expect(try act("disable_user", "{\"user\":\"alice\"}") == true)
        #expect(try linux.user("alice")?.status.status == .disabled)
        #expect(try act("enable_user", "{\"user\":\"alice\"}") == true)
        #expect(try act("expire_password", "{\"user\":\"alice\"}") == true)
        #expect(try linux.user("alice")?.text("password_last_changed") == "1970-01-01")
        let keys = try linux.resources().map(\.identity).filter { $0.type == "ssh_key" }.map(\.value)
        let id = try #require(keys.first { $0.hasPrefix("alice/") })
        let argument = "{\"key\":{\"resource_type_id\":\"ssh_key\",\"resource_id\":\"\(id)\"}}"
        #expect(try act("remove_ssh_key", argument) == true)
        #expect(try act("remove_ssh_key", argument) == false)
        #expect(try linux.user("alice")?.number("ssh_key_count") == 0)
        let wrong = try linux("--invoke-action=disable_user", "--invoke-action-args={\"user\":\"root\"}")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("user root: has number 0, it is root. It is never disabled here."))
    }

    @Test func `says what it can change`() throws {
        let manifest = try linux("capabilities").json()
        let types = try #require(manifest["resourceTypeCapabilities"] as? [NSDictionary])
        func capabilities(_ type: String) -> [String]? {
            types.first { ($0["resourceType"] as? NSDictionary)?["id"] as? String == type }?["capabilities"]
                as? [String]
        }
        #expect(
            capabilities("user") == [
                "CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC", "CAPABILITY_ACCOUNT_PROVISIONING",
                "CAPABILITY_RESOURCE_DELETE", "CAPABILITY_CREDENTIAL_ROTATION",
            ])
        #expect(
            capabilities("group") == [
                "CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC", "CAPABILITY_PROVISION", "CAPABILITY_RESOURCE_DELETE",
                "CAPABILITY_RESOURCE_CREATE",
            ])
        for type in ["host", "sudo_alias", "sudo_rule", "ssh_key"] {
            #expect(capabilities(type) == ["CAPABILITY_SYNC"])
        }
        #expect((manifest["connectorCapabilities"] as? [String])?.contains("CAPABILITY_ACTIONS") == true)
        let preferred = "CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD"
        let details = try #require(manifest["credentialDetails"] as? NSDictionary)
        #expect(
            details == [
                "capabilityAccountProvisioning": [
                    "supportedCredentialOptions": [preferred, "CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD"],
                    "preferredCredentialOption": preferred,
                ],
                "capabilityCredentialRotation": [
                    "supportedCredentialOptions": [preferred], "preferredCredentialOption": preferred,
                ],
            ])
        let config = try linux("config").output
        #expect(!config.contains("provision-prefix"))
        #expect(try !linux("--help").output.contains("provision-prefix"))
    }
}
