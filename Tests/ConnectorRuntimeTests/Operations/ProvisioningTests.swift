import C1Z
import Foundation
import Testing

@Suite struct `granting and revoking from the command line` {
    private let membership = "group:\(Example.engineers):member"

    @Test func `is seen by the next sync`() async throws {
        let demo = try await DemoRun()
        let grant = [
            "--grant-entitlement", membership, "--grant-principal", Example.dan, "--grant-principal-type", "user",
        ]
        let granted = await demo(grant[0], grant[1], grant[2], grant[3], grant[4], grant[5])
        #expect(granted.status == 0)
        #expect(granted.output == "")
        #expect(granted.log.contains("\"msg\":\"granted\""))
        #expect(try await demo.synced(.grant).contains("\(membership):user:\(Example.dan)"))

        let revoked = await demo("--revoke-grant", "\(membership):user:\(Example.dan)")
        #expect(revoked.status == 0)
        #expect(try await demo.synced(.grant).contains("\(membership):user:\(Example.dan)") == false)
    }

    @Test func `twice changes nothing and says so`() async throws {
        let demo = try await DemoRun()
        let again = await demo(
            "--grant-entitlement", membership, "--grant-principal", Example.bob, "--grant-principal-type=user",
            "--output=json")
        #expect(again.status == 0)
        let annotations = try #require(try again.json()["annotations"] as? [NSDictionary])
        #expect(
            annotations.map { $0["@type"] as? String } == ["type.googleapis.com/c1.connector.v2.GrantAlreadyExists"])

        #expect(await demo("--revoke-grant", "\(membership):user:\(Example.bob)").status == 0)
        let gone = await demo("--revoke-grant", "\(membership):user:\(Example.bob)", "--output=json")
        #expect(gone.status == 0)
        #expect(gone.output.contains("GrantAlreadyRevoked"))
    }

    @Test func `names the group through which somebody holds a role`() async throws {
        let demo = try await DemoRun()
        let ending = await demo("--revoke-grant", "role:\(Example.reader):assignment:user:\(Example.alice)")
        #expect(ending.status == 9)
        #expect(ending.log.contains("through the group Engineers. Revoke that membership instead."))
    }

    @Test(arguments: [
        ["--grant-entitlement=nope", "--grant-principal=\(Example.dan)", "--grant-principal-type=user"],
        [
            "--grant-entitlement=group:\(Example.engineers):member", "--grant-principal=x",
            "--grant-principal-type=user",
        ],
        ["--revoke-grant=nope"],
    ])
    func `needs what it speaks of in the file`(arguments: [String]) async throws {
        let demo = try await DemoRun()
        let ending = await demo.run(arguments)
        #expect(ending.status == 5)
        #expect(ending.log.contains("sync.c1z: has no "))
    }

    @Test func `refuses a principal of the wrong type`() async throws {
        let demo = try await DemoRun()
        let ending = await demo(
            "--grant-entitlement", membership, "--grant-principal", Example.engineers, "--grant-principal-type=group")
        #expect(ending.status == 3)
        #expect(ending.log.contains("only a user can hold this"))
    }
}

@Suite struct `creating and deleting from the command line` {
    @Test func `makes an account and shows its password only when asked`() async throws {
        let demo = try await DemoRun()
        let refused = await demo("--create-account-login=grace")
        #expect(refused.status == 2)
        #expect(refused.log.contains("nobody could read the new password"))
        let before = try await demo.synced(.resource)

        let made = await demo(
            "--create-account-login=grace", "--create-account-email=g@example.com", "--show-credentials")
        #expect(made.status == 0)
        #expect(made.output.hasPrefix("password: ") && made.output.count == "password: ".count + 20 + 1)
        let password = made.output.dropFirst("password: ".count).dropLast()
        #expect(!made.log.contains(password))
        let new = try await demo.synced(.resource).subtracting(before)
        #expect(new.count == 1)

        let again = await demo("--create-account-login=grace", "--show-credentials", "--output=json")
        #expect(again.status == 0)
        #expect(try again.json()["alreadyExists"] != nil)
        #expect(try again.json()["credentials"] == nil)

        let id = try #require(new.first?.split(separator: "/").last)
        let deleted = await demo("--delete-resource", String(id), "--delete-resource-type=user")
        #expect(deleted.status == 0 && deleted.log.contains("resource deleted"))
        let gone = await demo("--delete-resource", String(id), "--delete-resource-type=user")
        #expect(gone.status == 0 && gone.log.contains("nothing to delete"))
        #expect(try await demo.synced(.resource) == before)
    }

    @Test func `encrypts a password for every recipient, in the order given`() async throws {
        let demo = try await DemoRun()
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2aFYyCHsdtcj5yIZfRCNsZpPTnsUdtBFGPZ6S7NhVF"
        try demo.folder.write(key + " somebody\n", to: "key.pub")
        let ending = await demo(
            "--rotate-credentials", Example.dan, "--rotate-credentials-type=user", "--output=json",
            "--encrypt-to", "\(demo.folder.path)/key.pub", "--encrypt-to",
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
        #expect(ending.status == 0, "\(ending.log)")
        let encrypted = try #require(try ending.json()["encryptedData"] as? [NSDictionary])
        #expect(encrypted.map { $0["provider"] as? String } == ["baton/jwk/v1", "baton/age/v1"])
        #expect(encrypted.allSatisfy { $0["name"] as? String == "password" })
        #expect(try ending.json()["credentials"] == nil)
    }

    @Test func `prints what it encrypted also without JSON`() async throws {
        let demo = try await DemoRun()
        let ending = await demo(
            "--rotate-credentials", Example.dan, "--rotate-credentials-type=user", "--encrypt-to",
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
        #expect(ending.status == 0)
        let text = try #require(ending.output.dropLast().split(separator: " ").last)
        let file = try #require(Data(base64Encoded: String(text)))
        #expect(file.starts(with: Array("age-encryption.org/v1\n".utf8)))
    }

    @Test func `tells a recipient it can't read`() async throws {
        let demo = try await DemoRun()
        let ending = await demo(
            "--rotate-credentials", Example.dan, "--rotate-credentials-type=user", "--encrypt-to=somebody")
        #expect(ending.status != 0)
        #expect(ending.log.contains("age1"))
    }

    @Test func `makes and deletes a group`() async throws {
        let demo = try await DemoRun()
        let made = await demo("--create-resource=Ops", "--create-resource-type=group", "--output=json")
        #expect(made.status == 0)
        let created = try #require(try made.json()["created"] as? NSDictionary)
        let id = try #require((created["id"] as? NSDictionary)?["resource"] as? String)
        #expect(try await demo.synced(.resource).contains("group/\(id)"))
        #expect(await demo("--create-resource=Ops", "--create-resource-type=group").status == 6)
        #expect(await demo("--delete-resource", Example.engineers, "--delete-resource-type=group").status == 0)
        let grants = try await demo.synced(.grant)
        #expect(!grants.contains { $0.contains(Example.engineers) })
    }

    @Test func `forgets a deleted user everywhere`() async throws {
        let demo = try await DemoRun()
        #expect(await demo("--delete-resource", Example.carol, "--delete-resource-type=user").status == 0)
        #expect(try await demo.synced(.grant).contains { $0.contains(Example.carol) } == false)
    }
}
