/// What is known of a grant beside who holds what.
struct GrantFlags: OptionSet {
    let rawValue: Int64

    /// The principal holds it itself.
    static let direct = GrantFlags(rawValue: 1)
    /// It follows from other grants.
    static let inherited = GrantFlags(rawValue: 2)
    /// It can't be revoked.
    static let immutable = GrantFlags(rawValue: 4)
    /// Who holds something of its principal holds it too.
    static let expandable = GrantFlags(rawValue: 8)
    /// Another data source says the same and is shown.
    static let hidden = GrantFlags(rawValue: 16)
    /// It came with the first import of its data source.
    static let initial = GrantFlags(rawValue: 32)

    /// What a file says; the rest is the catalog's own.
    static let said: GrantFlags = [.direct, .inherited, .immutable, .expandable]
}
