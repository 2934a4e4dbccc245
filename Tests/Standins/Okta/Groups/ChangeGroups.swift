import StandinKit
import WireForm

extension Org {
    func group(_ call: Call, _ parameter: String = "id") throws(OktaError) -> OktaGroup {
        guard let group = groups[call[parameter]] else { throw .notFound(call[parameter], "UserGroup") }
        return group
    }

    /// `GET /api/v1/groups/{id}`.
    mutating func getGroup(_ call: Call) throws -> Reply {
        guard let group = groups.read(call["id"]) else { throw OktaError.notFound(call["id"], "UserGroup") }
        return Reply(json(group, call.origin, try GroupExpansion(call)))
    }

    /// `POST /api/v1/groups`.
    mutating func createGroup(_ call: Call) throws -> Reply {
        let profile = try checkedProfile(call, of: nil)
        let group = OktaGroup(
            id: newID("00g"), type: .okta, profile: profile, created: call.now, lastUpdated: call.now,
            lastMembershipUpdated: call.now)
        groups.put(group, id: group.id, staleReads: settings.staleReads)
        note("group.lifecycle.create", by: call, targets: [target(group)])
        return Reply(json(group, call.origin))
    }

    /// `PUT /api/v1/groups/{id}`: only groups of type `OKTA_GROUP` have a profile of their own.
    mutating func replaceGroup(_ call: Call) throws -> Reply {
        var group = try group(call)
        try Self.refuseForeign(group)
        group.profile = try checkedProfile(call, of: group.id)
        group.lastUpdated = call.now
        groups.put(group, id: group.id, staleReads: settings.staleReads)
        note("group.profile.update", by: call, targets: [target(group)])
        return Reply(json(group, call.origin))
    }

    /// `DELETE /api/v1/groups/{id}`.
    mutating func deleteGroup(_ call: Call) throws -> Reply {
        let group = try group(call)
        guard group.type != .builtIn else { throw OktaError.unsupportedOperation }
        groups.remove(group.id, staleReads: settings.staleReads)
        for app in apps.rows.filter({ $0.groups[group.id] != nil }).map(\.id) {
            apps.edit(app) { _ = $0.groups.remove(group.id) }
            for member in group.members.rows { settleAppUser(member.userID, in: app, call.now) }
        }
        for assignment in roleAssignments.rows.filter({ $0.assignee == .group(group.id) }).map(\.id) {
            roleAssignments.remove(assignment)
        }
        removeFromBindings(.group(group.id))
        note("group.lifecycle.delete", by: call, targets: [target(group)])
        return .noContent
    }

    /// Okta's own groups can't be changed at all, those of an app only by that app.
    private static func refuseForeign(_ group: OktaGroup) throws(OktaError) {
        switch group.type {
        case .okta: break
        case .builtIn: throw .unsupportedOperation
        case .app: throw .accessDenied
        }
    }

    private func checkedProfile(_ call: Call, of id: String?) throws(OktaError) -> JSONObject {
        guard let given = call.body["profile"] else {
            throw .validation("profile", "profile: The field cannot be left blank")
        }
        var profile = JSONObject(given.members)
        if let name = profile.names.first(where: { !["name", "description"].contains($0) }) {
            throw .validation("profile", "Property name '\(name)' is not defined in profile")
        }
        try BodyShape.object(["name": .text, "description": .text]).check(given)
        guard let name = profile["name"]?.string, !name.isEmpty else {
            throw .validation("name", "name: The field cannot be left blank")
        }
        guard name.count <= 255 else { throw .validation("name", "name: The field is too long") }
        if groups.rows.contains(where: { $0.name == name && $0.id != id && $0.type != .app }) {
            throw .validation(
                "name", "name: An object with this field already exists in the current organization")
        }
        if profile["description"] == nil { profile["description"] = .null }
        return profile
    }

    /// `GET /api/v1/groups/{id}/users`.
    mutating func listMembers(_ call: Call) throws -> Reply {
        let group = try group(call).id
        let parts = try UserParts(contentType: call.request.header("Content-Type"))
        let limit = try call.limit(default: 1000, most: 1000)
        let cursor = try call.cursor(self)
        let page = try groups.edit(group) { group in
            try Self.page(of: &group.members, call, after: cursor, limit: limit) { _ in true }
        }
        guard let page else { throw OktaError.notFound(group, "UserGroup") }
        let rows = page.rows.compactMap { users[$0.userID] }.map { rendered.row($0, parts, call.origin) }
        return Reply(rows, own: call.own, next: page.hasMore ? call.next(after: page.last, self) : nil)
    }

    /// `PUT /api/v1/groups/{id}/users/{userId}`; a second time it changes nothing.
    mutating func addMember(_ call: Call) throws -> Reply {
        let group = try group(call)
        let user = try user(call, "userId")
        guard user.status != .deprovisioned else { throw OktaError.notFound(user.id, "User") }
        try Self.refuseForeign(group)
        guard group.members[user.id] == nil else { return .noContent }
        addMember(user.id, to: group.id, call)
        return .noContent
    }

    mutating func addMember(_ user: String, to group: String, _ call: Call) {
        let staleReads = settings.staleReads
        groups.edit(group) {
            $0.members.put(.init(userID: user), id: user, staleReads: staleReads)
            $0.lastMembershipUpdated = call.now
        }
        settleAppUser(user, throughGroup: group, call.now)
        noteMembership("add", user, group, call)
    }

    /// `DELETE /api/v1/groups/{id}/users/{userId}`; a second time it changes nothing.
    mutating func removeMember(_ call: Call) throws -> Reply {
        let group = try group(call)
        let user = try user(call, "userId")
        try Self.refuseForeign(group)
        guard group.members[user.id] != nil else { return .noContent }
        let staleReads = settings.staleReads
        groups.edit(group.id) {
            $0.members.remove(user.id, staleReads: staleReads)
            $0.lastMembershipUpdated = call.now
        }
        settleAppUser(user.id, throughGroup: group.id, call.now)
        noteMembership("remove", user.id, group.id, call)
        return .noContent
    }

    private mutating func noteMembership(_ verb: String, _ user: String, _ group: String, _ call: Call) {
        guard let user = users[user], let group = groups[group] else { return }
        note("group.user_membership.\(verb)", by: call, targets: [target(user), target(group)])
    }

    func groupIDs(of user: String) -> [String] {
        groups.rows.filter { $0.members[user] != nil }.map(\.id)
    }

    /// `GET /api/v1/users/{id}/groups`.
    mutating func groupsOfUser(_ call: Call) throws -> Reply {
        let ids = groupIDs(of: try user(call).id)
        return Reply(ids.compactMap { groups[$0] }.map { json($0, call.origin) }, own: call.own, next: nil)
    }

    /// `GET /api/v1/groups/{id}/apps`.
    mutating func appsOfGroup(_ call: Call) throws -> Reply {
        let id = try group(call).id
        let limit = try call.limit(default: 20, most: 200)
        let cursor = try call.cursor(self)
        let page = try Self.page(of: &apps, call, after: cursor, limit: limit) { $0.groups[id] != nil }
        return Reply(
            page.rows.map { $0.json(call.origin) }, own: call.own,
            next: page.hasMore ? call.next(after: page.last, self) : nil)
    }
}
