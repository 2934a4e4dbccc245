/// What a list is sorted by, and in which direction.
///
/// Only lists of now that no words narrow have another order than that of names.
public struct ListOrder<Key: Sendable & Equatable>: Sendable, Equatable {
    /// What decides.
    public var key: Key
    /// Whether the largest comes first.
    public var isDescending: Bool

    /// An order.
    public init(by key: Key, isDescending: Bool = false) {
        self.key = key
        self.isDescending = isDescending
    }
}

/// What resources can be sorted by.
public enum ResourceSortKey: String, Sendable {
    /// What people call them.
    case name
    /// When somebody last signed in; only for accounts.
    case lastLogin = "last_login"
    /// How many grants an account holds, or how many there are on a resource.
    case grants
}

/// What entitlements can be sorted by.
public enum EntitlementSortKey: String, Sendable {
    /// What people call them.
    case name
    /// How many hold them.
    case grants
}
