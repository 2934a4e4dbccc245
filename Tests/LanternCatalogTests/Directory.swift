import AccessModel
import BatonWire
import C1Z
import Foundation
import SwiftProtobuf
import Testing

@testable import LanternCatalog

/// A small application, told in a few words, that can be written as a c1z file.
struct Directory: Equatable {
    /// Who is in it, with the names that people see.
    var users: [String: String] = [:]
    /// Groups, each with the users in it.
    var groups: [String: Set<String>] = [:]
    /// Roles, each with the users that hold it and the groups whose members do.
    var roles: [String: Holders] = [:]

    /// Ids of users and groups, each with the one that it had before.
    var formerIDs: [String: String] = [:]

    struct Holders: Equatable {
        var users: Set<String> = []
        var groups: Set<String> = []
    }

    /// What people can hold, as `holder what`; expanded.
    var grants: Set<String> {
        var all: Set<String> = []
        for (group, members) in groups { for user in members { all.insert("\(user) group:\(group):member") } }
        for (role, holders) in roles {
            for user in holders.users { all.insert("\(user) role:\(role):assigned") }
            for group in holders.groups {
                all.insert("\(group) role:\(role):assigned")
                for user in groups[group] ?? [] { all.insert("\(user) role:\(role):assigned") }
            }
        }
        return all
    }

    /// Everything by name, kinds apart.
    var names: Set<String> {
        Set(
            users.map { "user \($0.key) \($0.value)" } + groups.keys.map { "group \($0) \($0)" }
                + roles.keys.map { "role \($0) \($0)" })
    }

    /// Writes it as a finished sync.
    func write(
        to path: String, as type: SyncType = .full, leavingOut isLeftOut: (Resource) -> Bool = { _ in false }
    ) throws {
        let writer = try C1ZFile.write(path)
        _ = try writer.startSync(type, parent: "")
        var types = RecordBatch(.resourceType)
        try types.append(ResourceType("user", displayName: "User", traits: [.user]))
        try types.append(ResourceType("group", displayName: "Group", traits: [.group]))
        try types.append(ResourceType("role", displayName: "Role", traits: [.role]))
        try writer.put(types)
        var resources = RecordBatch(.resource)
        var entitlements = RecordBatch(.entitlement)
        var records = RecordBatch(.grant)
        for (id, name) in users.sorted(by: { $0.key < $1.key }) {
            var user = Resource.user(ResourceID("user", id), name: name, email: "\(id)@example.com")
            if let former = formerIDs[id] { user.annotations.append(carrying: Self.aliases(former)) }
            if !isLeftOut(user) { try resources.append(user) }
        }
        for (id, members) in groups.sorted(by: { $0.key < $1.key }) {
            var group = Resource.group(ResourceID("group", id), name: id)
            var member = Self.entitlement("member", on: group)
            if let former = formerIDs[id] {
                group.annotations.append(carrying: Self.aliases(former))
                member.annotations.append(carrying: Self.aliases("group:\(former):member"))
            }
            if isLeftOut(group) { continue }
            try resources.append(group)
            try entitlements.append(member)
            for user in members.sorted() {
                try records.append(Self.grant("member", on: group, to: ResourceID("user", user)))
            }
        }
        for (id, holders) in roles.sorted(by: { $0.key < $1.key }) {
            let role = Resource.role(ResourceID("role", id), name: id)
            if isLeftOut(role) { continue }
            try resources.append(role)
            try entitlements.append(Self.entitlement("assigned", on: role))
            for user in holders.users.sorted() {
                try records.append(Self.grant("assigned", on: role, to: ResourceID("user", user)))
            }
            for group in holders.groups.sorted() {
                try records.append(
                    Self.grant("assigned", on: role, to: ResourceID("group", group), expanding: "group:\(group):member")
                )
            }
        }
        try writer.put(resources)
        if type != .resourcesOnly {
            try writer.put(entitlements)
            try writer.put(records)
        }
        try writer.endSync()
        _ = try writer.save()
    }

    private static func aliases(_ id: String) -> C1_Connector_V2_Aliases { .with { $0.ids = [id] } }

    private static func entitlement(_ slug: String, on resource: Resource) -> Entitlement {
        .with {
            $0.id = "\(resource.identity.type):\(resource.identity.value):\(slug)"
            $0.resource = resource
            $0.slug = slug
            $0.displayName = "\(resource.displayName) \(slug)"
        }
    }

    private static func grant(
        _ slug: String, on resource: Resource, to principal: ResourceID, expanding: String? = nil
    ) -> Grant {
        .with {
            $0.entitlement = entitlement(slug, on: resource)
            $0.principal.id = principal.message
            $0.id = "\($0.entitlement.id):\(principal.type):\(principal.value)"
            guard let expanding else { return }
            $0.annotations.append(carrying: GrantExpandable.with { $0.entitlementIds = [expanding] })
        }
    }
}

extension TestCatalog {
    /// Imports a directory as a file that somebody uploads.
    @discardableResult
    func importDirectory(
        _ directory: Directory, into source: String, as type: SyncType = .full, preview: Bool = false,
        replacing: Bool = true, leavingOut isLeftOut: (Resource) -> Bool = { _ in false }
    ) async throws -> ImportRun {
        let path = url.appending(path: "\(UUID().uuidString).c1z").path
        try directory.write(to: path, as: type, leavingOut: isLeftOut)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await importFile(path, into: source, preview: preview, replacing: replacing)
    }

    /// What the catalog says of an application at a moment, in the words of ``Directory/names`` and ``Directory/grants``.
    func state(of application: String, at moment: Moment = .now) async throws -> (
        names: Set<String>, grants: Set<String>
    ) {
        var names: Set<String> = []
        for kind in [ResourceKind?.some(.account), nil] {
            var query = ResourceQuery(of: application)
            query.kind = kind
            query.moment = moment
            for resource in try await all({ try await catalog.resources(query, $0) }) {
                names.insert("\(resource.typeExternalID) \(resource.externalID) \(resource.name)")
            }
        }
        var grants: Set<String> = []
        var query = GrantQuery(.application(application))
        query.moment = moment
        for grant in try await all({ try await catalog.grants(query, $0) }) {
            let holder = try await catalog.resource(grant.principal.id)
            let held = try await catalog.entitlement(grant.entitlementID)
            #expect(grants.insert("\(holder.externalID) \(held.externalID)").inserted, "shown twice")
        }
        return (names, grants)
    }

    /// All rows of a list, page by page; the way back shows the same pages.
    func all<Row>(_ fetch: (PageRequest) async throws -> Page<Row>) async throws -> [Row] {
        var page = try await fetch(PageRequest(size: 7))
        #expect(page.previous.isEmpty)
        var pages = [page.rows]
        while !page.next.isEmpty {
            page = try await fetch(PageRequest(size: 7, after: page.next))
            pages.append(page.rows)
        }
        for rows in pages.dropLast().reversed() {
            page = try await fetch(PageRequest(size: 7, after: page.previous))
            #expect(page.rows.map { "\($0)" } == rows.map { "\($0)" })
            #expect(!page.next.isEmpty)
        }
        #expect(page.previous.isEmpty)
        return pages.flatMap(\.self)
    }
}
