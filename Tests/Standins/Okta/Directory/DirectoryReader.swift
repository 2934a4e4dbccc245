import StandinKit
import WireForm

/// Makes an organisation out of its description.
struct DirectoryReader {
    private var org = Org()
    /// What has no time of its own was made then.
    private let standardTime = Timestamp(seconds: 1_672_628_645)

    mutating func org(_ json: JSONValue) throws -> Org {
        let known: Set = [
            "org", "users", "groups", "apps", "roles", "customRoles", "resourceSets", "apiTokens", "clients",
            "devices", "log",
        ]
        try json.checkNames(known, "directory")
        try settings(json["org"] ?? [:])
        for user in json.list("users") { try self.user(user) }
        for group in json.list("groups") { try self.group(group) }
        for app in json.list("apps") { try self.app(app) }
        for role in json.list("roles") { try self.role(role) }
        for role in json.list("customRoles") { try customRole(role) }
        for set in json.list("resourceSets") { try resourceSet(set) }
        for token in json.list("apiTokens") { try apiToken(token) }
        for client in json.list("clients") { try self.client(client) }
        for device in json.list("devices") { try self.device(device) }
        for event in json.list("log") { try self.event(event) }
        addStandardToken()
        return org
    }

    private mutating func settings(_ json: JSONValue) throws {
        let known: Set = [
            "id", "companyName", "subdomain", "customAttributes", "userPageLimit", "staleReads", "groupStats",
            "appUsersByGroup",
        ]
        try json.checkNames(known, "org")
        org.settings.id = json["id"]?.string ?? org.settings.id
        org.settings.companyName = json["companyName"]?.string ?? org.settings.companyName
        org.settings.subdomain = json["subdomain"]?.string ?? org.settings.subdomain
        org.settings.customAttributes = Set(json.list("customAttributes").compactMap(\.string))
        org.settings.userPageLimit = json["userPageLimit"]?.integer.map { Int($0) } ?? org.settings.userPageLimit
        org.settings.staleReads = json["staleReads"]?.integer.map { Int($0) } ?? 0
        org.settings.embedsGroupStats = json["groupStats"]?.bool ?? true
        org.settings.assignsAppsByGroup = json["appUsersByGroup"]?.bool ?? true
    }

    private mutating func user(_ json: JSONValue) throws {
        let known: Set = [
            "id", "status", "created", "activated", "statusChanged", "lastLogin", "lastUpdated", "passwordChanged",
            "profile", "provider", "hasPassword",
        ]
        let id = try json.id("users", known)
        guard let status = OktaUser.Status(rawValue: json["status"]?.string ?? "ACTIVE") else {
            throw WrongDirectory(description: "users: \(id): status is none of Okta's")
        }
        let created = try json.time("created") ?? standardTime
        var user = OktaUser(
            id: id, status: status, created: created, lastUpdated: try json.time("lastUpdated") ?? created,
            typeID: org.settings.userTypeID, profile: JSONObject(json["profile"]?.members ?? []))
        user.activated = try json.time("activated")
        user.statusChanged = try json.time("statusChanged")
        user.lastLogin = try json.time("lastLogin")
        user.passwordChanged = try json.time("passwordChanged")
        user.hasPassword = json["hasPassword"]?.bool ?? ![.staged, .provisioned].contains(status)
        if let provider = json["provider"]?.string { user.provider = .init(type: provider, name: provider) }
        guard !user.login.isEmpty else { throw WrongDirectory(description: "users: \(id): has no profile.login") }
        guard org.logins.updateValue(id, forKey: user.login.lowercased()) == nil else {
            throw WrongDirectory(description: "users: \(id): login \(user.login) is another's too")
        }
        // What a directory has is defined in its schema.
        for name in user.profile.names where !UserProfile.isKnown(name) { org.settings.customAttributes.insert(name) }
        org.users.put(user, id: id)
    }

