/// What a column can mean.
public enum SheetField: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
    case lastName = "Last Name"
    case firstName = "First Name"
    case fullName = "Full Name"
    case userID = "User ID"
    case username = "Username"
    case email = "Email Address"
    case status = "User Status"
    case managerID = "Manager ID"
    case resourceType = "Resource Type"
    case resourceName = "Resource Name"
    case entitlement = "Entitlement"
    case entitlementDescription = "Entitlement Description"
    case entitlementDisplayName = "Entitlement Display Name"
    case entitlementSlug = "Entitlement Slug"
    case groups = "Groups"
    case roles = "Roles"
    case userType = "User Type"
    case accountOwner = "Account Owner"
    case lastLogin = "Last Login"

    /// What people see, and what a header is compared with.
    public var displayName: String { rawValue }
}

/// What a sheet is about.
public enum SheetFocus: Sendable {
    /// Each row is an account.
    case identities
    /// Each row says that an account holds an entitlement; rows without one are accounts.
    case grants

    /// The columns that the sheet can't do without.
    public var requiredFields: [SheetField] {
        switch self {
        case .identities: [.userID, .email]
        case .grants: [.userID, .resourceType, .resourceName, .entitlement]
        }
    }
}

/// The comparison of headers.
enum HeaderName {
    /// The header without white space and byte order marks at its ends.
    static func trimmed(_ header: String) -> String {
        header.trimmed { $0.properties.isWhitespace || $0 == "\u{FEFF}" }
    }

    /// What two headers have in common when they mean the same: case, and how words are joined, don't count.
    static func key(_ header: String) -> String {
        var key = String.UnicodeScalarView()
        var isBetweenWords = false
        for scalar in trimmed(header).unicodeScalars {
            if scalar.properties.isWhitespace || scalar == "_" || scalar == "-" {
                isBetweenWords = true
                continue
            }
            if isBetweenWords { key.append(" ") }
            isBetweenWords = false
            key.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return String(key)
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmed: String { trimmed { $0.properties.isWhitespace } }

    func trimmed(_ isDropped: (Unicode.Scalar) -> Bool) -> String {
        var rest = unicodeScalars[...]
        while let first = rest.first, isDropped(first) { rest.removeFirst() }
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return String(rest)
    }
}
