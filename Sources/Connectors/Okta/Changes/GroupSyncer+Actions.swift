import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

extension GroupSyncer: ActionProvider {
    var actions: [Action] {
        let name = ActionField.text("name", "Name", description: "1 to 255 characters")
        let description = ActionField.text("description", "Description")
        let results: [ActionField] = [.flag("success", "Success"), .found("resource", "Group")]
        return [
            Action(
                "create", displayName: "Create Group", description: "Creates a group, with its first members",
                purposes: [.resourceCreate],
                arguments: [
                    name.required, description, .resources("userMembers", "Members", of: [OktaTypes.user]),
                ], results: results
            ) { try await create($0) },
            Action(
                "modify_group", displayName: "Modify Group", description: "Changes a group's name or description",
                arguments: [.resource("group_id", "Group", of: [type]).required, name, description], results: results
            ) { try await modify($0) },
        ]
    }

    private func create(_ arguments: ActionArguments) async throws -> Profile {
        let name = try Self.checked(try arguments.text("name"))
        let members = try arguments.resources("userMembers", of: OktaTypes.user)
        let made = try await okta.change(
            .post, "/api/v1/groups", json: Self.body(.null, name, arguments.values.string("description") ?? ""),
            needs: .groupsManage)
        let id = try made.required("id", of: "new group")
        for member in members {
            do {
                try await okta.change(.put, "/api/v1/groups/\(id)/users/\(member.value)", needs: .groupsManage)
            } catch {
                throw ServiceError("group/\(id) was created, but \(member) couldn't be added", because: error)
            }
        }
        return try Self.result(made)
    }

    private func modify(_ arguments: ActionArguments) async throws -> Profile {
        let id = try arguments.resource("group_id", of: type)
        guard let group = try await okta.group(id.value, isFresh: true) else {
            throw ServiceError(.notFound, "\(id): there is no such group. Sync again.")
        }
        let profile = group["profile"] ?? .null
        let name = try arguments.values.string("name").map(Self.checked) ?? profile.text("name")
        let description = arguments.values.string("description") ?? profile.text("description")
        guard name != profile.text("name") || description != profile.text("description") else {
            return try Self.result(group)
        }
        return try Self.result(
            try await okta.change(
                .put, "/api/v1/groups/\(id.value)", json: Self.body(profile, name, description), needs: .groupsManage))
    }

    private static func checked(_ name: String) throws -> String {
        guard (1...255).contains(name.count) else {
            throw ServiceError(.invalidArgument, "argument name: must have 1 to 255 characters.")
        }
        return name
    }

    /// A group's profile with this name and description, and whatever else it has: Okta replaces all of it.
    private static func body(_ profile: JSONValue, _ name: String, _ description: String) -> JSONValue {
        let rest = profile.members.filter { !["name", "description"].contains($0.name) }
        return .object([
            ("profile", .object([("name", .string(name)), ("description", .string(description))] + rest))
        ])
    }

    private static func result(_ group: JSONValue) throws -> Profile {
        let resource = try Resource(group: group, from: GroupSource(raw: group.text("type")))
        return Profile(["success": .flag(true), "resource": .found(resource)])
    }
}
