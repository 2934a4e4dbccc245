import BatonWire

/// Whether an account is of use to somebody, and if not, why.
struct AccountStatus: Sendable, Equatable {
    /// Why it is disabled; nil when it is enabled.
    let reason: String?

    var isEnabled: Bool { reason == nil }

    /// What is known of the keys of an account.
    enum Keys: Sendable {
        case some, none, unknown
    }

    /// Judges `account` as of `today`.
    init(of account: Account, shells: LoginShells, keys: Keys, today: Day) {
        if account.hasExpired(on: today), let day = account.age?.expires {
            reason = "account expired \(Day(day))"
        } else if account.hasPasswordAgedOut(on: today) {
            reason = "password expired"
        } else if !shells.admit(account.shell) {
            reason = "no login shell"
        } else if account.uid != 0, keys == .none,
            account.password.state == .disabled || account.password.state == .locked
        {
            reason = "no usable credential"
        } else {
            reason = nil
        }
    }
}

extension LoginDefinitions {
    /// A person, a service or the system, by number.
    func accountType(of uid: UInt32) -> C1_Connector_V2_UserTrait.AccountType {
        if uid == 0 || uid == 65534 { return .system }
        return users.contains(uid) ? .human : .service
    }
}
