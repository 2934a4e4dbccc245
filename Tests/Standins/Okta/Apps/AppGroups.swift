import StandinKit
import WireForm

extension Org {
    private func json(_ group: OktaApp.Group, _ app: String, _ call: Call) -> JSONValue {
        let api = "\(call.origin)/api/v1"
        let json: JSONValue = [
            "id": .string(group.id), "lastUpdated": .string(group.lastUpdated.text),
            "priority": JSONValue(group.priority), "profile": group.profile.value,
            "_links": [
                "self": ["href": .string("\(api)/apps/\(app)/groups/\(group.id)")],
                "app": ["href": .string("\(api)/apps/\(app)")],
                "group": ["href": .string("\(api)/groups/\(group.id)")],
            ],
        ]
        guard call.query("expand") == "group", let whole = groups[group.id] else { return json }
        return json.adding("_embedded", ["group": self.json(whole, call.origin)])
    }

    /// `GET /api/v1/apps/{id}/groups`.
    mutating func listAppGroups(_ call: Call) throws -> Reply {
        let app = try app(call).id
        let limit = try call.limit(default: 20, most: 200, least: 20)
        let cursor = try call.cursor(self)
        let start = call.query("q")?.lowercased()
        let names = start.map { start in
            Set(groups.rows.filter { $0.name.lowercased().hasPrefix(start) }.map(\.id))
        }
        let page = try apps.edit(app) { app in
            try Self.page(of: &app.groups, call, after: cursor, limit: limit) { names?.contains($0.id) ?? true }
        }
        guard let page else { throw OktaError.notFound(app, "AppInstance") }
        return Reply(
            page.rows.map { json($0, app, call) }, own: call.own,
            next: page.hasMore ? call.next(after: page.last, self) : nil)
    }

    /// `GET /api/v1/apps/{id}/groups/{groupId}`.
    mutating func getAppGroup(_ call: Call) throws -> Reply {
        let app = try app(call).id
        guard let group = apps.edit(app, { $0.groups.read(call["groupId"]) }) ?? nil else {
            throw OktaError.notFound(call["groupId"], "ApplicationGroupAssignment")
        }
        return Reply(json(group, app, call))
    }

    /// `PUT /api/v1/apps/{id}/groups/{groupId}`: gives the app to all members.
    mutating func assignAppGroup(_ call: Call) throws -> Reply {
        let app = try app(call)
        let group = try group(call, "groupId")
        let assigned = OktaApp.Group(
            id: group.id, priority: call.body["priority"]?.integer.map { Int($0) } ?? app.groups.count,
            profile: JSONObject(call.body["profile"]?.members ?? []), lastUpdated: call.now)
        let staleReads = settings.staleReads
        apps.edit(app.id) { $0.groups.put(assigned, id: group.id, staleReads: staleReads) }
        for member in group.members.rows { settleAppUser(member.userID, in: app.id, call.now) }
        note("application.group_membership.add", by: call, targets: [target(app), target(group)])
        return Reply(json(assigned, app.id, call))
    }

    /// `DELETE /api/v1/apps/{id}/groups/{groupId}`: takes it from those who have it by no other way.
    mutating func unassignAppGroup(_ call: Call) throws -> Reply {
        let app = try app(call)
        let id = call["groupId"]
        guard app.groups[id] != nil else { throw OktaError.notFound(id, "ApplicationGroupAssignment") }
        let staleReads = settings.staleReads
        apps.edit(app.id) { _ = $0.groups.remove(id, staleReads: staleReads) }
        if let group = groups[id] {
            for member in group.members.rows { settleAppUser(member.userID, in: app.id, call.now) }
            note("application.group_membership.remove", by: call, targets: [target(app), target(group)])
        }
        return .noContent
    }
}
