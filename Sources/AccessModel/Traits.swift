public import BatonWire
public import SwiftProtobuf

/// What a user resource says of the account behind it.
///
/// All but the defaults may stay unset.
public struct UserAttributes: Sendable {
    /// The main address first.
    public var emails: [String] = []
    /// The name used to sign in.
    public var login = ""
    /// Other names for the same account.
    public var loginAliases: [String] = []
    /// Enabled, disabled or deleted.
    public var status: C1_Connector_V2_Status.ResourceStatus = .enabled
    /// Why the account has that status.
    public var statusDetails = ""
    /// A person, a service or the system itself.
    public var accountType: C1_Connector_V2_UserTrait.AccountType = .human
    /// The numbers under which the employer knows the person.
    public var employeeIDs: [String] = []
    /// Everything else the application says.
    public var profile: Profile?
    /// When the account was made.
    public var createdAt: Google_Protobuf_Timestamp?
    /// When somebody last signed in.
    public var lastLogin: Google_Protobuf_Timestamp?

    /// An enabled human account without further attributes.
    public init() {}
}

extension Resource {
    /// An account.
    ///
    /// Profile, status and creation time are written to the trait and to the resource, for readers of every age.
    public static func user(
        _ id: ResourceID, name: String, under parent: ResourceID? = nil, attributes: UserAttributes = UserAttributes()
    ) -> Resource {
        var trait = C1_Connector_V2_UserTrait()
        for (index, address) in attributes.emails.enumerated() where !address.isEmpty {
            trait.emails.append(
                .with {
                    $0.address = address
                    $0.isPrimary = index == 0
                })
        }
        trait.login = attributes.login
        trait.loginAliases = attributes.loginAliases
        trait.employeeIds = attributes.employeeIDs
        trait.accountType = attributes.accountType
        trait.status.status = .init(rawValue: attributes.status.rawValue) ?? .unspecified
        trait.status.details = attributes.statusDetails
        if let lastLogin = attributes.lastLogin { trait.lastLogin = lastLogin }

        var user = Resource(id, name: name, under: parent)
        if let profile = attributes.profile {
            trait.profile = profile
            user.profile = profile
        }
        if let createdAt = attributes.createdAt {
            trait.createdAt = createdAt
            user.createdAt = createdAt
        }
        user.status.status = attributes.status
        user.status.details = attributes.statusDetails
        user.annotations.append(carrying: trait)
        return user
    }

    /// An account known by its name, address and whether it may sign in.
    public static func user(_ id: ResourceID, name: String, email: String, isEnabled: Bool = true) -> Resource {
        var attributes = UserAttributes()
        attributes.emails = [email]
        attributes.login = email
        attributes.status = isEnabled ? .enabled : .disabled
        return user(id, name: name, attributes: attributes)
    }

    /// A group of principals.
    public static func group(
        _ id: ResourceID, name: String, description: String = "", under parent: ResourceID? = nil,
        profile: Profile? = nil
    ) -> Resource {
        let trait = C1_Connector_V2_GroupTrait.with { if let profile { $0.profile = profile } }
        return Resource(id, name: name, description: description, under: parent, profile: profile, trait: trait)
    }

    /// A role that can be assigned.
    public static func role(
        _ id: ResourceID, name: String, description: String = "", under parent: ResourceID? = nil,
        profile: Profile? = nil
    ) -> Resource {
        let trait = C1_Connector_V2_RoleTrait.with { if let profile { $0.profile = profile } }
        return Resource(id, name: name, description: description, under: parent, profile: profile, trait: trait)
    }

    /// An application, host or other system.
    public static func app(
        _ id: ResourceID, name: String, description: String = "", under parent: ResourceID? = nil,
        profile: Profile? = nil
    ) -> Resource {
        let trait = C1_Connector_V2_AppTrait.with { if let profile { $0.profile = profile } }
        return Resource(id, name: name, description: description, under: parent, profile: profile, trait: trait)
    }

    /// A credential, described by its `trait`.
    ///
    /// Its profile and creation time are copied onto the resource.
    public static func secret(
        _ id: ResourceID, name: String, description: String = "", under parent: ResourceID? = nil,
        trait: C1_Connector_V2_SecretTrait
    ) -> Resource {
        let profile = trait.hasProfile ? trait.profile : nil
        var secret = Resource(id, name: name, description: description, under: parent, profile: profile, trait: trait)
        if trait.hasCreatedAt { secret.createdAt = trait.createdAt }
        return secret
    }

    private init(
        _ id: ResourceID, name: String, description: String, under parent: ResourceID?, profile: Profile?,
        trait: some Message
    ) {
        self.init(id, name: name, description: description, under: parent)
        if let profile { self.profile = profile }
        annotations.append(carrying: trait)
    }
}
