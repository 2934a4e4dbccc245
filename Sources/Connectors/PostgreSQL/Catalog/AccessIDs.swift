import AccessModel
import BatonWire
import SwiftProtobuf

// The ids of entitlements and grants are older than the ecosystem's usual form, and what is configured is keyed on them.

extension Entitlement {
    /// `entitlement:<resource id>:<suffix>`.
    static func catalogID(_ suffix: String, on resource: ResourceID) -> String {
        "entitlement:\(resource.value):\(suffix)"
    }

    /// Something that roles hold on a resource.
    init(
        _ suffix: String, on resource: Resource, purpose: PurposeValue = .permission, displayName: String,
        description: String, slug: String
    ) {
        self.init()
        self.resource = resource
        id = Entitlement.catalogID(suffix, on: resource.identity)
        self.displayName = displayName
        description_p = description
        grantableTo = [RoleSyncer.type]
        self.purpose = purpose
        self.slug = slug
    }

    /// How its id ends, after the resource's own.
    ///
    /// - Throws: `ServiceError` when the id is no such id.
    var suffix: String {
        get throws(ServiceError) {
            let start = Entitlement.catalogID("", on: resource.identity)
            guard id.utf8.starts(with: start.utf8) else {
                throw ServiceError(.invalidArgument, "entitlement \(id): no id of this connector. Sync again.")
            }
            return String(decoding: id.utf8.dropFirst(start.utf8.count), as: UTF8.self)
        }
    }
}

extension Grant {
    /// `role` holds what ends so on a resource.
    init(suffix: String, on resource: ResourceID, to role: RoleID) {
        self.init()
        entitlement.id = Entitlement.catalogID(suffix, on: resource)
        entitlement.resource.id = resource.message
        principal.id = role.resource.message
        id = "grant:\(entitlement.id):\(role.resource.value)"
    }
}
