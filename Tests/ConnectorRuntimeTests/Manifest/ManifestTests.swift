import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

private func object(_ json: String) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary)
}

@Suite struct `the capability manifest` {
    @Test func `follows from what the syncers conform to`() throws {
        let plain = ResourceType(
            "user", displayName: "User", traits: [.user],
            annotations: [
                SkipEntitlementsAndGrants(), OptInRequired(),
                C1_Connector_V2_CapabilityPermissions.with { $0.permissions = [.with { $0.permission = "read" }] },
            ])
        let json = try CapabilityManifest(
            ConnectorAdapter(ScriptedConnector([PlainSyncer(type: plain), FullSyncer()]))
        ).json
        let skip = "type.googleapis.com/c1.connector.v2"
        let expected: NSDictionary = [
            "@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
            "resourceTypeCapabilities": [
                [
                    "resourceType": ["id": "group", "displayName": "Group", "traits": ["TRAIT_GROUP"]],
                    "capabilities": ["CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC"], "permissions": [String: Any](),
                ],
                [
                    "resourceType": [
                        "id": "user", "displayName": "User", "traits": ["TRAIT_USER"],
                        "annotations": [
                            ["@type": "\(skip).SkipEntitlementsAndGrants"], ["@type": "\(skip).OptInRequired"],
                            ["@type": "\(skip).CapabilityPermissions", "permissions": [["permission": "read"]]],
                        ],
                    ],
                    "capabilities": ["CAPABILITY_SYNC"], "permissions": ["permissions": [["permission": "read"]]],
                    "optInRequired": true,
                ],
            ],
            "connectorCapabilities": [
                "CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC", "CAPABILITY_SERVICE_MODE_TARGETED_SYNC",
            ],
            "credentialDetails": [String: Any](),
        ]
        #expect(try object(json) == expected, "\(json)")
        #expect(
            json.hasPrefix(
                "{\n  \"@type\": \"type.googleapis.com/c1.connector.v2.ConnectorCapabilities\",\n  \"resourceTypeC"))
        #expect(json.contains("\n      \"permissions\": {}\n    },"))
        #expect(json.hasSuffix("\n  \"credentialDetails\": {}\n}"))
    }

    @Test func `names an annotation it can't print`() throws {
        var type = ResourceType("user", displayName: "")
        type.annotations = [
            .with {
                $0.typeURL = "type.googleapis.com/example.Unknown"
                $0.value = Data([8, 1])
            }
        ]
        let adapter = try ConnectorAdapter(ScriptedConnector([PlainSyncer(type: type)]))
        #expect(throws: ServiceError.self) { try CapabilityManifest(adapter).json }
    }
}

@Suite struct `the configuration manifest` {
    private func manifest() throws -> (json: String, fields: [String: NSDictionary], order: [String]) {
        let manifest = ConfigurationManifest(
            metadata: SampleConnector.metadata, shared: SharedFlags.all(logFormat: "json"),
            settings: SampleConfiguration().settings.map(\.declaration), constraints: SampleConfiguration.constraints)
        let json = try manifest.json
        let fields = try #require(try object(json)["fields"] as? [NSDictionary])
        let named = fields.compactMap { field in (field["name"] as? String).map { ($0, field) } }
        return (json, Dictionary(named) { $1 }, named.map(\.0))
    }

    @Test func `lists shared fields, then the connector's own in order`() throws {
        #expect(
            try manifest().order == [
                "log-level", "log-level-debug-expires-at", "session-store-maximum-size", "otel-collector-endpoint",
                "otel-collector-endpoint-tls-cert-path", "otel-collector-endpoint-tls-cert",
                "otel-collector-endpoint-tls-insecure", "otel-tracing-disabled", "otel-logging-disabled",
                "health-check", "health-check-port", "health-check-bind-address", "http-timeout-seconds", "url",
                "api-key", "page-size", "flavour", "domains", "labels", "code",
            ])
    }

    @Test func `describes each field in the schema's words`() throws {
        let fields = try manifest().fields
        #expect(
            fields["url"] == [
                "name": "url", "description": "Where it is", "isRequired": true,
                "stringField": ["rules": ["isRequired": true]],
            ])
        #expect(fields["api-key"]?["isSecret"] as? Bool == true)
        #expect(
            fields["page-size"]?["intField"] as? NSDictionary
                == ["defaultValue": "50", "rules": ["gte": "1", "lte": "500"]])
        #expect(fields["flavour"]?["isOps"] as? Bool == true)
        #expect(fields["flavour"]?["stringField"] as? NSDictionary == ["rules": ["in": ["sweet", "sour"]]])
        #expect(fields["domains"]?["stringSliceField"] as? NSDictionary == ["defaultValue": ["a", "b,c"]])
        #expect(fields["labels"]?["stringMapField"] as? NSDictionary == [:])
        #expect(fields["code"]?["placeholder"] as? String == "X1")
        #expect((fields["http-timeout-seconds"]?["intField"] as? NSDictionary)?["defaultValue"] as? String == "300")
        #expect(fields["http-timeout-seconds"]?["isOps"] as? Bool == true)
        #expect(fields["health-check"]?["boolField"] as? NSDictionary == [:])
    }

    @Test func `leaves out constraints on what it doesn't publish`() throws {
        let root = try object(try manifest().json)
        #expect(
            root["constraints"] as? [NSDictionary] == [
                [
                    "kind": "CONSTRAINT_KIND_DEPENDENT_ON", "fieldNames": ["code"],
                    "secondaryFieldNames": ["flavour"],
                ]
            ])
        #expect(root["displayName"] as? String == "Sample")
        #expect(root["helpUrl"] as? String == "https://docs.example.com")
    }
}

@Suite struct `indented JSON` {
    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), ("{\"a\":{}}", "{\n  \"a\": {}\n}"),
        (
            "{\"a\":[1,{\"b\":\"x,{}\\\"[\"}],\"c\":[]}",
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{}\\\"[\"\n    }\n  ],\n  \"c\": []\n}"
        ),
    ])
    func `keeps its content and order`(compact: String, expected: String) {
        #expect(JSONText.indented(compact) == expected)
    }
}
