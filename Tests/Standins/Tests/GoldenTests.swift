import Foundation
import OktaStandin
import StandinKit
import Testing
import WireForm

private let fixtures = ProcessInfo.processInfo.environment["LANTERN_FIXTURES"].map { "\($0)/c1z/okta-sqlite" }

/// What the golden file says, as the connector wrote it.
private enum Golden {
    static func list(_ name: String) throws -> [JSONValue] {
        let file = URL(filePath: "\(fixtures ?? "")/\(name).json")
        return try JSONValue(parsing: Array(Data(contentsOf: file)))[name]?.elements ?? []
    }

    /// The resources of a type by their ids.
    static func resources(_ type: String) throws -> [String: JSONValue] {
        var found: [String: JSONValue] = [:]
        for resource in try list("resources").compactMap({ $0["resource"] }) {
            guard resource["id"]?["resourceType"]?.string == type, let id = resource["id"]?["resource"]?.string
            else { continue }
            found[id] = resource
        }
        return found
    }

    /// The ids of grants that the connector gave itself; those that were worked out from them can't be changed.
    static func grants() throws -> Set<String> {
        let grants = try list("grants").compactMap { $0["grant"] }
        let own = grants.filter { grant in
            !(grant["annotations"]?.elements ?? []).contains {
                $0["@type"]?.string?.hasSuffix("GrantImmutable") ?? false
            }
        }
        return Set(own.compactMap { $0["id"]?.string })
    }
}

@Suite(.enabled(if: fixtures != nil, "LANTERN_FIXTURES names the folder of the golden files"))
struct `the golden directory` {
    @Test func `has the users of the golden file`() async throws {
        let users = try Golden.resources("user")
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let shown = try await okta.get("/api/v1/users?search=status%20pr").json.elements
            #expect(shown.count == users.count)
            for user in shown {
                let golden = try #require(users[user["id"]?.string ?? ""])
                var profile = JSONObject(golden["profile"]?.members ?? [])
                #expect(profile["c1_okta_raw_user_status"]?.string == user["status"]?.string)
                profile["c1_okta_raw_user_status"] = nil
                #expect(sorted(profile.value) == sorted(user["profile"] ?? nil))
                #expect(
                    user["created"]?.string.flatMap { Timestamp($0) }
                        == golden["createdAt"]?.string.flatMap { Timestamp($0) })
            }
        }
    }

    @Test func `has its groups and apps`() async throws {
        let (groups, apps) = (try Golden.resources("group"), try Golden.resources("app"))
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            let shown = try await okta.get("/api/v1/groups?expand=stats").json.elements
            #expect(Set(shown.compactMap { $0["id"]?.string }) == Set(groups.keys))
            for group in shown {
                let profile = groups[group["id"]?.string ?? ""]?["profile"]
                #expect(group["type"]?.string == profile?["type"]?.string)
                #expect(group["profile"]?["description"]?.string == profile?["description"]?.string)
                #expect(group["profile"]?["name"]?.string == profile?["name"]?.string)
            }
            let listed = try await okta.get("/api/v1/apps").json.elements
            #expect(Set(listed.compactMap { $0["id"]?.string }) == Set(apps.keys))
            for app in listed {
                let golden = apps[app["id"]?.string ?? ""]
                #expect(app["label"]?.string == golden?["displayName"]?.string)
                #expect(app["status"]?.string == golden?["profile"]?["status"]?.string)
            }
        }
    }

    @Test func `has its grants`() async throws {
        let golden = try Golden.grants()
        try await OktaClient.asking(OktaStandin(try TestDirectory.golden)) { okta async throws in
            var grants: Set<String> = []
            for group in try await okta.walk("/api/v1/groups") {
                for user in try await okta.walk("/api/v1/groups/\(group)/users") {
                    grants.insert("group:\(group):member:user:\(user)")
                }
                grants.formUnion(
                    try await roles("groups/\(group)", "GROUP", okta).map { "role:\($0):assigned:group:\(group)" })
            }
            for app in try await okta.walk("/api/v1/apps") {
                for user in try await okta.walk("/api/v1/apps/\(app)/users") {
                    grants.insert("app:\(app):access:user:\(user)")
                }
                for group in try await okta.walk("/api/v1/apps/\(app)/groups") {
                    grants.insert("app:\(app):access:group:\(group)")
                }
            }
            for user in try await okta.get("/api/v1/iam/assignees/users").json["value"]?.elements ?? [] {
                let id = user["id"]?.string ?? ""
                grants.formUnion(try await roles("users/\(id)", "USER", okta).map { "role:\($0):assigned:user:\(id)" })
            }
            #expect(grants == golden)
        }
    }

    private func roles(_ owner: String, _ kind: String, _ okta: OktaClient) async throws -> [String] {
        try await okta.get("/api/v1/\(owner)/roles").json.elements
            .filter { $0["assignmentType"]?.string == kind }.compactMap { $0["type"]?.string }
    }

    private func sorted(_ object: JSONValue) -> [String] {
        object.members.map { "\($0.name)=\($0.value.text)" }.sorted()
    }
}