    private mutating func group(_ json: JSONValue) throws {
        let known: Set = [
            "id", "type", "name", "description", "profile", "source", "created", "lastUpdated", "members",
        ]
        let id = try json.id("groups", known)
        guard let type = OktaGroup.Kind(rawValue: json["type"]?.string ?? "OKTA_GROUP") else {
            throw WrongDirectory(description: "groups: \(id): type is none of Okta's")
        }
        var profile = JSONObject([("name", json["name"] ?? ""), ("description", json["description"] ?? nil)])
        for member in json["profile"]?.members ?? [] { profile[member.name] = member.value }
        let created = try json.time("created") ?? standardTime
        let updated = try json.time("lastUpdated") ?? created
        var group = OktaGroup(
            id: id, type: type, profile: profile, created: created, lastUpdated: updated,
            lastMembershipUpdated: updated, sourceApp: json["source"]?.string)
        let members =
            json["members"]?.string == "*" ? org.users.rows.map(\.id) : json.list("members").compactMap(\.string)
        for member in members {
            guard org.users[member] != nil else {
                throw WrongDirectory(description: "groups: \(id): member \(member) is no user")
            }
            group.members.put(.init(userID: member), id: member)
        }
        org.groups.put(group, id: id)
    }

    private mutating func app(_ json: JSONValue) throws {
        let id = try json.id("apps", nil)
        let created = try json.time("created") ?? standardTime
        let own: Set = ["id", "name", "label", "status", "signOnMode", "created", "lastUpdated", "users", "groups"]
        var app = OktaApp(
            id: id, name: json["name"]?.string ?? "app_\(id)", label: json["label"]?.string ?? id,
            status: json["status"]?.string ?? "ACTIVE", signOnMode: json["signOnMode"]?.string ?? "SAML_2_0",
            created: created, lastUpdated: try json.time("lastUpdated") ?? created,
            details: JSONObject(json.members.filter { !own.contains($0.name) }))
        for (priority, group) in json.list("groups").compactMap(\.string).enumerated() {
            guard org.groups[group] != nil else {
                throw WrongDirectory(description: "apps: \(id): group \(group) is none")
            }
            app.groups.put(
                .init(id: group, priority: priority, profile: JSONObject(), lastUpdated: created), id: group)
        }
        org.apps.put(app, id: id)
        for user in json.list("users") { try appUser(user, of: app, created) }
        org.settleAppUsers(of: id, created)
    }

    private mutating func appUser(_ json: JSONValue, of app: OktaApp, _ created: Timestamp) throws {
        let id = json.string ?? json["id"]?.string ?? ""
        guard let user = org.users[id] else {
            throw WrongDirectory(description: "apps: \(app.id): user \(id) is none")
        }
        var assigned = OktaApp.User(
            id: id, scope: .user, userName: json["userName"]?.string ?? user.login,
            profile: JSONObject([("email", user.profile["email"] ?? nil)]), created: created, lastUpdated: created)
        for member in json["profile"]?.members ?? [] { assigned.profile[member.name] = member.value }
        org.apps.edit(app.id) { $0.users.put(assigned, id: id) }
    }

    private mutating func role(_ json: JSONValue) throws {
        let id = try json.id("roles", ["id", "type", "user", "group", "status", "created"])
        let assignee = json["user"]?.string.map { Assignee.user($0) } ?? json["group"]?.string.map { .group($0) }
        guard let type = json["type"]?.string, StandardRole.labels[type] != nil, let assignee else {
            throw WrongDirectory(description: "roles: \(id): needs a standard type, and a user or a group")
        }
        let created = try json.time("created") ?? standardTime
        org.roleAssignments.put(
            RoleAssignment(
                id: id, type: type, assignee: assignee, status: json["status"]?.string ?? "ACTIVE", created: created,
                lastUpdated: created), id: id)
    }

    private mutating func customRole(_ json: JSONValue) throws {
        let id = try json.id("customRoles", ["id", "label", "description", "permissions", "created"])
        let created = try json.time("created") ?? standardTime
        org.customRoles.put(
            CustomRole(
                id: id, label: json["label"]?.string ?? id, description: json["description"]?.string ?? "",
                permissions: json.list("permissions").compactMap(\.string), created: created, lastUpdated: created),
            id: id)
    }

    private mutating func resourceSet(_ json: JSONValue) throws {
        let id = try json.id("resourceSets", ["id", "label", "description", "resources", "bindings", "created"])
        let created = try json.time("created") ?? standardTime
        org.resourceSets.put(
            ResourceSet(
                id: id, label: json["label"]?.string ?? id, description: json["description"]?.string ?? "",
                resources: json.list("resources").compactMap(\.string), created: created, lastUpdated: created),
            id: id)
        for binding in json.list("bindings") {
            let role = binding["role"]?.string ?? ""
            for member in binding.list("members").compactMap(\.string) {
                guard let assignee = Assignee(href: "https://o/api/v1/\(member)") else {
                    throw WrongDirectory(description: "resourceSets: \(id): \(member): write users/… or groups/…")
                }
                _ = org.bind(role, in: id, to: assignee, created)
            }
        }
    }

