import BuiltConnectors
import Foundation
import Testing

@Suite struct `baton-okta describes itself` {
    private func capabilities() async throws -> [String: Any] {
        let program = try BuiltConnector("baton-okta", ["BATON_DOMAIN": "okta.example", "BATON_API_TOKEN": "t"])
        let ending = try await program.run("capabilities")
        try #require(ending.status == 0, "\(ending.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    }

    @Test func `with all types, whatever the settings`() async throws {
        let manifest = try await capabilities()
        let types = try #require(manifest["resourceTypeCapabilities"] as? [[String: Any]])
        let able = Dictionary(
            uniqueKeysWithValues: types.map { type in
                (
                    (type["resourceType"] as? [String: Any])?["id"] as? String ?? "",
                    (type["capabilities"] as? [String] ?? []).map { $0.replacing("CAPABILITY_", with: "") }
                )
            })
        #expect(
            able == [
                "api-token": ["SYNC", "TARGETED_SYNC"], "app": ["SYNC", "TARGETED_SYNC", "PROVISION"],
                "custom-role": ["SYNC", "TARGETED_SYNC"], "device": ["SYNC"],
                "group": ["SYNC", "TARGETED_SYNC", "PROVISION", "RESOURCE_DELETE"],
                "resource-set": ["SYNC", "TARGETED_SYNC", "PROVISION"],
                "resourceset-binding": ["SYNC", "TARGETED_SYNC", "PROVISION"],
                "role": ["SYNC", "TARGETED_SYNC", "PROVISION"],
                "user": ["SYNC", "TARGETED_SYNC", "ACCOUNT_PROVISIONING", "RESOURCE_DELETE"],
            ])
        let all = try #require(manifest["connectorCapabilities"] as? [String])
        #expect(
            Set(all.map { $0.replacing("CAPABILITY_", with: "") }) == [
                "PROVISION", "SYNC", "ACCOUNT_PROVISIONING", "RESOURCE_DELETE", "ACTIONS", "TARGETED_SYNC",
                "EVENT_FEED_V2", "SERVICE_MODE_TARGETED_SYNC",
            ])
    }

    @Test func `with two ways to sign in`() async throws {
        let ending = try await BuiltConnector("baton-okta").run("config")
        let config = try #require(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
        let groups = try #require(config["fieldGroups"] as? [[String: Any]])
        #expect(groups.map { $0["name"] as? String } == ["api-token-group", "private-key-group"])
        #expect(groups.map { $0["displayName"] as? String } == ["API Token", "OAuth 2.0 Private Key"])
        let fields = try #require(groups.last?["fields"] as? [String])
        #expect(fields.contains("okta-private-key"))
        #expect(!fields.contains("api-token"))
        #expect(!fields.contains("cache"), "only the command line has it")
        #expect(config["isDirectory"] as? Bool == true)
        #expect(config["iconUrl"] as? String == "/static/app-icons/okta.svg")
    }

    @Test(arguments: [
        (["BATON_API_TOKEN": "t"], "field domain of type string is marked as required but it has a zero-value"),
        (
            ["BATON_DOMAIN": "a.okta.com"],
            "field api-token of type string is marked as required but it has a zero-value"
        ),
        (
            ["BATON_DOMAIN": "a.okta.com", "BATON_AUTH_METHOD": "private-key-group", "BATON_OKTA_CLIENT_ID": "0oa"],
            "field okta-private-key of type string is marked as required but it has a zero-value"
        ),
        (["BATON_DOMAIN": "http://a.okta.com", "BATON_API_TOKEN": "t"], "domain: only https is supported"),
        (["BATON_DOMAIN": "a.okta.com/app", "BATON_API_TOKEN": "t"], "domain: it is more than a host name"),
        (["BATON_DOMAIN": "u:p@a.okta.com", "BATON_API_TOKEN": "t"], "domain: it is more than a host name"),
        (["BATON_DOMAIN": "a-admin.okta.com", "BATON_API_TOKEN": "t"], "leave out \"-admin\""),
        (
            ["BATON_DOMAIN": "a.okta.com", "BATON_API_TOKEN": "t", "BATON_AUTH_METHOD": "password"],
            "value must be one of [api-token-group private-key-group] but got 'password'"
        ),
    ]) func `and says which setting is wrong`(environment: [String: String], complaint: String) async throws {
        let ending = try await BuiltConnector("baton-okta", environment).run()
        #expect(ending.status != 0)
        #expect(ending.errors.contains(complaint), "\(ending.errors)")
    }
}
