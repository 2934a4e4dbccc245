import AccessModel

/// A resource type as a file tells it.
struct StagedResourceType {
    var externalID: String
    var name: String
    var traits: [Trait]
    /// Its record as JSON, which also decides whether it changed.
    var record: [UInt8]
}

/// A resource as a file tells it.
struct StagedResource {
    var id: ResourceID
    var name: String
    var description = ""
    var parent: ResourceID?
    var email = ""
    var login = ""
    /// The number of `Status.ResourceStatus`.
    var status = 0
    var statusDetails = ""
    /// The number of `UserTrait.AccountType`.
    var accountType = 0
    /// Seconds since 1970.
    var lastLogin: Int64?
    /// Seconds since 1970.
    var createdAt: Int64?
    /// Other ids under which it may be known.
    var aliases: [String] = []
    /// The address of the person who answers for the account, when the file names one.
    var ownerEmail = ""
    /// Its record as JSON, which also decides whether it changed.
    var record: [UInt8] = []
}

/// An entitlement as a file tells it.
struct StagedEntitlement {
    var externalID: String
    var resource: ResourceID
    var slug = ""
    var name: String
    var description = ""
    /// The number of `Entitlement.PurposeValue`.
    var purpose = 0
    /// Other ids under which it may be known.
    var aliases: [String] = []
    /// Its record as JSON, without its resource; it also decides whether it changed.
    var record: [UInt8] = []
}
