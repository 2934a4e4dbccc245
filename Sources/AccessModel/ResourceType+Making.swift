public import BatonWire
public import SwiftProtobuf

extension ResourceType {
    /// Declares a resource type.
    ///
    /// - Parameters:
    ///   - id: the key of the type, a stable slug such as `group`.
    ///   - displayName: what people call it.
    ///   - traits: what each of its resources is; a user, group, role, app or secret must carry that trait.
    ///   - description: one sentence, optional.
    ///   - annotations: remarks such as ``SkipEntitlementsAndGrants``.
    public init(
        _ id: String, displayName: String, traits: [Trait] = [], description: String = "",
        annotations: [any Message] = []
    ) {
        self.init()
        self.id = id
        self.displayName = displayName
        self.traits = traits
        self.description_p = description
        self.annotations = annotations.map { Annotation(carrying: $0) }
    }
}

extension Resource {
    /// A resource with no trait.
    public init(
        _ id: ResourceID, name: String, description: String = "", under parent: ResourceID? = nil,
        annotations: [any Message] = []
    ) {
        self.init()
        self.id = id.message
        displayName = name
        description_p = description
        if let parent { parentResourceID = parent.message }
        self.annotations = annotations.map { Annotation(carrying: $0) }
    }

    /// Says that resources of these types live under this one, so that the sync lists them with it as parent.
    public mutating func addChildren(ofTypes types: [String]) {
        for type in types {
            annotations.append(carrying: C1_Connector_V2_ChildResourceType.with { $0.resourceTypeID = type })
        }
    }
}
