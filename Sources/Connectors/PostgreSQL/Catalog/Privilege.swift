/// What can be held on an object, in the order in which the ecosystem lists it.
enum Privilege: String, CaseIterable, Sendable {
    case insert, select, update, delete, truncate, references, trigger, execute, usage, create, temporary, connect

    /// Its name in statements and in what `aclexplode` says.
    var word: String { rawValue.uppercased() }

    /// The privilege that `aclexplode` calls so; nil for those that aren't listed, such as MAINTAIN of PostgreSQL 17.
    init?(word: some StringProtocol) {
        self.init(rawValue: word.lowercased())
    }
}

/// A privilege, or the option to grant it to others.
struct Right: Hashable, Sendable {
    let privilege: Privilege
    let isGrantOption: Bool

    /// How ids of entitlements end.
    var suffix: String { isGrantOption ? "\(privilege.rawValue):grant" : privilege.rawValue }

    /// What people call it.
    var displayName: String { isGrantOption ? "Can grant \(privilege.word)" : privilege.word }

    /// The slug of its entitlement.
    var slug: String { isGrantOption ? "grant \(privilege.rawValue)" : privilege.rawValue }

    /// One sentence about it.
    func description(on name: String) -> String {
        "\(isGrantOption ? "Can grant" : "Has") \(privilege.word) privileges on \(name)"
    }
}
