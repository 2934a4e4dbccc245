import Foundation
import Hummingbird
import LanternCatalog
import LanternSignIn
import Testing
import Yams

@testable import LanternWeb

/// The document that describes the API, as a judge of answers.
private struct Contract {
    let document: [String: Any]

    init() throws {
        let text = String(decoding: Assets.openAPI, as: UTF8.self)
        document = try #require(try Yams.load(yaml: text) as? [String: Any])
    }

    var paths: [String: [String: Any]] { document["paths"] as? [String: [String: Any]] ?? [:] }

    /// Every operation, as `GET /path`.
    var operations: Set<String> {
        Set(
            paths.flatMap { path, methods in
                methods.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
            })
    }

    private func resolved(_ schema: Any) -> [String: Any] {
        guard let schema = schema as? [String: Any] else { return [:] }
        guard let name = schema["$ref"] as? String else { return schema }
        return name.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] as? [String: Any] ?? [:] }
    }

    /// What is wrong with the answer to an operation.
    func problems(of answer: Any, to method: String, _ path: String, status: UInt) throws -> [String] {
        let operation = try #require(paths[path]?[method.lowercased()] as? [String: Any], "\(method) \(path)")
        let responses = try #require(operation["responses"] as? [String: Any])
        let response = resolved(responses[String(status)] ?? responses["default"] ?? [:])
        let content = try #require(response["content"] as? [String: Any])
        let schema = try #require((content["application/json"] as? [String: Any])?["schema"])
        return problems(of: answer, by: schema, at: "$")
    }

    private func problems(of value: Any, by schema: Any, at place: String) -> [String] {
        let schema = resolved(schema)
        if value is NSNull { return schema["nullable"] as? Bool == true ? [] : ["\(place): null"] }
        switch schema["type"] as? String {
        case "object": return problems(ofObject: value, by: schema, at: place)
        case "array":
            guard let values = value as? [Any] else { return ["\(place): no array"] }
            let item = schema["items"] ?? [:]
            return values.enumerated().flatMap { problems(of: $0.element, by: item, at: "\(place)[\($0.offset)]") }
        case "string":
            guard let text = value as? String else { return ["\(place): no string"] }
            if let allowed = schema["enum"] as? [String], !allowed.contains(text) { return ["\(place): \(text)"] }
            if let pattern = schema["pattern"] as? String,
                text.range(of: pattern, options: .regularExpression) == nil
            {
                return ["\(place): \(text) isn't \(pattern)"]
            }
            if schema["format"] as? String == "date-time", !text.hasSuffix("Z") { return ["\(place): \(text)"] }
            return []
        case "boolean", "integer":
            return value is NSNumber ? [] : ["\(place): \(value)"]
        default: return ["\(place): the document doesn't say what it is"]
        }
    }

    private func problems(ofObject value: Any, by schema: [String: Any], at place: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(place): no object"] }
        let properties = schema["properties"] as? [String: Any] ?? [:]
        var problems = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(place): no \($0)" }
        for (name, member) in object {
            if let property = properties[name] {
                problems += self.problems(of: member, by: property, at: "\(place).\(name)")
            } else if let others = schema["additionalProperties"] as? [String: Any] {
                problems += self.problems(of: member, by: others, at: "\(place).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                problems.append("\(place): \(name) isn't described")
            }
        }
        return problems
    }
}

@Suite struct `the description of the API` {
    @Test func `has every route, and no other`() async throws {
        let server = try await TestServer()
        let routes = server.site.router.routes.map { "\($0.method.rawValue) \($0.path)" }
            .filter { $0.contains("/api/v1/") && !$0.contains("openapi") && !$0.hasPrefix("HEAD") }
        #expect(Set(routes) == (try Contract().operations))
        let answer = try await Client(port: server.port).get("/api/v1/openapi.yaml")
        #expect(answer.status == 200)
        #expect(answer.text.hasPrefix("openapi: 3"))
    }

