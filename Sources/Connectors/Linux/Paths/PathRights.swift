import AccessModel

/// Who holds which right on a path.
struct PathRights {
    /// One right held by one principal.
    struct Right: Hashable {
        var slug: String
        var principal: Principal
    }

    enum Principal: Hashable {
        case user(Int)
        case group(Int)
    }

    private(set) var rights: Set<Right> = []
    /// How many ids of the access list belong to no account or group.
    private(set) var unknownPrincipals = 0

    static let kinds: [(slug: String, permission: FilePermissions)] = [
        ("read", .read), ("write", .write), ("execute", .execute),
    ]
    static let own = "own"

    private let book: AccountBook

    /// Works out the rights on `path`; root, who may do everything, is left out.
    init(on path: InspectedPath, book: AccountBook) {
        self.book = book
        let access = path.access
        let owners = accounts(path.facts.uid)
        for owner in owners { rights.insert(Right(slug: Self.own, principal: .user(owner))) }
        // The first class that fits an account decides, so it is kept which accounts a class of their own speaks for.
        var personal: [Int: FilePermissions] = [:]
        for (uid, permissions) in access.users {
            for account in accounts(uid) { personal[account] = access.effective(permissions) }
        }
        for owner in owners { personal[owner] = access.owner }
        for (account, permissions) in personal { add(permissions, .user(account)) }

        var groups = access.groups.map { ($0.key, access.effective($0.value)) }
        groups.append((path.facts.gid, access.effective(access.owningGroup)))
        for (gid, permissions) in groups {
            guard let group = book.group(numbered: gid) else {
                unknownPrincipals += 1
                continue
            }
            add(permissions, of: group, personal)
        }
    }

    private mutating func accounts(_ uid: UInt32) -> [Int] {
        let places = book.accounts(numbered: uid)
        if places.isEmpty { unknownPrincipals += 1 }
        return uid == 0 ? [] : places
    }

    private mutating func add(_ permissions: FilePermissions, _ principal: Principal) {
        for kind in Self.kinds where permissions.contains(kind.permission) {
            rights.insert(Right(slug: kind.slug, principal: principal))
        }
    }

    /// Adds what a group may do: to the group, or to its members one by one when one of them has less by a class of their own.
    private mutating func add(_ permissions: FilePermissions, of group: Int, _ personal: [Int: FilePermissions]) {
        let members = book.members[group].map(\.account)
        for kind in Self.kinds where permissions.contains(kind.permission) {
            let isWeaker = { (member: Int) in personal[member].map { !$0.contains(kind.permission) } ?? false }
            if members.contains(where: isWeaker) {
                for member in members where !isWeaker(member) && book.accounts[member].uid != 0 {
                    rights.insert(Right(slug: kind.slug, principal: .user(member)))
                }
            } else {
                rights.insert(Right(slug: kind.slug, principal: .group(group)))
            }
        }
    }
}
