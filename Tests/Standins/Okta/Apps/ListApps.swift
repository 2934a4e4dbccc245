import StandinKit
import WireForm

extension OktaApp {
    func json(_ origin: String) -> JSONValue {
        let own = "\(origin)/api/v1/apps/\(id)"
        func link(_ path: String) -> JSONValue { ["href": .string("\(own)/\(path)")] }
        let change = status == "ACTIVE" ? "deactivate" : "activate"
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)), ("orn", .string("orn:okta:idp:00o1standin000000000:apps:\(name):\(id)")),
            ("name", .string(name)), ("label", .string(label)), ("status", .string(status)),
            ("lastUpdated", .string(lastUpdated.text)), ("created", .string(created.text)),
            ("signOnMode", .string(signOnMode)),
        ]
        members += Self.standardDetails.filter { details[$0.name] == nil } + details.members
        members.append(
            (
                "_links",
                [
                    "self": ["href": .string(own)], "users": link("users"), "groups": link("groups"),
                    "logo": [
                        ["name": "medium", "href": .string("\(origin)/img/logos/\(name).png"), "type": "image/png"]
                    ],
                    "appLinks": [], change: link("lifecycle/\(change)"),
                ]
            ))
        return .object(members)
    }

    private static let standardDetails: [(name: String, value: JSONValue)] = [
        ("accessibility", ["selfService": false, "errorRedirectUrl": nil, "loginRedirectUrl": nil]),
        (
            "visibility",
            ["autoSubmitToolbar": false, "hide": ["iOS": false, "web": false], "appLinks": ["login": true]]
        ),
        ("features", []),
        (
            "credentials",
            ["userNameTemplate": ["template": "${source.login}", "type": "BUILT_IN"], "signing": [:]]
        ),
        ("settings", ["app": [:], "notifications": [:]]),
    ]
}

extension Org {
    /// `GET /api/v1/apps`.
    mutating func listApps(_ call: Call) throws -> Reply {
        let limit = try call.limit(default: 20, most: 200)
        let isMeant = try appSearch(call)
        let cursor = try call.cursor(self)
        let page = try Self.page(of: &apps, call, after: cursor, limit: limit, where: isMeant)
        return Reply(
            page.rows.map { $0.json(call.origin) }, own: call.own,
            next: page.hasMore ? call.next(after: page.last, self) : nil)
    }

    private func appSearch(_ call: Call) throws(OktaError) -> (OktaApp) -> Bool {
        let words = call.query("q")?.lowercased()
        let expression: FilterExpression?
        do { expression = try call.query("filter").map { try Self.appRules.parse($0) } } catch {
            throw (error as? OktaError) ?? .invalidSearch
        }
        return { app in
            let isNamed = words.map { app.name.lowercased().hasPrefix($0) || app.label.lowercased().hasPrefix($0) }
            return isNamed ?? true && expression?.matches { app.values(of: $0) } ?? true
        }
    }

    private static let appRules = FilterRules(attributes: [
        "id": FilterRules.equality, "status": FilterRules.equality, "name": FilterRules.equality,
        "credentials.signing.kid": FilterRules.equality, "settings.slo.enabled": FilterRules.equality,
        "user.id": FilterRules.equality, "group.id": FilterRules.equality,
    ])

    func app(_ call: Call) throws(OktaError) -> OktaApp {
        guard let app = apps[call["id"]] else { throw .notFound(call["id"], "AppInstance") }
        return app
    }

    /// `GET /api/v1/apps/{id}`.
    mutating func getApp(_ call: Call) throws -> Reply { Reply(try app(call).json(call.origin)) }
}

extension OktaApp {
    fileprivate func values(of attribute: String) -> [FilterValue] {
        switch attribute {
        case "id": [.text(id)]
        case "status": [.text(status)]
        case "name": [.text(name)]
        case "user.id": users.rows.map { .text($0.id) }
        case "group.id": groups.rows.map { .text($0.id) }
        case "credentials.signing.kid": details["credentials"]?["signing"]?["kid"]?.filterValues() ?? []
        case "settings.slo.enabled": details["settings"]?["slo"]?["enabled"]?.filterValues() ?? []
        default: []
        }
    }
}
