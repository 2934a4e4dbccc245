public import AccessModel
public import SwiftProtobuf

/// A syncer of accounts that can create one.
public protocol AccountProvisioner: ResourceSyncer {
    /// Which credentials a new account can get.
    var accountCredentials: CredentialChoices { get }

    /// What has to be known, and may be, of a new account.
    ///
    /// Forms are made of it, and a profile is checked against it.
    var accountFields: [AccountField] { get }

    /// Creates the account.
    ///
    /// - Parameter credential: nil leaves it to the syncer.
    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount
}

/// What is known of an account to be created.
public struct NewAccount: Sendable {
    /// The name to sign in with; may be empty.
    public let login: String
    /// Other names to sign in with.
    public let loginAliases: [String]
    /// E-mail addresses, the primary one first.
    public let emails: [String]
    /// Everything that was said, by the names of ``AccountProvisioner/accountFields``.
    public let profile: Profile

    /// An account to be created.
    public init(login: String, loginAliases: [String] = [], emails: [String] = [], profile: Profile = Profile()) {
        self.login = login
        self.loginAliases = loginAliases
        self.emails = emails
        self.profile = profile
    }
}

/// One thing that can be said of a new account.
public struct AccountField: Sendable {
    /// What kind of value it takes.
    public enum Kind: Sendable {
        case text, number, flag, list, map
    }

    /// Its key in the profile.
    public let name: String
    /// Its name for people.
    public let displayName: String
    /// One line for people.
    public let description: String
    /// A sample value.
    public let placeholder: String
    /// What kind of value it takes.
    public let kind: Kind
    /// Whether there is no account without it.
    public let isRequired: Bool
    /// Whether it is the name to sign in with, which may also be given as ``NewAccount/login``.
    public let isLogin: Bool

    /// The name to sign in with, without which there is no account.
    ///
    /// Whoever gives only a login has said it too.
    public static func login(
        _ name: String, _ displayName: String, description: String = "", placeholder: String = ""
    ) -> AccountField {
        AccountField(
            name: name, displayName: displayName, description: description, placeholder: placeholder, kind: .text,
            isRequired: true, isLogin: true)
    }

    /// Something that has to be said.
    public static func required(
        _ name: String, _ displayName: String, kind: Kind = .text, description: String = "", placeholder: String = ""
    ) -> AccountField {
        AccountField(
            name: name, displayName: displayName, description: description, placeholder: placeholder, kind: kind,
            isRequired: true, isLogin: false)
    }

    /// Something that may be said.
    public static func optional(
        _ name: String, _ displayName: String, kind: Kind = .text, description: String = "", placeholder: String = ""
    ) -> AccountField {
        AccountField(
            name: name, displayName: displayName, description: description, placeholder: placeholder, kind: kind,
            isRequired: false, isLogin: false)
    }
}

/// What came of creating an account.
public struct CreatedAccount: Sendable {
    /// How far it came.
    public enum Outcome: Sendable {
        /// It is there.
        case created
        /// It is there, and somebody has to do what the text says.
        case actionRequired(String)
        /// It was there before.
        case alreadyExists
        /// The application is still at it.
        case inProgress
    }

    /// How far it came.
    public let outcome: Outcome
    /// The account, if it is known.
    public let account: Resource?
    /// What was made for it.
    public let credentials: [NewCredential]
    /// Remarks.
    public let annotations: [Annotation]

    /// An account that came so far.
    public init(
        _ outcome: Outcome, _ account: Resource?, credentials: [NewCredential] = [], annotations: [Annotation] = []
    ) {
        self.outcome = outcome
        self.account = account
        self.credentials = credentials
        self.annotations = annotations
    }
}