    private mutating func apiToken(_ json: JSONValue) throws {
        let known: Set = [
            "id", "name", "user", "secret", "rights", "created", "lastUpdated", "expiresAt", "tokenWindow",
        ]
        let id = try json.id("apiTokens", known)
        guard let rights = Caller.Rights(rawValue: json["rights"]?.string ?? "all") else {
            throw WrongDirectory(description: "apiTokens: \(id): rights are all or readOnly")
        }
        let created = try json.time("created") ?? standardTime
        org.apiTokens.put(
            APIToken(
                id: id, name: json["name"]?.string ?? id, userID: json["user"]?.string ?? "",
                secret: json["secret"]?.string ?? "secret of \(id)", rights: rights, created: created,
                lastUpdated: try json.time("lastUpdated") ?? created, expiresAt: try json.time("expiresAt"),
                tokenWindow: json["tokenWindow"]?.string ?? "P30D"), id: id)
    }

    private mutating func client(_ json: JSONValue) throws {
        let known: Set = ["id", "label", "jwks", "scopes", "adminRole", "dpop", "tokenSeconds"]
        let id = try json.id("clients", known)
        org.clients[id] = OAuthClient(
            id: id, label: json["label"]?.string ?? id, keys: json.list("jwks"),
            scopes: Set(json.list("scopes").compactMap(\.string)), hasAdminRole: json["adminRole"]?.bool ?? true,
            requiresDPoP: json["dpop"]?.bool ?? true, tokenSeconds: Int(json["tokenSeconds"]?.integer ?? 3600))
    }

    private mutating func device(_ json: JSONValue) throws {
        let id = try json.id("devices", nil)
        var device = JSONObject(json.members)
        let name = device["profile"]?["displayName"] ?? .string(id)
        let standard: [(String, JSONValue)] = [
            ("status", "ACTIVE"), ("created", .string(standardTime.text)), ("lastUpdated", .string(standardTime.text)),
            ("resourceType", "UDDevice"), ("resourceDisplayName", ["value": name, "sensitive": false]),
            ("resourceAlternateId", nil),
        ]
        for (name, value) in standard where device[name] == nil { device[name] = value }
        org.devices.put(device, id: id)
    }

    private mutating func event(_ json: JSONValue) throws {
        guard let id = json["uuid"]?.string, json["published"]?.string.flatMap({ Timestamp($0) }) != nil else {
            throw WrongDirectory(description: "log: an event without uuid or published")
        }
        org.log.put(JSONObject(json.members), id: id)
    }

    /// Somebody must be able to ask.
    private mutating func addStandardToken() {
        guard !org.apiTokens.rows.contains(where: { _ in true }), org.clients.isEmpty else { return }
        let owner = org.users.rows.first { $0.status == .active }?.id ?? ""
        org.apiTokens.put(
            APIToken(
                id: "00T1standin000000000", name: "Stand-in", userID: owner, secret: OktaDirectory.standardToken,
                rights: .all, created: standardTime, lastUpdated: standardTime, tokenWindow: "P30D"),
            id: "00T1standin000000000")
    }
}

extension JSONValue {
    fileprivate func list(_ name: String) -> [JSONValue] { self[name]?.elements ?? [] }

    fileprivate func checkNames(_ known: Set<String>, _ place: String) throws {
        for member in members where !known.contains(member.name) {
            throw WrongDirectory(description: "\(place): \(member.name): no such member")
        }
    }

    /// The id of an object whose members are known; nil lets it have others.
    fileprivate func id(_ place: String, _ known: Set<String>?) throws -> String {
        guard let id = self["id"]?.string, !id.isEmpty else {
            throw WrongDirectory(description: "\(place): one has no id")
        }
        if let known { try checkNames(known, "\(place): \(id)") }
        return id
    }

    fileprivate func time(_ name: String) throws -> Timestamp? {
        guard let text = self[name]?.string else { return nil }
        guard let time = Timestamp(text) else { throw WrongDirectory(description: "\(name): \(text): no time") }
        return time
    }
}
