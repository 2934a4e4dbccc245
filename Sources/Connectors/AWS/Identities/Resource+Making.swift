import AccessModel
import BatonWire
import SwiftProtobuf

extension Resource {
    /// A resource with its profile, which readers of this age look for on the resource and not in its trait.
    init(
        _ id: ResourceID, name: String, description: String = "", under parent: ResourceID? = nil,
        profile: KeyValuePairs<String, Google_Protobuf_Value?>, annotations: [any Message]
    ) {
        self.init(id, name: name, description: description, under: parent, annotations: annotations)
        self.profile = Profile(profile)
    }
}

extension Google_Protobuf_Value {
    /// Names and values.
    static func map(_ pairs: [(String, String)]) -> Self {
        .with {
            $0.structValue = .with { for (name, value) in pairs { $0.fields[name] = .text(value) } }
        }
    }

    /// Several of them.
    static func maps(_ maps: [[(String, String)]]) -> Self {
        .with { $0.listValue = .with { $0.values = maps.map(Google_Protobuf_Value.map) } }
    }
}

extension C1_Connector_V2_UserTrait {
    /// What is known of a person's account.
    init(emails: [(address: String, isPrimary: Bool)], status: C1_Connector_V2_UserTrait.Status.Status) {
        self.init()
        accountType = .human
        self.status.status = status
        self.emails = emails.map { email in
            .with {
                $0.address = email.address
                $0.isPrimary = email.isPrimary
            }
        }
    }
}

extension Entitlement {
    /// An assignment that is described, and known by an older id.
    init(
        _ slug: String, on resource: Resource, grantableTo types: [ResourceType], displayName: String,
        description: String, v1ID: String? = nil
    ) {
        self.init()
        id = Entitlement.id(slug, on: resource.identity)
        self.resource = resource
        self.slug = slug
        purpose = .assignment
        grantableTo = types
        self.displayName = displayName
        description_p = description
        if let v1ID { annotations.append(carrying: v1Identifier(v1ID)) }
    }

    /// The older id of the membership in a group or the assumption of a role.
    static func v1ID(on resource: ResourceID) -> String { "membership:\(resource.value)" }
}

extension Grant {
    /// `principal` holds the entitlement `slug` on a resource, which goes along as it is known.
    init(_ slug: String, on resource: Resource, to principal: ResourceID, annotations: [any Message] = []) {
        self.init(slug, on: resource.identity, to: principal, annotations: annotations)
        entitlement.resource = resource
    }

    /// A membership, with the id that older connectors had for it.
    static func membership(_ slug: String, of principal: ResourceID, in resource: Resource) -> Grant {
        Grant(
            slug, on: resource, to: principal,
            annotations: [v1Identifier("grant:\(Entitlement.v1ID(on: resource.identity)):\(principal.value)")])
    }

    /// A policy that is attached to `holder`, and through it to whoever is in the group or may take on the role.
    static func attachment(of policy: String, named name: String, to holder: ResourceID) -> Grant {
        Grant("attached", on: Resource(ResourceID(.policy, policy), name: name), to: holder).expandingToMembers()
    }

    /// The same grant, expanded to the members of a group or those who may take on a role.
    func expandingToMembers() -> Grant {
        switch holder.type {
        case ResourceType.group.id: expanding("member", shallow: true)
        case ResourceType.role.id: expanding("assignment")
        default: self
        }
    }
}

extension C1_Connector_V2_RequestId {
    /// The remark of the id under which a service knows a call; nothing when it told none.
    static func remarks(_ id: String?) -> [Annotation] {
        guard let id, !id.isEmpty else { return [] }
        return [Annotation(carrying: C1_Connector_V2_RequestId.with { $0.requestID = id })]
    }
}
