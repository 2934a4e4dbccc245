import AccessModel
import ConnectorKit
import WireForm

/// Leaves out users who have no address in certain domains.
struct EmailDomainFilter: Sendable {
    /// `@` and each domain, in lower case.
    private let endings: [String]

    /// A filter for these domains; without any it lets everybody in.
    init(domains: [String]) {
        endings = domains.map { $0.lowercased() }.filter { !$0.isEmpty }.map { $0.hasPrefix("@") ? $0 : "@\($0)" }
    }

    /// Whether everybody is let in.
    var isOpen: Bool { endings.isEmpty }

    /// Whether a user with this profile is let in.
    func admits(profile: JSONValue) -> Bool {
        guard !isOpen else { return true }
        let addresses = [profile.text("email"), profile.text("secondEmail"), profile.text("login")]
        return addresses.contains { address in
            let address = address.lowercased()
            return endings.contains { address.hasSuffix($0) }
        }
    }

    // MARK: What the list of users has shown, for whoever meets only ids

    /// Remembers of each user of a page whether it is let in.
    func remember(_ users: [JSONValue], in session: any SessionStore) async throws {
        guard !isOpen else { return }
        try await session.put(
            users.map {
                SessionEntry(Self.key($0.text("id")), Array(admits(profile: $0["profile"] ?? .null).json.utf8))
            })
    }

    /// Whether a user is let in, by what was remembered; nil when nothing was.
    func remembered(_ id: String, in session: any SessionStore) async throws -> Bool? {
        guard !isOpen else { return true }
        return try await session.value(Self.key(id), as: Bool.self)
    }

    private static func key(_ id: String) -> String { "userFilter/\(id)" }
}

extension Bool {
    fileprivate var json: String { self ? "true" : "false" }
}
