import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf

/// Files with just what a test needs.
struct MadeFile {
    static let user = ResourceType("user", displayName: "User", traits: [.user])
    static let group = ResourceType("group", displayName: "Group", traits: [.group])

    var types = [user, group]
    var resources: [Resource] = []
    var entitlements: [Entitlement] = []
    var grants: [Grant] = []

    /// Appends a finished full sync of it to a file.
    ///
    /// - Parameter finish: called before its end.
    func write(to path: String, finishing finish: (any C1ZWriter) throws -> Void = { _ in }) throws {
        let writer = try C1ZFile.write(path)
        _ = try writer.startSync(.full, parent: "")
        var batches = [RecordKind.resourceType, .resource, .entitlement, .grant].map { RecordBatch($0) }
        for type in types { try batches[0].append(type) }
        for resource in resources { try batches[1].append(resource) }
        for entitlement in entitlements { try batches[2].append(entitlement) }
        for grant in grants { try batches[3].append(grant) }
        for batch in batches where batch.count > 0 { try writer.put(batch) }
        try finish(writer)
        try writer.endSync()
        _ = try writer.save()
    }

    static func person(_ id: String, _ name: String, email: String? = nil, profile: [String: String] = [:]) -> Resource
    {
        var attributes = UserAttributes()
        attributes.emails = email.map { [$0] } ?? []
        var fields = Profile()
        for (key, value) in profile { fields.fields[key] = .text(value) }
        attributes.profile = profile.isEmpty ? nil : fields
        return .user(ResourceID(user, id), name: name, attributes: attributes)
    }

    static func team(_ id: String, _ name: String) -> Resource {
        .group(ResourceID(group, id), name: name)
    }

    static func membership(of person: String, in team: String) -> Grant {
        Grant("member", on: ResourceID(group, team), to: ResourceID(user, person))
    }
}
