public import BatonWire
public import SwiftProtobuf

extension Entitlement {
    /// The id every implementation forms: type, resource and slug joined by colons, unescaped.
    ///
    /// Never parse it back.
    public static func id(_ slug: String, on resource: ResourceID) -> String {
        "\(resource.type):\(resource.value):\(slug)"
    }

    /// Membership or assignment: being in a group, holding a role.
    public static func assignment(
        _ slug: String, on resource: Resource, grantableTo types: ResourceType..., displayName: String? = nil,
        description: String = ""
    ) -> Entitlement {
        Entitlement(
            slug, .assignment, on: resource, grantableTo: types, displayName: displayName, description: description)
    }

    /// A right on the resource.
    public static func permission(
        _ slug: String, on resource: Resource, grantableTo types: ResourceType..., displayName: String? = nil,
        description: String = ""
    ) -> Entitlement {
        Entitlement(
            slug, .permission, on: resource, grantableTo: types, displayName: displayName, description: description)
    }

    /// Owning the resource.
    public static func ownership(
        _ slug: String, on resource: Resource, grantableTo types: ResourceType..., displayName: String? = nil,
        description: String = ""
    ) -> Entitlement {
        Entitlement(
            slug, .ownership, on: resource, grantableTo: types, displayName: displayName, description: description)
    }

    private init(
        _ slug: String, _ purpose: PurposeValue, on resource: Resource, grantableTo types: [ResourceType],
        displayName: String?, description: String
    ) {
        self.init()
        self.resource = resource
        self.slug = slug
        self.purpose = purpose
        self.displayName = displayName ?? slug
        description_p = description
        grantableTo = types
        id = Entitlement.id(slug, on: resource.identity)
    }
}

extension Grant {
    /// `principal` holds the entitlement `slug` on `resource`.
    ///
    /// The grant's id is the entitlement's id, the principal's type and the principal's id joined by colons (wire/ids.md §3).
    public init(_ slug: String, on resource: ResourceID, to principal: ResourceID, annotations: [any Message] = []) {
        self.init()
        let entitlementID = Entitlement.id(slug, on: resource)
        entitlement.id = entitlementID
        entitlement.resource.id = resource.message
        self.principal.id = principal.message
        id = "\(entitlementID):\(principal.type):\(principal.value)"
        self.annotations = annotations.map { Annotation(carrying: $0) }
    }

    /// Whoever holds one of `slugs` on this grant's principal also holds this grant's entitlement.
    ///
    /// - Parameters:
    ///   - slugs: entitlements of the principal, such as `member`.
    ///   - shallow: only direct holders count, not those who inherited it.
    ///   - types: only principals of these types inherit; empty means all.
    public func expanding(_ slugs: String..., shallow: Bool = false, to types: [String] = []) -> Grant {
        var grant = self
        grant.annotations.append(
            carrying: C1_Connector_V2_GrantExpandable.with {
                $0.entitlementIds = slugs.map { Entitlement.id($0, on: holder) }
                $0.shallow = shallow
                $0.resourceTypeIds = types
            })
        return grant
    }
}
