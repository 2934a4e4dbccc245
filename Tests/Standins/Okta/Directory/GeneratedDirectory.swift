import SeededNumbers
import StandinKit
import WireForm

extension OktaDirectory {
    /// A directory of a size, the same for the same numbers.
    ///
    /// Each user is in the group of everyone and in three others; each app has ten users and two groups; the first
    /// users are administrators.
    package init(users: Int, groups: Int, apps: Int, seed: UInt64 = 1) {
        var making = Generation(seed: seed)
        making.makeUsers(users)
        making.makeGroups(groups)
        making.makeApps(apps)
        making.makeAdministrators()
        self.init(org: making.org)
    }

    /// Reads `users=100000,groups=500,apps=50`.
    package init(generating text: String) throws {
        var counts = ["users": 100, "groups": 10, "apps": 5]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=").map(String.init)
            guard sides.count == 2, counts[sides[0]] != nil, let count = Int(sides[1]), count >= 0 else {
                throw WrongDirectory(description: "\(part): write users=100,groups=10,apps=5")
            }
            counts[sides[0]] = count
        }
        self.init(users: counts["users"] ?? 0, groups: counts["groups"] ?? 0, apps: counts["apps"] ?? 0)
    }
}

private struct Generation {
    var org = Org()
    private var random: SeededGenerator
    private let created = Timestamp(seconds: 1_700_000_000)
    private var userIDs: [String] = []
    private var groupIDs: [String] = []

    private static let firstNames = ["Ada", "Bram", "Chidi", "Dina", "Emil", "Farah", "Goran", "Hana", "Ivo", "Jun"]
    private static let lastNames = ["Okafor", "Lindqvist", "Marsh", "Tanaka", "Novak", "Ibarra", "Weiss", "Dlamini"]
    private static let rareStatuses: [OktaUser.Status] = [
        .suspended, .deprovisioned, .staged, .provisioned, .lockedOut, .passwordExpired, .recovery,
    ]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private static func id(_ prefix: String, _ number: Int) -> String {
        let digits = String(number)
        return prefix + String(repeating: "0", count: max(0, 17 - digits.utf8.count)) + digits
    }

    mutating func makeUsers(_ count: Int) {
        for number in 0..<count {
            let user = user(number)
            org.users.put(user, id: user.id)
            org.logins[user.login] = user.id
            userIDs.append(user.id)
        }
    }

    private mutating func user(_ number: Int) -> OktaUser {
        let first = Self.firstNames[number % Self.firstNames.count]
        let last = "\(Self.lastNames[number / 10 % Self.lastNames.count])-\(number)"
        let login = "\(first.lowercased()).\(number)@corp.example"
        // The first ones stay active: they are administrators.
        let isRare = number >= 10 && random.next() % 20 == 0
        let status = isRare ? Self.rareStatuses[Int(random.next() % 7)] : .active
        var user = OktaUser(
            id: Self.id("00u", number), status: status, created: created, lastUpdated: created,
            typeID: org.settings.userTypeID,
            profile: JSONObject([
                ("firstName", .string(first)), ("lastName", .string(last)), ("login", .string(login)),
                ("email", .string(login)), ("displayName", .string("\(first) \(last)")),
                ("employeeNumber", .string(String(number))), ("department", .string("D\(number % 40)")),
                ("mobilePhone", nil), ("secondEmail", nil),
            ]))
        user.activated = status == .staged ? nil : created
        user.statusChanged = user.activated
        user.hasPassword = ![.staged, .provisioned].contains(status)
        return user
    }

    mutating func makeGroups(_ count: Int) {
        for number in 0..<count {
            let id = Self.id("00g", number)
            let group = OktaGroup(
                id: id, type: number == 0 ? .builtIn : .okta,
                profile: JSONObject([
                    ("name", .string(number == 0 ? "Everyone" : "Group \(number)")),
                    ("description", .string("Made group \(number)")),
                ]), created: created, lastUpdated: created, lastMembershipUpdated: created)
            org.groups.put(group, id: id)
            groupIDs.append(id)
        }
        guard let everyone = groupIDs.first else { return }
        for user in userIDs {
            join(user, everyone)
            guard count > 1 else { continue }
            for _ in 0..<3 { join(user, groupIDs[1 + Int(random.next() % UInt64(count - 1))]) }
        }
    }

    private mutating func join(_ user: String, _ group: String) {
        org.groups.edit(group) { $0.members.put(.init(userID: user), id: user) }
    }

    mutating func makeApps(_ count: Int) {
        let modes = [("SAML_2_0", nil), ("OPENID_CONNECT", "oidc_client"), ("AUTO_LOGIN", nil)]
        for number in 0..<count {
            let mode: (signOn: String, name: String?) = modes[number % modes.count]
            let id = Self.id("0oa", number)
            var app = OktaApp(
                id: id, name: mode.name ?? "app_\(number)", label: "App \(number)",
                status: number % 10 == 9 ? "INACTIVE" : "ACTIVE", signOnMode: mode.signOn, created: created,
                lastUpdated: created, details: JSONObject())
            for place in 0..<2 where groupIDs.count > 1 {
                let group = groupIDs[1 + (number * 2 + place) % (groupIDs.count - 1)]
                app.groups.put(
                    .init(id: group, priority: place, profile: JSONObject(), lastUpdated: created), id: group)
            }
            for place in 0..<min(10, userIDs.count) {
                let user = userIDs[(number * 10 + place) % userIDs.count]
                app.users.put(
                    .init(
                        id: user, scope: .user, userName: org.users[user]?.login, profile: JSONObject(),
                        created: created, lastUpdated: created), id: user)
            }
            org.apps.put(app, id: id)
            org.settleAppUsers(of: id, created)
        }
    }

    mutating func makeAdministrators() {
        for (number, type) in ["SUPER_ADMIN", "APP_ADMIN", "READ_ONLY_ADMIN", "HELP_DESK_ADMIN"].enumerated() {
            guard number < userIDs.count else { break }
            assign(type, .user(userIDs[number]), number)
        }
        if groupIDs.count > 1 { assign("USER_ADMIN", .group(groupIDs[1]), 9) }
        org.apiTokens.put(
            APIToken(
                id: "00T1standin000000000", name: "Stand-in", userID: userIDs.first ?? "",
                secret: OktaDirectory.standardToken, rights: .all, created: created, lastUpdated: created,
                tokenWindow: "P30D"), id: "00T1standin000000000")
    }

    private mutating func assign(_ type: String, _ assignee: Assignee, _ number: Int) {
        let id = Self.id("ra1", number)
        org.roleAssignments.put(
            RoleAssignment(
                id: id, type: type, assignee: assignee, status: "ACTIVE", created: created, lastUpdated: created),
            id: id)
    }
}
