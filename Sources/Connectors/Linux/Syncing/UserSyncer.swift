import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// The accounts of the host.
struct UserSyncer: TargetedSyncer {
    static let type = ResourceType(
        "user", displayName: "User", traits: [.user], annotations: [SkipEntitlementsAndGrants()])

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host()
        guard parent == host.id else { return Page([]) }
        let users = try await UserDescription(inspection, host: host.id)
        return Page(fitting: users.listed, for: page, key: { users.id(of: $0).value }, row: users.resource)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        let users = try await UserDescription(inspection, host: try await inspection.host().id)
        return users.listed.first { users.id(of: $0) == id }.map(users.resource)
    }
}

/// Makes resources of accounts.
private struct UserDescription {
    private let accounts: Inspection.Accounts
    private let ssh: Inspection.SSH
    private let logins: Inspection.Logins
    private let today: Day
    private let host: ResourceID
    private let inspection: Inspection
    /// The places of the accounts to list, in byte order of their ids.
    let listed: [Int]

    init(_ inspection: Inspection, host: ResourceID) async throws {
        let accounts = try await inspection.accounts()
        self.accounts = accounts
        ssh = try await inspection.ssh()
        logins = try await inspection.logins()
        today = Day(at: inspection.now())
        self.host = host
        self.inspection = inspection
        listed = accounts.book.accounts.indices.filter { accounts.lists($0, inspection.options) }
    }

    func id(of place: Int) -> ResourceID { LinuxID.user(accounts.book.accounts[place].name) }

    func resource(_ place: Int) -> Resource {
        let account = accounts.book.accounts[place]
        let comment = Comment(account.comment, login: account.name)
        let status = AccountStatus(
            of: account, shells: accounts.shells, keys: ssh.keyKnowledge(ofAccount: place), today: today)
        var attributes = UserAttributes()
        attributes.login = account.name
        attributes.loginAliases = accounts.book.accounts(numbered: account.uid).filter { $0 != place }
            .map { accounts.book.accounts[$0].name }
        attributes.emails = accounts.addresses[ByteKey(account.name)].map { [$0] } ?? []
        attributes.status = status.isEnabled ? .enabled : .disabled
        attributes.statusDetails = status.reason ?? ""
        attributes.accountType = accounts.definitions.accountType(of: account.uid)
        attributes.lastLogin = logins.lastLogins[place].map { seconds in .with { $0.seconds = seconds } }
        attributes.createdAt = inspection.birth(ofHomeOf: account).map { seconds in .with { $0.seconds = seconds } }
        attributes.profile = profile(of: account, comment, keys: ssh.keys[place].count)
        return .user(
            id(of: place), name: comment.fullName.isEmpty ? account.name : comment.fullName, under: host,
            attributes: attributes)
    }

    private func profile(of account: Account, _ comment: Comment, keys: Int) -> Profile {
        let primary = accounts.book.group(numbered: account.gid).map { accounts.book.groups[$0].name }
        let ranges = accounts.subordinateRanges(of: account)
        return Profile([
            "uid": .number(account.uid),
            "gid": .number(account.gid),
            "primary_group": primary.map { .text($0) },
            "home": .text(account.home),
            "shell": .text(account.shell),
            "login_shell": .flag(accounts.shells.admit(account.shell)),
            "gecos": .given(account.comment),
            "room": .given(comment.room),
            "work_phone": .given(comment.workPhone),
            "home_phone": .given(comment.homePhone),
            "password_state": .text(account.password.state.rawValue),
            "hash_scheme": account.password.scheme.map { .text($0) },
            "password_last_changed": account.age?.lastChange.map { .text(Day($0).description) },
            "password_max_days": account.age?.maximumDays.map { .number($0) },
            "password_inactive_days": account.age?.inactiveDays.map { .number($0) },
            "account_expires": account.age?.expires.map { .text(Day($0).description) },
            "subuid_ranges": ranges.isEmpty ? nil : .list(ranges),
            "ssh_key_count": .number(keys),
            "source": .text(account.source.rawValue),
        ])
    }
}

extension Google_Protobuf_Value {
    /// A string, or nothing when it is empty.
    static func given(_ text: String) -> Self? { text.isEmpty ? nil : .text(text) }
}

extension Inspection {
    /// When the home of an account was made; only of a home that belongs to the account, since many share `/` or `/bin`.
    func birth(ofHomeOf account: Account) -> Int64? {
        guard account.home.utf8.first == UInt8(ascii: "/"),
            let home = try? files.place(account.home, following: true), let facts = try? home.facts(),
            facts.isDirectory, facts.uid == account.uid, account.home != "/"
        else { return nil }
        return home.birthTime()
    }
}
