/// An account, group, role or other resource in a list.
public struct ListedResource: Sendable {
    /// Its id, a KSUID.
    public let id: String
    /// The application it is in.
    public let applicationID: String
    /// The id that the application's own system gives it.
    public let externalID: String
    /// What kind of thing it is.
    public let kind: ResourceKind
    /// The id of its type, a KSUID.
    public let typeID: String
    /// What its type is called.
    public let typeName: String
    /// The id of its type in the application's own system.
    public let typeExternalID: String
    /// What people call it.
    public let name: String
    /// What the file calls it, when somebody gave it another name.
    public let syncedName: String?
    /// What it is.
    public let description: String
    /// What the file says that it is, when somebody described it otherwise.
    public let syncedDescription: String?
    /// The id of the resource it lives under.
    public let parentID: String?
    /// The name of the resource it lives under.
    public let parentName: String?
    /// Of an account, its first address.
    public let email: String
    /// Of an account, the name it signs in with.
    public let login: String
    /// Whether it can be used.
    public let status: Status
    /// Why it has that status.
    public let statusDetails: String
    /// Of an account, who uses it.
    public let accountType: AccountType
    /// What the file says of who uses it, when somebody set it otherwise.
    public let syncedAccountType: AccountType?
    /// Of an account, the id of the person who answers for it.
    public let ownerID: String?
    /// What the person who answers for it is called.
    public let ownerName: String?
    /// Whether somebody chose the owner, or chose that there be none.
    public let ownerIsSet: Bool
    /// When somebody last signed in, in seconds since 1970.
    public let lastLogin: Int64?
    /// When it was made in its own system, in seconds since 1970.
    public let createdAt: Int64?
    /// How many grants there are of its entitlements.
    public let grantsOn: Int64
    /// How many grants it holds.
    public let grantsHeld: Int64
    /// Since when it is as it is, in seconds since 1970.
    public let seenSince: Int64
    /// Since when it is gone, in seconds since 1970; nil when it is there.
    public let goneSince: Int64?
    /// The data source that is shown.
    public let sourceName: String
    /// The id of the data source that is shown.
    public let sourceID: String

    let key: Int64
    let ownerKey: Int64?

    /// Whether something can be used (`c1.connector.v2.Status`).
    public enum Status: Int64, Sendable, CaseIterable {
        case unspecified = 0
        case enabled = 1
        case disabled = 2
        case deleted = 3
    }

    /// Who uses an account (`c1.connector.v2.UserTrait.AccountType`).
    public enum AccountType: Int64, Sendable {
        case unspecified = 0
        case human = 1
        case service = 2
        case system = 3
    }
}

/// A class of resources.
public struct ListedType: Sendable {
    /// Its id, a KSUID.
    public let id: String
    /// Its id in the application's own system.
    public let externalID: String
    /// What it is called.
    public let name: String
    /// What kind of things its resources are.
    public let kind: ResourceKind
    /// The numbers of its traits (`c1.connector.v2.ResourceType.Trait`).
    public let traits: [Int]
    /// How many resources it has.
    public let resources: Int64
}

/// An entitlement in a list.
public struct ListedEntitlement: Sendable {
    /// Its id, a KSUID.
    public let id: String
    /// The application it is in.
    public let applicationID: String
    /// Its id in the file.
    public let externalID: String
    /// What people call it.
    public let name: String
    /// What the file calls it, when somebody gave it another name.
    public let syncedName: String?
    /// What it is called among those of its resource.
    public let slug: String
    /// What the file calls it among those of its resource, when somebody set it otherwise.
    public let syncedSlug: String?
    /// What its holders can do.
    public let description: String
    /// What the file says that its holders can do, when somebody described it otherwise.
    public let syncedDescription: String?
    /// What it is for.
    public let purpose: Purpose
    /// The resource it is on.
    public let resource: Reference
    /// How many hold it.
    public let grants: Int64
    /// Since when it is as it is, in seconds since 1970.
    public let seenSince: Int64
    /// Since when it is gone, in seconds since 1970; nil when it is there.
    public let goneSince: Int64?
    /// The data source that is shown.
    public let sourceName: String
    /// The id of the data source that is shown.
    public let sourceID: String

    let key: Int64

    /// What an entitlement is for (`c1.connector.v2.Entitlement.PurposeValue`).
    public enum Purpose: Int64, Sendable {
        case unspecified = 0
        case assignment = 1
        case permission = 2
        case ownership = 3
    }
}

/// What is needed to name a resource and to lead to it.
public struct Reference: Sendable {
    /// Its id, a KSUID.
    public let id: String
    /// What people call it.
    public let name: String
    /// What kind of thing it is.
    public let kind: ResourceKind
    /// The id of its type, a KSUID.
    public let typeID: String
    /// What its type is called.
    public let typeName: String

    let key: Int64
}

/// A grant in a list: who holds what, and since when.
public struct ListedGrant: Sendable {
    /// The id of the application.
    public let applicationID: String
    /// What the application is called.
    public let applicationName: String
    /// The id of the entitlement.
    public let entitlementID: String
    /// What the entitlement is called.
    public let entitlementName: String
    /// What the entitlement is called among those of its resource.
    public let slug: String
    /// The resource that the entitlement is on.
    public let resource: Reference
    /// Who holds it.
    public let principal: Reference
    /// Whether the principal holds it itself.
    public let isDirect: Bool
    /// Whether it follows from other grants.
    public let isInherited: Bool
    /// Whether it can't be revoked.
    public let isImmutable: Bool
    /// When it was first seen, in seconds since 1970.
    public let since: Int64
    /// When it was gone, in seconds since 1970; nil while it holds.
    public let until: Int64?

    let entitlementKey: Int64
    let principalKey: Int64
}
