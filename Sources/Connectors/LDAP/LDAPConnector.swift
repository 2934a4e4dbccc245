import AccessModel
import BatonWire
public import ConnectorKit
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Accounts, groups and roles of an LDAP directory: OpenLDAP, 389 Directory Server, Active Directory and others.
public struct LDAPConnector: Connector {
    /// The names of the connector.
    public static let metadata = ConnectorMetadata(
        name: "baton-ldap", displayName: "LDAP", description: "LDAP connector for Baton",
        example:
            "baton-ldap --url ldaps://ldap.example.com --base-dn dc=example,dc=com --bind-dn cn=reader,dc=example,dc=com"
    )

    let directory: Directory
    let bases: SearchBases
    private let members: GroupMembers
    private let userAttributes: [String]

    /// Makes the connector ready to ask the server that `configuration` names.
    ///
    /// - Throws: a `ServiceError` when a setting is missing or makes no sense.
    public init(_ configuration: LDAPConfiguration, context: ConnectorContext) async throws {
        try self.init(configuration, context: context, environment: ProcessInfo.processInfo.environment)
    }

    init(
        _ configuration: LDAPConfiguration, context: ConnectorContext, environment: [String: String],
        sizes: ListSizes = ListSizes()
    ) throws {
        let settings = try ConnectionSettings(configuration, timeout: context.httpTimeout, environment: environment)
        let filter = try LDAPFilter(written: configuration.filter, in: "filter")
        directory = Directory(settings, filter: filter, sizes: sizes, log: context.log)
        bases = try SearchBases(configuration, in: directory)
        members = GroupMembers(directory, bases)
        userAttributes = configuration.leavesOutOperational ? ["*"] : ["*", "+"]
        if settings.password.isEmpty {
            context.log.warning("no password supplied (BATON_PASSWORD): trying an unauthenticated bind")
        }
        if configuration.skipsVerifying, settings.isEncrypted {
            context.log.warning("insecure-skip-verify: anybody can pose as \(settings.address.url)")
        }
    }

    /// Checks that the server answers, the account may sign in, and each place that is searched can be seen.
    public func validate() async throws {
        let facts = try await directory.serverFacts()
        for (setting, place) in try await bases.all() {
            let isThere =
                try await directory.entry(place, attributes: LDAPSearch.noAttributes, isFiltered: false) != nil
            guard isThere else { throw unseen(place, setting, "isn't there, or can't be seen") }
        }
        let users = try await bases.ofUsers
        let search = LDAPSearch(base: users, filter: UserSyncer.filter, attributes: LDAPSearch.noAttributes)
        guard try await directory.finds(search) else {
            throw unseen(users, "user-search-dn", "shows no account")
        }
        let kind = facts.isActiveDirectory ? "Active Directory" : facts.isOpenLDAP ? "OpenLDAP" : "a directory"
        directory.log.info("\(directory.settings.address.url) is \(kind)")
    }

    private func unseen(_ place: String, _ setting: String, _ problem: String) -> ServiceError {
        ServiceError(
            .permissionDenied,
            "\(directory.settings.address.url): \(place) \(problem). Check --\(setting) and --base-dn, and let "
                + "\(directory.settings.bindDN) read and search there (in OpenLDAP with an olcAccess rule).")
    }

    /// Accounts, groups and roles.
    public var syncers: [any ResourceSyncer] {
        [
            UserSyncer(directory: directory, bases: bases, attributes: userAttributes),
            GroupSyncer(directory: directory, bases: bases, members: members),
            RoleSyncer(directory: directory, bases: bases),
        ]
    }
}

extension LDAPConnector: SyncCleaner {
    /// Closes connections, and forgets the names of groups and members.
    public func cleanUp() async throws {
        await members.forget()
        await directory.forget()
    }
}
