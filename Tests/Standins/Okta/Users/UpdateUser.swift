import StandinKit
import WireForm

extension Org {
    /// A user by id, login, the part of a login before its `@`, or `me`.
    func userID(_ name: String, _ caller: Caller) throws(OktaError) -> String {
        if name == "me", !caller.isClient { return caller.id }
        if users.ordinal(of: name) != nil { return name }
        if let id = logins[name.lowercased()] { return id }
        let short = logins.filter { $0.key.hasPrefix(name.lowercased() + "@") }
        guard short.count == 1, let id = short.values.first else { throw .notFound(name, "User") }
        return id
    }

    /// The user that a path names, as it is.
    func user(_ call: Call, _ parameter: String = "id") throws(OktaError) -> OktaUser {
        let name = call[parameter]
        guard let user = users[try userID(name, call.caller)] else { throw .notFound(name, "User") }
        return user
    }

    /// `GET /api/v1/users/{id}`.
    mutating func getUser(_ call: Call) throws -> Reply {
        let parts = try UserParts(contentType: call.request.header("Content-Type"))
        guard let user = users.read(try userID(call["id"], call.caller)) else {
            throw OktaError.notFound(call["id"], "User")
        }
        var json = user.json(parts, links: user.links(parts, call.origin))
        if call.query("expand") == "blocks" { json = json.adding("_embedded", ["blocks": []]) }
        var reply = Reply(json)
        reply.headers.append(("ETag", user.entityTag))
        return reply
    }

    /// `POST` and `PUT /api/v1/users/{id}`.
    mutating func updateUser(_ call: Call, replacesAll: Bool) throws -> Reply {
        let user = try user(call)
        guard user.status != .deprovisioned else { throw OktaError.notFound(call["id"], "User") }
        if let expected = call.request.header("If-Match"), expected != user.entityTag {
            throw OktaError.wrongEntityTag
        }
        try checkType(call.body["type"])
        let profile = try changedProfile(of: user, call.body["profile"], replacesAll: replacesAll)
        let password = call.body["credentials"]?["password"]?["value"]?.string
        if let password { try checkPassword(password) }
        let question = call.body["credentials"]?["recovery_question"]?["question"]?.string
        logins[user.login.lowercased()] = nil
        logins[(profile["login"]?.string ?? "").lowercased()] = user.id
        change(user.id, call.now) { user in
            user.profile = profile
            if let question { user.recoveryQuestion = question }
            if password != nil {
                user.hasPassword = true
                user.passwordChanged = call.now
                if user.status == .provisioned { user.status = .active }
            }
        }
        note("user.account.update_profile", by: call, targets: [target(user)])
        guard let changed = users[user.id] else { throw OktaError.notFound(user.id, "User") }
        return Reply(changed.json(.all, links: changed.links(.all, call.origin)))
    }

    private func changedProfile(
        of user: OktaUser, _ given: JSONValue?, replacesAll: Bool
    ) throws(OktaError) -> JSONObject {
        guard let given else {
            if replacesAll { throw .validation("profile", "profile: The field cannot be left blank") }
            return user.profile
        }
        var profile = replacesAll ? JSONObject() : user.profile
        for member in given.members {
            let isCleared = member.value.isNull && !["mobilePhone", "secondEmail"].contains(member.name)
            profile[member.name] = isCleared ? nil : member.value
            // An attribute that isn't there is no less unknown for being cleared.
            if isCleared, !hasProfileAttribute(member.name) { profile[member.name] = .null }
        }
        for name in ["mobilePhone", "secondEmail"] where profile[name] == nil { profile[name] = .null }
        try checkProfile(profile, of: user.id)
        return profile
    }

    /// Changes a user; readers may see it later.
    mutating func change(_ id: String, _ now: Timestamp, _ edit: (inout OktaUser) -> Void) {
        guard var user = users[id] else { return }
        let status = user.status
        edit(&user)
        user.lastUpdated = now
        user.revision += 1
        if user.status != status { user.statusChanged = now }
        users.put(user, id: id, staleReads: settings.staleReads)
    }

    /// Takes a user out of everything.
    mutating func forget(_ user: OktaUser) {
        users.remove(user.id, staleReads: settings.staleReads)
        logins[user.login.lowercased()] = nil
        for group in groupIDs(of: user.id) {
            groups.edit(group) { _ = $0.members.remove(user.id) }
        }
        releaseAccess(of: user.id)
    }

    /// Takes apps and roles from a user.
    mutating func releaseAccess(of user: String) {
        let staleReads = settings.staleReads
        for app in apps.rows.filter({ $0.users[user] != nil }).map(\.id) {
            apps.edit(app) { _ = $0.users.remove(user, staleReads: staleReads) }
        }
        for assignment in roleAssignments.rows.filter({ $0.assignee == .user(user) }).map(\.id) {
            roleAssignments.remove(assignment)
        }
        removeFromBindings(.user(user))
    }
}
