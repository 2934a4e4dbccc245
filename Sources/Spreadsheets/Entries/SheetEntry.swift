/// What one row says: an account, and the entitlement that it holds when the sheet is about grants.
public struct SheetEntry: Hashable, Sendable {
    /// Whether an account can be used.
    public enum Status: String, Sendable {
        case active, disabled, deleted
        /// The sheet doesn't say, or says it in a word that isn't known.
        case unspecified
    }

    /// Who or what uses an account.
    public enum UserType: String, Sendable {
        case user, service, system
    }

    /// One value of the account's profile.
    public struct ProfileAttribute: Hashable, Sendable {
        /// The name that the column was given.
        public let name: String
        /// The text of the cell.
        public let value: String
    }

    /// The row as a spreadsheet program counts it.
    public let row: Int
    /// The id of the account; never empty.
    public let userID: String
    /// The whole name, when the sheet has it in one column.
    public var fullName = ""
    /// The first name.
    public var firstName = ""
    /// The last name.
    public var lastName = ""
    /// What the person signs in with.
    public var username = ""
    /// The e-mail address.
    public var email = ""
    /// Whether the account can be used.
    public var status = Status.unspecified
    /// The status as the sheet writes it.
    public var statusDetail = ""
    /// The user id of the manager.
    public var managerID = ""
    /// Who or what uses the account.
    public var userType = UserType.user
    /// The e-mail address of the person who answers for the account.
    public var accountOwner = ""
    /// Seconds since 1970, UTC; nil when the sheet doesn't say, or not in a way that can be read.
    public var lastLogin: Int64?
    /// The groups that the account is in.
    public var groups: [String] = []
    /// The roles that the account has.
    public var roles: [String] = []
    /// The entitlement that the account holds.
    public var grant: Grant?
    /// The columns that were chosen as attributes, except empty cells.
    public var attributes: [ProfileAttribute] = []

    init(row: Int, userID: String) {
        self.row = row
        self.userID = userID
    }

    /// The whole name, put together when the sheet has its parts.
    public var name: String {
        fullName.isEmpty ? [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ") : fullName
    }

    /// An entitlement on a resource.
    public struct Grant: Hashable, Sendable {
        /// What kind of thing the resource is.
        public let resourceType: String
        /// What the resource is called.
        public let resourceName: String
        /// What the account may do with it.
        public let entitlement: String
        /// What the entitlement is for.
        public var description = ""
        /// What people call the entitlement.
        public var displayName = ""
        /// A short form of its name.
        public var slug = ""

        /// An entitlement on a resource, by their names.
        public init(resourceType: String, resourceName: String, entitlement: String) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.entitlement = entitlement
        }

        /// What makes the entitlement the same in every file.
        public var key: EntitlementKey {
            EntitlementKey(resourceType: resourceType, resourceName: resourceName, entitlement: entitlement)
        }
    }
}

extension SheetEntry.Status {
    /// The status that a word means, whatever its case.
    public init(word: String) {
        switch word.trimmed.lowercased() {
        case "active", "enabled", "true", "yes", "1": self = .active
        case "inactive", "disabled", "suspended", "locked", "false", "no", "0": self = .disabled
        case "deleted", "terminated", "deprovisioned": self = .deleted
        default: self = .unspecified
        }
    }
}

extension SheetEntry.UserType {
    /// The type that a word means, whatever its case; a user when it isn't known.
    public init(word: String) {
        switch word.trimmed.lowercased() {
        case "service": self = .service
        case "system": self = .system
        default: self = .user
        }
    }
}
