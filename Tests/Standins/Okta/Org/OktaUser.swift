import StandinKit
import WireForm

/// A user with everything that Okta tells of it.
struct OktaUser: Sendable {
    let id: String
    var status: Status
    var created: Timestamp
    var activated: Timestamp?
    var statusChanged: Timestamp?
    var lastLogin: Timestamp?
    var lastUpdated: Timestamp
    var passwordChanged: Timestamp?
    var typeID: String
    var profile: JSONObject
    var provider = Provider(type: "OKTA", name: "OKTA")
    var hasPassword = false
    var recoveryQuestion: String?
    /// Goes up with each change.
    var revision = 0

    enum Status: String, Sendable, CaseIterable {
        case staged = "STAGED"
        case provisioned = "PROVISIONED"
        case active = "ACTIVE"
        case recovery = "RECOVERY"
        case passwordExpired = "PASSWORD_EXPIRED"
        case lockedOut = "LOCKED_OUT"
        case suspended = "SUSPENDED"
        case deprovisioned = "DEPROVISIONED"
    }

    /// Who knows the password.
    struct Provider: Sendable {
        var type: String
        var name: String
    }

    func profileText(_ name: String) -> String? { profile[name]?.string }

    var login: String { profileText("login") ?? "" }

    var fullName: String { "\(profileText("firstName") ?? "") \(profileText("lastName") ?? "")" }

    /// What a conditional request compares.
    var entityTag: String { "W/\"\(String(lastUpdated.milliseconds, radix: 16))\(revision)\"" }
}
