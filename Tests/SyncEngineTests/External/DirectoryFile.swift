import AccessModel
import BatonWire
import Foundation
import SwiftProtobuf
import SyncEngine

/// A directory of people and groups in a file of its own, and an application whose grants are about them.
struct DirectoryFile {
    static let robot = ResourceType("robot", displayName: "Robot", traits: [.app])

    let file: String

    /// Ada, Bob and Cyd; Ada and the group `ops` are in the group `staff`, Bob is in `ops`.
    init() async throws {
        var directory = SmallDirectory()
        for (id, email) in [("ada", "Ada@Example.com"), ("bob", "bob@example.com"), ("cyd", "cyd@example.com")] {
            var attributes = UserAttributes()
            attributes.emails = [email, "\(id)@other.example"]
            attributes.profile = Profile(["badge": .text("B-\(id)"), "floor": .number(3)])
            directory.resources.append(.user(ResourceID("user", id), name: id, attributes: attributes))
        }
        for id in ["staff", "ops"] {
            var group = Resource.group(ResourceID("group", id), name: id)
            group.profile = Profile(["code": .text("G-\(id)")])
            directory.resources.append(group)
            directory.entitlements.append(.assignment("member", on: group))
        }
        directory.types.append(Self.robot)
        directory.resources.append(
            Resource(ResourceID("robot", "r2"), name: "R2", annotations: [C1_Connector_V2_AppTrait()]))
        directory.grant("member", on: "group/staff", to: "user/ada")
        directory.grant("member", on: "group/ops", to: "user/bob")
        directory.nest("ops", into: "member", on: "group/staff")
        let sync = try TestSync()
        try await sync.run(directory.client)
        file = sync.file
    }

    /// An application with one role per grant that is about others.
    static func application(_ marks: [any Message], expanding: [String] = []) -> SmallDirectory {
        var directory = SmallDirectory()
        directory.types = [SmallDirectory.role]
        for (number, mark) in marks.enumerated() {
            directory.addRole("r\(number)")
            var grant = Grant("assigned", on: ResourceID("role", "r\(number)"), to: ResourceID("group", "described"))
            var annotation = Annotation()
            annotation.typeURL = "type.googleapis.com/" + type(of: mark).protoMessageName
            annotation.value = Data(mark.serializedInOrder())
            grant.annotations.append(annotation)
            if !expanding.isEmpty {
                grant.annotations.append(carrying: GrantExpandable.with { $0.entitlementIds = expanding })
            }
            directory.grants.append(grant)
        }
        return directory
    }

    static func id(_ id: String) -> any Message { C1_Connector_V2_ExternalResourceMatchID.with { $0.id = id } }

    static func all(_ trait: Trait) -> any Message {
        C1_Connector_V2_ExternalResourceMatchAll.with { $0.resourceType = trait }
    }

    static func value(_ value: String, of key: String, _ trait: Trait = .user) -> any Message {
        C1_Connector_V2_ExternalResourceMatch.with {
            $0.resourceType = trait
            $0.key = key
            $0.value = value
        }
    }
}
