import AccessModel

/// One account with all that is known of it.
struct Account: Sendable {
    /// Who tells of an account or group.
    enum Source: String, Sendable {
        case files, nss
    }

    var name: String
    var uid: UInt32
    var gid: UInt32
    var comment: String
    var home: String
    var shell: String
    var password: Password
    /// What `shadow` says of days; nil when it isn't known.
    var age: PasswordAge?
    var source: Source

    init(_ entry: PasswdEntry, password: Password, age: PasswordAge?, source: Source) {
        name = entry.name
        uid = entry.uid
        gid = entry.gid
        comment = entry.comment
        home = entry.home
        shell = entry.shell
        self.password = password
        self.age = age
        self.source = source
    }

    /// Whether the account is past the day on which it expires.
    func hasExpired(on today: Day) -> Bool {
        age?.expires.map { $0 <= today.number } ?? false
    }

    /// Whether the password is too old and the time to change it over.
    ///
    /// A change on day 0 asks for a new password at the next log-in, however long ago that is.
    func hasPasswordAgedOut(on today: Day) -> Bool {
        guard let age, let last = age.lastChange, let maximum = age.maximumDays, let inactive = age.inactiveDays,
            maximum > 0, last > 0
        else { return false }
        return last + maximum + inactive < today.number
    }
}

/// One group with all that is known of it.
struct AccountGroup: Sendable {
    var name: String
    var gid: UInt32
    var hasPassword: Bool
    /// Names from the list of members, whether there is such an account or not.
    var listedMembers: [String]
    var administrators: [String]
    var source: Account.Source

    init(_ entry: GroupEntry, shadow: GroupShadowEntry?, source: Account.Source) {
        name = entry.name
        gid = entry.gid
        hasPassword = entry.hasPassword || shadow?.hasPassword == true
        listedMembers = entry.members + (shadow?.members ?? [])
        administrators = shadow?.administrators ?? []
        self.source = source
    }
}
