import AccessModel
import BatonWire
import SwiftProtobuf
import WireForm

/// Where a group comes from.
enum GroupSource: String {
    case builtIn = "built_in"
    case appImported = "app_imported"
    case native = "native"
    case unknown = ""

    init(raw: String) {
        switch raw {
        case "BUILT_IN": self = .builtIn
        case "APP_GROUP": self = .appImported
        case "OKTA_GROUP": self = .native
        default: self = .unknown
        }
    }
}

extension Resource {
    /// A group, made of what Okta says of it.
    init(group: JSONValue, from source: GroupSource) throws {
        let id = try group.required("id", of: "group")
        let profile = group["profile"] ?? .null
        let stats = group["_embedded"]?["stats"]
        let attributes = Profile([
            "description": .text(profile.text("description")),
            "name": .text(profile.text("name")),
            "type": .text(group.text("type")),
            "users_count": (stats?["usersCount"]?.integer).map { .number($0) },
            "apps_count": (stats?["appsCount"]?.integer).map { .number($0) },
        ])
        self.init(ResourceID(OktaTypes.group, id), name: profile.text("name"))
        self.profile = attributes
        if source == .builtIn { annotations.append(carrying: C1_Connector_V2_EntitlementImmutable()) }
        annotations.append(
            carrying: C1_Connector_V2_GroupTrait.with {
                $0.profile = attributes
                $0.groupSourceType = source.rawValue
                $0.rawGroupSourceType = group.text("type")
            })
        identify(v1: V1Identifier(id: id), raw: id)
    }
}
