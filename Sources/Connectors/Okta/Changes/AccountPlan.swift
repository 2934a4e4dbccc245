import AccessModel
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

/// How an account is to be created.
struct AccountPlan: Sendable {
    /// What has to be known, and may be, of a new account.
    static let fields: [AccountField] = [
        .required("first_name", "First Name", placeholder: "Grace"),
        .required("last_name", "Last Name", placeholder: "Hopper"),
        .required("email", "Email", placeholder: "grace@example.com"),
        .optional("login", "Login", description: "The name to sign in with; the e-mail address if empty"),
        .optional(
            "password_change_on_login_required", "Password Change on Login Required",
            description: "Whether a random password has to be changed at the first sign-in", placeholder: "true"),
        .optional(
            "create_inactive", "Create Inactive", description: "Whether the user is staged only", placeholder: "false"),
        .optional(
            "send_activation_email", "Send Activation Email",
            description: "Whether Okta writes to the user; true if empty", placeholder: "true"),
        .optional(
            "provider_type", "Provider Type", description: "OKTA, or FEDERATION for who signs in elsewhere",
            placeholder: "OKTA"),
        .optional(
            "additionalAttributes", "Additional Attributes", kind: .map,
            description: "Further attributes of the user's profile by name"),
    ]

    /// The user's profile in Okta.
    let profile: JSONValue
    let login: String
    /// Whether the user signs in at another provider.
    let isFederated: Bool
    let query: [QueryParameter]
    /// Whether a second call has to activate the user, since the first would write to them.
    let activatesQuietly: Bool

    private static let own = ["firstName", "lastName", "email", "login"]

    /// The plan for an account.
    ///
    /// - Throws: a `ServiceError` that names the field that can't be so.
    init(_ account: NewAccount, hasPassword: Bool) throws {
        let given = account.profile
        let email = given.given("email") ?? account.emails.first ?? ""
        login = given.given("login") ?? (account.login.isEmpty ? email : account.login)
        var members: [(String, JSONValue)] = [
            ("firstName", .string(try given.needed("first_name"))),
            ("lastName", .string(try given.needed("last_name"))), ("email", .string(email)),
            ("login", .string(login)),
        ]
        guard !email.isEmpty else { throw Self.wrong("email", "it is required") }
        members += try Self.additional(given)
        profile = .object(members)

        let provider = try Self.provider(given)
        isFederated = provider == "FEDERATION"
        guard !(isFederated && hasPassword) else {
            throw Self.wrong("provider_type", "whoever signs in elsewhere has no password here; ask for none")
        }
        let mustChange = try given.choice("password_change_on_login_required", else: false) && hasPassword
        let isInactive = try given.choice("create_inactive", else: false)
        let writes = try given.choice("send_activation_email", else: true)
        guard isInactive || writes || !mustChange else {
            throw Self.wrong(
                "send_activation_email",
                "without the message the password can't be made to be changed; leave one of the two out")
        }
        activatesQuietly = !isInactive && !writes
        var query: [QueryParameter] = []
        if isFederated { query.append(QueryParameter("provider", "true")) }
        if isInactive || activatesQuietly {
            query.append(QueryParameter("activate", "false"))
        } else if mustChange {
            query += [QueryParameter("nextLogin", "changePassword"), QueryParameter("activate", "true")]
        }
        self.query = query
    }

    private static func additional(_ given: Profile) throws -> [(String, JSONValue)] {
        switch given.fields["additionalAttributes"]?.kind {
        case nil, .nullValue?: return []
        case .structValue(let object)?:
            return try object.fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, value in
                guard !own.contains(where: name.hasSameBytes) else {
                    throw wrong("additionalAttributes", "\(name) has a field of its own")
                }
                return (name, try ProfileChange.value(value, of: "additionalAttributes.\(name)"))
            }
        default: throw wrong("additionalAttributes", "it must be an object")
        }
    }

    private static func provider(_ given: Profile) throws -> String {
        let provider = (given.given("provider_type") ?? "").uppercased()
        guard ["", "OKTA", "FEDERATION"].contains(provider) else {
            throw wrong("provider_type", "it is OKTA or FEDERATION")
        }
        return provider
    }

    fileprivate static func wrong(_ field: String, _ problem: String) -> ServiceError {
        ServiceError(.invalidArgument, "\(field): \(problem).")
    }
}

extension Profile {
    /// The text under a name; nil when there is none or it is empty.
    fileprivate func given(_ name: String) -> String? {
        string(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    fileprivate func needed(_ name: String) throws -> String {
        guard let text = given(name) else { throw AccountPlan.wrong(name, "it is required") }
        return text
    }

    /// A yes or no, also as text.
    fileprivate func choice(_ name: String, else standard: Bool) throws -> Bool {
        switch fields[name]?.kind {
        case nil, .nullValue?: return standard
        case .boolValue(let flag)?: return flag
        case .stringValue(let text)?:
            if text.isEmpty { return standard }
            // The words that programs of the ecosystem take.
            if ["1", "t", "T", "TRUE", "true", "True"].contains(text) { return true }
            if ["0", "f", "F", "FALSE", "false", "False"].contains(text) { return false }
            throw AccountPlan.wrong(name, "it is true or false")
        default: throw AccountPlan.wrong(name, "it is true or false")
        }
    }
}
