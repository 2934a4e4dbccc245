import StandinKit
import WireForm

extension Org {
    private func json(_ user: OktaApp.User, _ app: String, _ call: Call) -> JSONValue {
        let api = "\(call.origin)/api/v1"
        let credentials: JSONValue? = user.userName.map { ["userName": .string($0)] }
        let links: JSONValue = [
            "app": ["href": .string("\(api)/apps/\(app)")], "user": ["href": .string("\(api)/users/\(user.id)")],
        ]
        let json: JSONValue = [
            "id": .string(user.id), "created": .string(user.created.text),
            "lastUpdated": .string(user.lastUpdated.text), "scope": .string(user.scope.rawValue),
            "status": .string(user.status), "statusChanged": .string(user.created.text), "passwordChanged": nil,
            "syncState": "DISABLED",
        ]
        let whole = json.adding("credentials", credentials).adding("profile", user.profile.value)
            .adding("_links", links.adding("group", user.groupID.map { ["href": .string("\(api)/groups/\($0)")] }))
        guard call.query("expand") == "user", let owner = users[user.id] else { return whole }
        return whole.adding("_embedded", ["user": owner.json(.all, links: owner.selfLink(call.origin))])
    }

    /// `GET /api/v1/apps/{id}/users`.
    mutating func listAppUsers(_ call: Call) throws -> Reply {
        let app = try app(call).id
        let limit = try call.limit(default: 50, most: 500)
        let cursor = try call.cursor(self)
        let start = call.query("q")?.lowercased()
        let page = try apps.edit(app) { app in
            try Self.page(of: &app.users, call, after: cursor, limit: limit) { user in
                start.map { user.hasName(startingWith: $0) } ?? true
            }
        }
        guard let page else { throw OktaError.notFound(app, "AppInstance") }
        return Reply(
            page.rows.map { json($0, app, call) }, own: call.own,
            next: page.hasMore ? call.next(after: page.last, self) : nil)
    }

    /// `GET /api/v1/apps/{id}/users/{userId}`.
    mutating func getAppUser(_ call: Call) throws -> Reply {
        let app = try app(call).id
        guard let user = apps.edit(app, { $0.users.read(call["userId"]) }) ?? nil else {
            throw OktaError.notFound(call["userId"], "AppUser")
        }
        return Reply(json(user, app, call))
    }

    /// `POST /api/v1/apps/{id}/users`.
    mutating func assignAppUser(_ call: Call) throws -> Reply {
        let app = try app(call)
        guard let id = call.body["id"]?.string else {
            throw OktaError.validation("id", "id: The field cannot be left blank")
        }
        guard let user = users[id] else { throw OktaError.notFound(id, "User") }
        guard user.status != .deprovisioned else { throw OktaError.wrongStatus }
        if let scope = call.body["scope"]?.string, OktaApp.User.Scope(rawValue: scope) == nil {
            throw OktaError.validation("scope", "scope: '\(scope)' is not a valid value")
        }
        var assigned = appUser(user, scope: .user, call.now)
        assigned.userName = call.body["credentials"]?["userName"]?.string ?? assigned.userName
        for member in call.body["profile"]?.members ?? [] { assigned.profile[member.name] = member.value }
        let staleReads = settings.staleReads
        apps.edit(app.id) { $0.users.put(assigned, id: id, staleReads: staleReads) }
        note("application.user_membership.add", by: call, targets: [target(app), target(user)])
        return Reply(json(assigned, app.id, call))
    }

    /// `POST /api/v1/apps/{id}/users/{userId}`.
    mutating func updateAppUser(_ call: Call) throws -> Reply {
        let app = try app(call)
        guard var user = app.users[call["userId"]] else { throw OktaError.notFound(call["userId"], "AppUser") }
        user.userName = call.body["credentials"]?["userName"]?.string ?? user.userName
        for member in call.body["profile"]?.members ?? [] { user.profile[member.name] = member.value }
        user.lastUpdated = call.now
        let changed = user
        apps.edit(app.id) { $0.users.put(changed, id: changed.id) }
        return Reply(json(user, app.id, call))
    }

    /// `DELETE /api/v1/apps/{id}/users/{userId}`; not while a group brings the app.
    mutating func unassignAppUser(_ call: Call) throws -> Reply {
        _ = try call.flag("sendEmail", default: false)
        let app = try app(call)
        let id = call["userId"]
        guard app.users[id] != nil else { throw OktaError.notFound(id, "AppUser") }
        guard groupBringing(app, to: id) == nil else { throw OktaError.grantedByGroup }
        let staleReads = settings.staleReads
        apps.edit(app.id) { _ = $0.users.remove(id, staleReads: staleReads) }
        if let user = users[id] {
            note("application.user_membership.remove", by: call, targets: [target(app), target(user)])
        }
        return .noContent
    }

    private func appUser(_ user: OktaUser, scope: OktaApp.User.Scope, _ now: Timestamp) -> OktaApp.User {
        var profile = JSONObject()
        for name in ["email", "firstName", "lastName"] { profile[name] = user.profile[name] }
        return OktaApp.User(
            id: user.id, scope: scope, userName: user.login, profile: profile, created: now, lastUpdated: now)
    }

    /// The group through which a user has an app, when groups do that.
    private func groupBringing(_ app: OktaApp, to user: String) -> String? {
        guard settings.assignsAppsByGroup else { return nil }
        return app.groups.rows.first { groups[$0.id]?.members[user] != nil }?.id
    }

    /// Gives or takes an app that a user has by its groups alone.
    mutating func settleAppUser(_ id: String, in app: String, _ now: Timestamp) {
        guard settings.assignsAppsByGroup, let user = users[id], user.status != .deprovisioned else { return }
        // No copy of the app may live on, or its users would be copied with each change.
        let assigned = apps[app]?.users[id]
        guard assigned?.scope != .user else { return }
        if let group = apps[app].flatMap({ groupBringing($0, to: id) }) {
            var member = assigned ?? appUser(user, scope: .group, now)
            member.groupID = group
            apps.edit(app) { $0.users.put(member, id: id) }
        } else if assigned != nil {
            apps.edit(app) { _ = $0.users.remove(id) }
        }
    }

    /// The same for all members of the groups of an app.
    mutating func settleAppUsers(of app: String, _ now: Timestamp) {
        guard settings.assignsAppsByGroup else { return }
        for group in apps[app]?.groups.rows.map(\.id) ?? [] {
            for member in groups[group]?.members.rows.map(\.userID) ?? [] { settleAppUser(member, in: app, now) }
        }
    }

    /// The same for all apps that a group brings.
    mutating func settleAppUser(_ id: String, throughGroup group: String, _ now: Timestamp) {
        for app in apps.rows.filter({ $0.groups[group] != nil }).map(\.id) { settleAppUser(id, in: app, now) }
    }
}

extension OktaApp.User {
    fileprivate func hasName(startingWith start: String) -> Bool {
        let names = ["firstName", "lastName", "email"].map { profile[$0]?.string } + [userName]
        return names.contains { $0?.lowercased().hasPrefix(start) ?? false }
    }
}
