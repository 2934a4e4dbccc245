import ConnectorKit

/// What a server means that refuses a bind.
enum BindRefusal {
    /// What the person who set the connector up can do.
    static func cure(of failure: LDAPFailure, as settings: ConnectionSettings) -> String {
        switch failure.result {
        case .invalidCredentials: wrongCredentials(failure.remark)
        case .invalidSyntaxOfName: "Give --bind-dn (BATON_BIND_DN) as the distinguished name of an account."
        case .strongerAuthRequired, .confidentialityRequired:
            "The server wants an encrypted connection: name an ldaps:// address with --url, or add --start-tls."
        case .unwilling, .inappropriateAuthentication:
            settings.password.isEmpty
                ? "There is no password: give it in BATON_PASSWORD."
                : "Look in the server's log why this account may not bind."
        default: ""
        }
    }

    private static func wrongCredentials(_ remark: String) -> String {
        let reason = reasons.first { remark.contains("data \($0.code)") }?.meaning
        let problem = reason.map { "Active Directory says: \($0). " } ?? "The account or its password is wrong. "
        return problem + "Check --bind-dn (BATON_BIND_DN) and the password in BATON_PASSWORD."
    }

    /// The numbers in remarks of Active Directory.
    private static let reasons: [(code: String, meaning: String)] = [
        ("525", "there is no such account"), ("52e", "the password is wrong"),
        ("530", "the account may not sign in at this time"), ("531", "the account may not sign in from here"),
        ("532", "the password has expired"), ("533", "the account is disabled"), ("701", "the account has expired"),
        ("773", "the password has to be changed first"), ("775", "the account is locked"),
    ]
}
