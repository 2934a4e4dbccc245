/// What becomes of a field that the data source fills and people may set otherwise.
public enum FieldEdit<Value: Sendable>: Sendable {
    /// It stays as it is.
    case keep
    /// It gets this value, which survives imports.
    case set(Value)
    /// It follows the data source again.
    case reset

    var changes: Bool { if case .keep = self { false } else { true } }

    /// What is stored of it: the value, or nothing.
    var value: Value? { if case .set(let value) = self { value } else { nil } }

    func map<Other>(_ transform: (Value) throws -> Other) rethrows -> FieldEdit<Other> {
        switch self {
        case .keep: .keep
        case .set(let value): .set(try transform(value))
        case .reset: .reset
        }
    }
}

/// Who is to answer for an account.
public enum OwnerEdit: Sendable {
    /// Whoever does now.
    case keep
    /// The person with this id.
    case set(person: String)
    /// Nobody.
    case clear
    /// Whom the data source names, or whose address the account has.
    case reset
}

/// What somebody changes about an account or another resource.
public struct ResourceEdits: Sendable {
    /// What people call it; 1 to 256 characters.
    public var name = FieldEdit<String>.keep
    /// What it is.
    public var description = FieldEdit<String>.keep
    /// Of an account, who uses it.
    public var accountType = FieldEdit<ListedResource.AccountType>.keep
    /// Of an account, who answers for it.
    public var owner = OwnerEdit.keep

    /// No change yet.
    public init() {}
}

/// What somebody changes about an entitlement.
public struct EntitlementEdits: Sendable {
    /// What people call it; 1 to 256 characters.
    public var name = FieldEdit<String>.keep
    /// What it is called among those of its resource.
    public var slug = FieldEdit<String>.keep
    /// What its holders can do.
    public var description = FieldEdit<String>.keep

    /// No change yet.
    public init() {}
}
