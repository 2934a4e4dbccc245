import AccessModel

/// How much data to generate, and in what shape.
struct Scale: Sendable {
    /// How groups hold each other.
    enum Shape: String {
        /// Not at all: every group holds users.
        case flat
        /// In rows of ten, the last of which holds the users.
        case chain
        /// As a binary tree whose leaves hold the users.
        case tree
    }

    /// Groups in one chain.
    static let chainLength = 10

    /// Users that hold a role, at most.
    static let usersPerRole = 20

    let users: Int
    let groups: Int
    let roles: Int
    let seed: Int
    let shape: Shape

    /// Memberships to hand out: those of users, or with nested groups about those that users inherit.
    let grants: Int

    /// Reads `USERS,GROUPS,GRANTS[,ROLES]`.
    init(parsing text: String, nested: String = "", seed: Int = 1) throws(ServiceError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard (3...4).contains(parts.count), numbers.count == parts.count else {
            throw Self.wrong(
                "scale", "not of the form USERS,GROUPS,GRANTS[,ROLES]", "Write for example 5000,200,50000,20")
        }
        for (number, limit) in zip(numbers, [100_000_000, 10_000_000, 1_000_000_000, 1_000_000])
        where !(0...limit).contains(number) {
            throw Self.wrong("scale", "\(number) is not from 0 to \(limit)", "Give a smaller number")
        }
        guard let shape = nested.isEmpty ? .flat : Shape(rawValue: nested) else {
            throw Self.wrong("nested", "no such shape", "Give chain or tree")
        }
        guard (0...1_000_000_000).contains(seed) else {
            throw Self.wrong("seed", "\(seed) is not from 0 to 1000000000", "Give another number")
        }
        users = numbers[0]
        groups = numbers[1]
        grants = numbers[2]
        roles = numbers.count > 3 ? numbers[3] : 0
        self.seed = seed
        self.shape = shape
        try checkFit()
    }

    private func checkFit() throws(ServiceError) {
        switch shape {
        case .flat: break
        case .chain where groups == 0 || groups % Self.chainLength != 0:
            throw Self.wrong(
                "scale", "\(groups) groups don't make chains of \(Self.chainLength)",
                "Give a multiple of \(Self.chainLength), or leave out --nested")
        case .tree where groups < 3:
            throw Self.wrong("scale", "\(groups) groups don't make a tree", "Give 3 or more, or leave out --nested")
        case .chain, .tree: break
        }
        guard groups > 0 || grants == 0, largestGroup <= users else {
            throw Self.wrong(
                "scale", "\(grants) grants don't fit \(users) users and \(groups) groups",
                "Give fewer grants, or more users and groups")
        }
    }

    private static func wrong(_ flag: String, _ problem: String, _ cure: String) -> ServiceError {
        ServiceError(.invalidArgument, "\(flag): \(problem). \(cure) with --\(flag).")
    }
}

extension Scale {
    /// The groups that are members of group `number`.
    func subgroups(of number: Int) -> [Int] {
        switch shape {
        case .flat: []
        case .chain: number % Self.chainLength == Self.chainLength - 1 ? [] : [number + 1]
        case .tree: [2 * number + 1, 2 * number + 2].filter { $0 < groups }
        }
    }

    /// How many users are members of group `number`.
    func userCount(ofGroup number: Int) -> Int {
        switch shape {
        case .flat: grants / groups + (number < grants % groups ? 1 : 0)
        case .chain, .tree: subgroups(of: number).isEmpty ? largestGroup : 0
        }
    }

    /// The users of the fullest group.
    private var largestGroup: Int {
        guard groups > 0 else { return 0 }
        return switch shape {
        case .flat: (grants + groups - 1) / groups
        case .chain: grants / (groups / Self.chainLength * (Self.chainLength - 1))
        case .tree: grants / ((groups + 1) / 2 * treeHeight)
        }
    }

    /// How many levels of groups lie above the deepest leaf.
    private var treeHeight: Int { Int.bitWidth - groups.leadingZeroBitCount - 1 }
}
