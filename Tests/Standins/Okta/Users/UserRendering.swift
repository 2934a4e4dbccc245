import StandinKit
import WireForm

/// Which parts of a user an answer leaves out.
///
/// A client asks for it by a parameter of the `Content-Type` of its GET: `okta-response="omitCredentials"`.
struct UserParts: Sendable, Hashable {
    var credentials = true
    var credentialsLinks = true
    var transitioningToStatus = true

    static let all = UserParts()

    /// Reads `application/json; okta-response="omitCredentials,omitCredentialsLinks"`.
    init(contentType: String?) throws(OktaError) {
        for parameter in (contentType ?? "").split(separator: ";").dropFirst() {
            let sides = parameter.split(separator: "=", maxSplits: 1).map(\.trimmed)
            guard sides.count == 2, sides[0].lowercased() == "okta-response" else { continue }
            for part in sides[1].filter({ $0 != "\"" }).split(separator: ",") { try omit(part.trimmed) }
        }
    }

    private init() {}

    private mutating func omit(_ part: String) throws(OktaError) {
        switch part {
        case "omitCredentials": credentials = false
        case "omitCredentialsLinks": credentialsLinks = false
        case "omitTransitioningToStatus": transitioningToStatus = false
        default: throw .wrongMediaType
        }
    }
}

extension OktaUser {
    /// A user as an API shows it.
    ///
    /// - Parameter links: the links; a row of a list has only the one to itself.
    func json(_ parts: UserParts, links: JSONValue) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)), ("status", .string(status.rawValue)), ("created", .string(created.text)),
            ("activated", JSONValue(activated?.text)), ("statusChanged", JSONValue(statusChanged?.text)),
            ("lastLogin", JSONValue(lastLogin?.text)), ("lastUpdated", .string(lastUpdated.text)),
            ("passwordChanged", JSONValue(passwordChanged?.text)), ("type", ["id": .string(typeID)]),
            ("profile", profile.value),
        ]
        if parts.credentials { members.append(("credentials", credentials)) }
        members.append(("_links", links))
        return .object(members)
    }

    private var credentials: JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        if hasPassword { members.append(("password", [:])) }
        if let recoveryQuestion { members.append(("recovery_question", ["question": .string(recoveryQuestion)])) }
        members.append(("provider", ["type": .string(provider.type), "name": .string(provider.name)]))
        return .object(members)
    }

    func selfLink(_ origin: String) -> JSONValue {
        ["self": ["href": .string("\(origin)/api/v1/users/\(id)")]]
    }

    /// All links: what can be done with the user in its state.
    func links(_ parts: UserParts, _ origin: String) -> JSONValue {
        let own = "\(origin)/api/v1/users/\(id)"
        func link(_ path: String) -> JSONValue { ["href": .string("\(own)/\(path)"), "method": "POST"] }
        var members: [(name: String, value: JSONValue)] = []
        for name in lifecycleLinks { members.append((name, link("lifecycle/\(name)"))) }
        if parts.credentialsLinks, status == .active || status == .passwordExpired {
            members += [
                ("resetPassword", link("lifecycle/reset_password")),
                ("forgotPassword", link("credentials/forgot_password")),
                ("expirePassword", link("lifecycle/expire_password")),
                ("changeRecoveryQuestion", link("credentials/change_recovery_question")),
                ("changePassword", link("credentials/change_password")),
            ]
        }
        members += [
            ("self", ["href": .string(own)]),
            ("schema", ["href": .string("\(origin)/api/v1/meta/schemas/user/osc\(typeID.dropFirst(3))")]),
            ("type", ["href": .string("\(origin)/api/v1/meta/types/user/\(typeID)")]),
        ]
        return .object(members)
    }

    private var lifecycleLinks: [String] {
        switch status {
        case .staged: ["activate", "deactivate"]
        case .deprovisioned: ["activate"]
        case .provisioned, .recovery: ["reactivate", "deactivate"]
        case .suspended: ["unsuspend", "deactivate"]
        case .lockedOut: ["unlock", "deactivate"]
        case .active, .passwordExpired: ["suspend", "deactivate"]
        }
    }
}

/// Users as rows of lists, written once for each state they are in.
struct RenderedUsers: Sendable {
    private struct Row: Sendable {
        let revision: Int
        let origin: String
        let parts: UserParts
        let bytes: [UInt8]
    }

    private var rows: [String: Row] = [:]

    mutating func row(_ user: OktaUser, _ parts: UserParts, _ origin: String) -> [UInt8] {
        if let row = rows[user.id], row.revision == user.revision, row.origin == origin, row.parts == parts {
            return row.bytes
        }
        var text = JSONText()
        user.json(parts, links: user.selfLink(origin)).write(to: &text)
        rows[user.id] = Row(revision: user.revision, origin: origin, parts: parts, bytes: text.bytes)
        return text.bytes
    }
}
