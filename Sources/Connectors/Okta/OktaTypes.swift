import AccessModel
import BatonWire
import SwiftProtobuf

/// The resource types, with what an app needs to be allowed to read and change them.
enum OktaTypes {
    static let user = type(
        "user", "User", [.user], [SkipEntitlementsAndGrants()], permissions: [.usersRead, .usersManage])
    static let group = type("group", "Group", [.group], permissions: [.groupsRead, .groupsManage])
    static let role = type("role", "Role", [.role], permissions: [.rolesRead, .rolesManage])
    static let app = type("app", "App", [.app], permissions: [.appsRead, .appsManage])
    static let customRole = type("custom-role", "Custom Role", [.role], permissions: [.rolesRead, .rolesManage])
    static let resourceSet = type("resource-set", "Resource Set", [], permissions: [.rolesRead, .rolesManage])
    static let binding = type(
        "resourceset-binding", "Resource Set Binding", [], permissions: [.rolesRead, .rolesManage])
    static let apiToken = type(
        "api-token", "API Token", [.secret], [SkipEntitlementsAndGrants()], permissions: [.apiTokensRead])
    static let device = type(
        "device", "Device", [.managedDevice], [SkipEntitlementsAndGrants()], permissions: [.devicesRead],
        last: [OptInRequired()])

    private static func type(
        _ id: String, _ name: String, _ traits: [Trait], _ remarks: [any Message] = [], permissions: [OktaScope],
        last: [any Message] = []
    ) -> ResourceType {
        let needed = C1_Connector_V2_CapabilityPermissions.with {
            $0.permissions = permissions.map { scope in .with { $0.permission = scope.rawValue } }
        }
        return ResourceType(
            id, displayName: name, traits: traits,
            annotations: [V1Identifier(id: id)] + remarks + [needed] + last)
    }
}

/// The id that older connectors gave to the same thing.
typealias V1Identifier = C1_Connector_V2_V1Identifier

extension V1Identifier {
    init(id: String) {
        self.init()
        self.id = id
    }

    /// Of being a member of a group, or of having access to an application.
    static func membership(_ id: String) -> V1Identifier { V1Identifier(id: "membership:\(id)") }

    /// Of a role, and of having it.
    static func role(_ id: String) -> V1Identifier { V1Identifier(id: "role:\(id)") }

    /// Of somebody's having `entitlement`.
    static func grant(of entitlement: V1Identifier, to principal: ResourceID) -> V1Identifier {
        V1Identifier(id: "grant:\(entitlement.id):\(principal.value)")
    }
}

extension Resource {
    /// Puts the ids of older connectors and of Okta in front of what else is remarked.
    mutating func identify(v1: V1Identifier, raw: String? = nil) {
        var first = [Annotation(carrying: v1)]
        if let raw { first.append(Annotation(carrying: C1_Connector_V2_RawId.with { $0.id = raw })) }
        annotations = first + annotations
    }
}
