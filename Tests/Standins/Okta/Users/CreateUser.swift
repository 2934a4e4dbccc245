import StandinKit
import WireForm

extension Org {
    /// `POST /api/v1/users`.
    mutating func createUser(_ call: Call) throws -> Reply {
        let activates = try call.flag("activate", default: true)
        let expiresPassword = try Self.expiresPassword(call)
        let profile = JSONObject(call.body["profile"]?.members ?? [])
        guard call.body["profile"]?.isObject == true else {
            throw OktaError.validation("profile", "profile: The field cannot be left blank")
        }
        let credentials = try NewCredentials(call, isForProvider: call.flag("provider", default: false))
        if expiresPassword { try Self.checkExpiry(credentials, activates: activates) }
        try checkType(call.body["type"])
        try checkProfile(profile, of: nil)
        if let password = credentials.password { try checkPassword(password) }
        let groups = try self.groups(call.body["groupIds"])
        let user = newUser(profile, credentials, activates: activates, expiresPassword: expiresPassword, call.now)
        users.put(user, id: user.id, staleReads: settings.staleReads)
        logins[user.login.lowercased()] = user.id
        join(user.id, groups, call)
        note("user.lifecycle.create", by: call, targets: [target(user)])
        if activates { note("user.lifecycle.activate", by: call, targets: [target(user)]) }
        return Reply(user.json(.all, links: user.links(.all, call.origin)))
    }

    private static func expiresPassword(_ call: Call) throws(OktaError) -> Bool {
        switch call.query("nextLogin") {
        case nil: return false
        case "changePassword": return true
        case let other?: throw .validation("nextLogin", "nextLogin: '\(other)' is not a valid value")
        }
    }

    private static func checkExpiry(_ credentials: NewCredentials, activates: Bool) throws(OktaError) {
        guard credentials.hasPassword else {
            throw .expiredPasswordNeeds("E0000124", "a password must be specified.")
        }
        guard activates else { throw .expiredPasswordNeeds("E0000125", "`activate` must be true.") }
    }

    func checkType(_ type: JSONValue?) throws(OktaError) {
        guard let id = type?["id"]?.string, id != "default", id != settings.userTypeID else { return }
        throw .notFound(id, "UserType")
    }

    private func groups(_ ids: JSONValue?) throws(OktaError) -> [String] {
        var found: [String] = []
        for id in (ids?.elements ?? []).compactMap(\.string) {
            guard let group = groups[id] else { throw .notFound(id, "UserGroup") }
            guard group.type == .okta else { throw .accessDenied }
            found.append(id)
        }
        return found
    }

    private mutating func newUser(
        _ profile: JSONObject, _ credentials: NewCredentials, activates: Bool, expiresPassword: Bool, _ now: Timestamp
    ) -> OktaUser {
        var user = OktaUser(
            id: newID("00u"), status: .staged, created: now, lastUpdated: now, typeID: settings.userTypeID,
            profile: profile, provider: credentials.provider, hasPassword: credentials.hasPassword,
            recoveryQuestion: credentials.recoveryQuestion)
        user.passwordChanged = credentials.hasPassword ? now : nil
        for name in ["mobilePhone", "secondEmail"] where profile[name] == nil { user.profile[name] = .null }
        guard activates else { return user }
        user.status = expiresPassword ? .passwordExpired : user.statusWhenActivated
        user.activated = now
        user.statusChanged = now
        return user
    }

    /// A new user is in the group of everyone, and in those that were named.
    private mutating func join(_ user: String, _ named: [String], _ call: Call) {
        let everyone = groups.rows.filter { $0.type == .builtIn && $0.name == "Everyone" }.map(\.id)
        for group in everyone + named { addMember(user, to: group, call) }
    }
}

extension OktaUser {
    /// Where activation leads: without a password the user must choose one first.
    var statusWhenActivated: Status {
        hasPassword || ["FEDERATION", "SOCIAL"].contains(provider.type) ? .active : .provisioned
    }
}

/// What a new user signs in with.
struct NewCredentials {
    let password: String?
    let hasPassword: Bool
    let recoveryQuestion: String?
    let provider: OktaUser.Provider

    init(_ call: Call, isForProvider: Bool) throws(OktaError) {
        let credentials = call.body["credentials"]
        let secret = credentials?["password"]
        password = secret?["value"]?.string
        let isImported = secret?["hash"] != nil || secret?["hook"] != nil
        hasPassword = password != nil || isImported
        recoveryQuestion = credentials?["recovery_question"]?["question"]?.string
        guard recoveryQuestion == nil || credentials?["recovery_question"]?["answer"]?.string != nil else {
            throw .validation("recovery_question", "answer: The field cannot be left blank")
        }
        guard isForProvider, let type = credentials?["provider"]?["type"]?.string else {
            guard !isForProvider else {
                throw .validation("provider", "provider: The field cannot be left blank")
            }
            let own = isImported ? "IMPORT" : "OKTA"
            provider = .init(type: own, name: own)
            return
        }
        guard ["ACTIVE_DIRECTORY", "FEDERATION", "IMPORT", "LDAP", "OKTA", "SOCIAL"].contains(type) else {
            throw .validation("provider", "type: '\(type)' is not a valid value")
        }
        guard !hasPassword || !["FEDERATION", "SOCIAL"].contains(type) else { throw .credentialsNotForScheme }
        provider = .init(type: type, name: credentials?["provider"]?["name"]?.string ?? type)
    }
}
