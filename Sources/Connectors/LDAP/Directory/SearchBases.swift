import AccessModel

/// Where users, groups and roles are looked for.
struct SearchBases: Sendable {
    private let users: String
    private let groups: String
    private let roles: String
    /// The default of the three, and the place that nothing may be made outside of; empty when nothing was said.
    let base: String
    private let directory: Directory

    /// - Throws: a `ServiceError` that names the setting which is no distinguished name.
    init(_ configuration: LDAPConfiguration, in directory: Directory) throws {
        let settings = [
            ("base-dn", configuration.baseDN), ("user-search-dn", configuration.userSearchDN),
            ("group-search-dn", configuration.groupSearchDN), ("role-search-dn", configuration.roleSearchDN),
        ]
        for (name, value) in settings where DistinguishedName(value) == nil {
            throw DistinguishedName.wrong(value, in: name)
        }
        base = configuration.baseDN
        users = configuration.userSearchDN
        groups = configuration.groupSearchDN
        roles = configuration.roleSearchDN
        self.directory = directory
    }

    /// Where users are.
    var ofUsers: String { get async throws { try await users.isEmpty ? ofAll : users } }
    /// Where groups are.
    var ofGroups: String { get async throws { try await groups.isEmpty ? ofAll : groups } }
    /// Where roles are.
    var ofRoles: String { get async throws { try await roles.isEmpty ? ofAll : roles } }

    /// Where everything is: what was said, or the only thing that the server has.
    private var ofAll: String {
        get async throws {
            guard base.isEmpty else { return base }
            let facts = try await directory.serverFacts()
            if !facts.defaultNamingContext.isEmpty { return facts.defaultNamingContext }
            guard let only = facts.namingContexts.first, facts.namingContexts.count == 1 else {
                let found = facts.namingContexts.isEmpty ? "none" : facts.namingContexts.joined(separator: " and ")
                throw ServiceError(
                    .invalidArgument,
                    "base-dn: is missing, and the server names \(found). Say where to search with --base-dn (BATON_BASE_DN)."
                )
            }
            return only
        }
    }

    /// Each place with the setting that names it.
    func all() async throws -> [(setting: String, place: String)] {
        [
            ("user-search-dn", try await ofUsers), ("group-search-dn", try await ofGroups),
            ("role-search-dn", try await ofRoles),
        ]
    }
}