    @Test func `is what the server answers`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let feed = try await server.sampleFeed(for: data.application)
        let program = try await server.program(.administrator)
        let contract = try Contract()
        let user = try #require(try await server.catalog.people(PageRequest()).rows.first)
        let group = try #require(
            try await server.catalog.resources(ResourceQuery(of: data.application), PageRequest()).rows.first)
        let ids = [
            "app": data.application, "connector": data.source, "import": data.run, "entitlement": data.entitlement,
            "type": group.typeID, "resource": group.id, "source": feed.external,
        ]
        func address(_ path: String) -> String {
            var path = path.replacing(
                "/{user}",
                with: path.contains("app_users/{") || path.contains("entitlements/users")
                    ? "/\(data.account)" : "/\(user.id)")
            for (name, id) in ids { path = path.replacing("{\(name)}", with: id) }
            return path
        }
        func check(_ method: String, _ path: String, _ body: String = "", expecting status: UInt = 200) async throws {
            let answer = try await program.send(method, address(path), body)
            #expect(answer.status == status, "\(method) \(path): \(answer.text)")
            let value = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
            let problems = try contract.problems(of: value, to: method, path, status: answer.status)
            #expect(problems.isEmpty, "\(method) \(path): \(answer.text)")
        }
        let reads = contract.operations.filter { $0.hasPrefix("GET ") }.map { String($0.dropFirst(4)) }.sorted()
        for path in reads { try await check("GET", path) }
        // What clients may expand stands beside the list, where the rows say.
        let expand = #""expandMask":{"paths":["*"]}"#
        for (path, body) in [
            ("app_users", #"{"appId":"\#(data.application)",\#(expand)}"#),
            ("app_resources", #"{"appId":"\#(data.application)",\#(expand)}"#),
            ("entitlements", #"{"appIds":["\#(data.application)"],\#(expand)}"#),
            ("grants", #"{"appIds":["\#(data.application)"],\#(expand)}"#),
            ("grants", #"{"userId":"\#(user.id)","entitlementRefs":[{"id":"\#(data.entitlement)"}]}"#),
            ("past-grants", #"{"appUserIds":["\#(data.account)"]}"#),
            ("app_resource_types", #"{"appIds":["\#(data.application)"]}"#), ("users", #"{"query":"ann"}"#),
            ("apps", "{}"),
        ] { try await check("POST", "/api/v1/search/\(path)", body) }
        let app = "/api/v1/apps/{app}"
        try await check("POST", app, #"{"app":{"displayName":"New"},"updateMask":"display_name"}"#)
        try await check(
            "POST", app + "/app_users/{user}",
            #"{"appUser":{"appUserType":"APP_USER_TYPE_SYSTEM_ACCOUNT","identityUserId":""},"updateMask":"appUserType,identityUserId"}"#
        )
        try await check(
            "POST", app + "/resource_types/{type}/resources/{resource}",
            #"{"appResource":{"customDescription":"d"},"updateMask":"customDescription"}"#)
        try await check(
            "POST", app + "/entitlements/{entitlement}", #"{"entitlement":{"slug":"s"},"updateMask":"slug"}"#)
        try await check(
            "POST", app + "/connectors/{connector}",
            #"{"connector":{"disableCheckBadSync":true},"updateMask":"disableCheckBadSync"}"#)
        try await check(
            "POST", app + "/connectors/{connector}/mappings",
            #"{"fields":[{"field":"User ID","column":"id"}],"dateOrder":"DAY_FIRST"}"#)
        try await check("POST", app + "/connectors", #"{"displayName":"second"}"#)
        let sources = "/api/v1/datasources"
        try await check("POST", sources, #"{"displayName":"b","bucket":"my-bucket","access":"AMBIENT"}"#)
        try await check(
            "POST", sources + "/{source}", #"{"dataSource":{"displayName":"n"},"updateMask":"displayName"}"#)
        try await check("POST", sources + "/{source}/test")
        try await check(
            "POST", app + "/connectors/datasource",
            #"{"dataSourceId":"\#(feed.external)","fileName":"a.csv","schedule":"15m"}"#)
        try await check("POST", sources, #"{"displayName":"b","bucket":"a b"}"#, expecting: 400)
        try await check("POST", app + "/connectors/{connector}/force_sync", expecting: 400)
        #expect(try await server.catalog.entitlement(data.entitlement).slug == "s")
        #expect(try await server.catalog.resource(data.account).accountType == .system)
        #expect(try await server.catalog.dataSource(data.source).checksAnomalies == false)
        // What is wrong is a problem in the described shape, and never the server's.
        for (path, body) in [
            (app, #"{"app":{"displayName":"x"},"updateMask":"nothing"}"#),
            (app, #"{"app":3,"updateMask":"displayName"}"#),
            (app, "[]"), (app + "/app_users/{user}", #"{"appUser":{"appUserType":"X"},"updateMask":"appUserType"}"#),
            ("/api/v1/search/grants", "{}"), ("/api/v1/search/grants", #"{"entitlementRefs":"x"}"#),
            ("/api/v1/search/users", #"{"pageToken":"zz"}"#),
        ] { try await check("POST", path, body, expecting: 400) }
        try await check("POST", "/api/v1/search/users", #"{"ids":["\"]"]}"#)
    }

    @Test func `says where related objects are`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let program = try await server.program(.administrator)
        let answer = try await program.send(
            "POST", "/api/v1/search/entitlements",
            #"{"appIds":["\#(data.application)"],"expandMask":{"paths":["app_id","app_resource_id"]}}"#
        ).json()
        let row = try #require((answer["list"] as? [NSDictionary])?.first)
        let expanded = try #require(answer["expanded"] as? [NSDictionary])
        #expect(row["appPath"] as? String == "$.expanded[0]")
        #expect(expanded[0]["@type"] as? String == "type.googleapis.com/c1.api.app.v1.App")
        #expect(expanded[0]["id"] as? String == data.application)
        #expect(row["appResourcePath"] as? String == "$.expanded[1]")
        #expect(row["appResourceTypePath"] == nil)
        let plain = try await program.send(
            "POST", "/api/v1/search/entitlements", #"{"appIds":["\#(data.application)"]}"#
        ).json()
        #expect(plain["expanded"] == nil)
    }

    @Test func `keeps owners to what they own`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData()
        let stranger = try await server.program(.owner)
        let person = try #require(try await server.catalog.people(PageRequest()).rows.first)
        for body in [
            #"{"appUserIds":["\#(data.account)"]}"#, #"{"entitlementRefs":[{"id":"\#(data.entitlement)"}]}"#,
            #"{"appIds":["\#(data.application)"]}"#,
        ] { #expect(try await stranger.send("POST", "/api/v1/search/grants", body).status == 403, "\(body)") }
        let own = try await stranger.send("POST", "/api/v1/search/grants", #"{"userId":"\#(person.id)"}"#).json()
        #expect((own["list"] as? [NSDictionary])?.isEmpty == true)
        for path in ["/api/v1/apps/APP/entitlements/ENTITLEMENT", "/api/v1/apps/APP/app_users/ACCOUNT"] {
            #expect(try await stranger.get(data.fill(path)).status == 403)
        }
        let auditor = try await server.program(.auditor)
        for path in ["/app_users/ACCOUNT", "/entitlements/ENTITLEMENT", "/connectors/SOURCE", ""] {
            let answer = try await auditor.send("POST", data.fill("/api/v1/apps/APP\(path)"), "{}")
            #expect(answer.status == 403, "\(path)")
        }
    }
}
