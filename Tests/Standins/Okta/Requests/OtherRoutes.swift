import StandinKit
import WireForm

extension Route {
    static let others: [Route] = [
        Route("GET", "/api/v1/org", "okta.orgs.read") { Reply($0.json($1)) },
        Route("GET", "/api/v1/api-tokens", "okta.apiTokens.read") { try $0.listTokens($1) },
        Route("GET", "/api/v1/api-tokens/{id}", "okta.apiTokens.read") { try $0.getToken($1) },
        Route("GET", "/api/v1/devices", "okta.devices.read", query: ["after", "limit", "search", "expand"]) {
            try $0.listDevices($1)
        },
        Route("GET", "/api/v1/devices/{id}", "okta.devices.read") { try $0.getDevice($1) },
        Route(
            "GET", "/api/v1/logs", "okta.logs.read",
            query: ["since", "until", "after", "filter", "q", "limit", "sortOrder"]
        ) { try $0.listLogs($1) },
    ]
}

extension Org {
    /// `GET /api/v1/org`.
    func json(_ call: Call) -> JSONValue {
        let own = "\(call.origin)/api/v1/org"
        return [
            "id": .string(settings.id), "companyName": .string(settings.companyName),
            "subdomain": .string(settings.subdomain), "status": "ACTIVE", "created": "2020-01-01T00:00:00.000Z",
            "lastUpdated": "2020-01-01T00:00:00.000Z",
            "_links": [
                "preferences": ["href": .string("\(own)/preferences")],
                "contacts": ["href": .string("\(own)/contacts")],
            ],
        ]
    }

    private func json(_ token: APIToken, _ call: Call) -> JSONValue {
        let api = "\(call.origin)/api/v1"
        let json: JSONValue = [
            "id": .string(token.id), "name": .string(token.name), "userId": .string(token.userID),
            "tokenWindow": .string(token.tokenWindow), "network": ["connection": "ANYWHERE"],
            "clientName": "Okta API",
            "created": .string(token.created.text), "lastUpdated": .string(token.lastUpdated.text),
            "_links": [
                "self": [
                    "href": .string("\(api)/api-tokens/\(token.id)"), "hints": ["allow": ["GET", "DELETE"]],
                ],
                "user": ["href": .string("\(api)/users/\(token.userID)"), "hints": ["allow": ["GET"]]],
            ],
        ]
        return json.adding("expiresAt", token.expiresAt.map { .string($0.text) })
    }

    /// `GET /api/v1/api-tokens`: all of them on one page.
    func listTokens(_ call: Call) throws -> Reply {
        Reply(apiTokens.rows.map { json($0, call) }, own: call.own, next: nil)
    }

    /// `GET /api/v1/api-tokens/{id}`.
    func getToken(_ call: Call) throws -> Reply {
        guard let token = apiTokens[call["id"]] else { throw OktaError.notFound(call["id"], "ApiToken") }
        return Reply(json(token, call))
    }

    private func json(_ device: JSONObject, _ call: Call) -> JSONValue {
        let id = device["id"]?.string ?? ""
        let own = "\(call.origin)/api/v1/devices/\(id)"
        var shown = device
        shown["users"] = nil
        let json = shown.value.adding("resourceId", .string(id))
            .adding(
                "_links",
                [
                    "self": ["href": .string(own), "hints": ["allow": ["GET"]]],
                    "users": ["href": .string("\(own)/users"), "hints": ["allow": ["GET"]]],
                ])
        guard let expansion = call.query("expand") else { return json }
        let owners = (device["users"]?.elements ?? []).compactMap { $0.string.flatMap { users[$0] } }
        return json.adding(
            "_embedded", ["users": .array(owners.map { self.owner($0, isWhole: expansion == "user", call) })])
    }

    private func owner(_ user: OktaUser, isWhole: Bool, _ call: Call) -> JSONValue {
        let links = user.selfLink(call.origin)
        let summary: JSONValue = ["id": .string(user.id), "profile": user.profile.value, "_links": links]
        return [
            "managementStatus": "MANAGED", "created": .string(user.created.text), "screenLockType": "BIOMETRIC",
            "user": isWhole ? user.json(.all, links: links) : summary,
        ]
    }

    /// `GET /api/v1/devices`.
    mutating func listDevices(_ call: Call) throws -> Reply {
        if let expansion = call.query("expand"), !["user", "userSummary"].contains(expansion) {
            throw OktaError.validation("expand", "expand: must be 'user' or 'userSummary'")
        }
        let limit = try call.limit(default: 200, most: 200)
        let expression = try call.query("search").map { try Self.deviceRules.parse($0, ignoresCase: true) }
        let cursor = try call.cursor(self)
        let page = try Self.page(of: &devices, call, after: cursor, limit: limit) { device in
            expression?.matches { device.values(of: $0) } ?? true
        }
        return Reply(
            page.rows.map { json($0, call) }, own: call.own,
            next: page.hasMore ? call.next(after: page.last, self) : nil)
    }

    private static let deviceRules: FilterRules = {
        let simple: Set<FilterExpression.Operator> = [.eq, .gt, .ge, .lt, .le, .sw, .pr]
        let texts = ["displayName", "serialNumber", "imei", "meid", "udid", "sid"]
        var attributes = Dictionary(uniqueKeysWithValues: texts.map { ("profile.\($0)", simple.union([.co])) })
        for name in ["id", "status", "lastUpdated"] { attributes[name] = simple }
        return FilterRules(attributes: attributes, others: simple, isKnown: { $0.hasPrefix("profile.") })
    }()

    /// `GET /api/v1/devices/{id}`.
    func getDevice(_ call: Call) throws -> Reply {
        guard let device = devices[call["id"]] else { throw OktaError.notFound(call["id"], "Device") }
        return Reply(json(device, call))
    }
}

extension JSONObject {
    fileprivate func values(of attribute: String) -> [FilterValue] {
        let parts = attribute.split(separator: ".").map(String.init)
        let value = parts.dropFirst().reduce(self[parts.first ?? ""]) { $0?[$1] }
        return value?.filterValues(ignoresCase: true) ?? []
    }
}
