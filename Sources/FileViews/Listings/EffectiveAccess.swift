import AccessModel
import C1Z
import WireForm

/// What a principal can reach, by resource, in the order it first occurs.
///
/// Expansion has written inherited grants into the file, so its own grants are all there is.
struct EffectiveAccess {
    /// A resource, and the entitlements on it.
    struct Group {
        let resource: (type: ByteKey, id: ByteKey)
        /// Their ids, in the order of the grants.
        var entitlements: [ByteKey]

        /// What is shown of the resource and its type.
        func cards(in directory: Directory) throws -> (resource: Card, resourceType: Card) {
            try resource.type.bytes.withUnsafeBytes { type in
                try resource.id.bytes.withUnsafeBytes { id in
                    var name = ResourceName()
                    (name.type, name.id) = (type, id)
                    return (try directory.resource(name), try directory.resourceType(ofMissing: type))
                }
            }
        }
    }

    let principal: ResourceID
    private(set) var groups: [Group] = []

    init(of principal: ResourceID, in sync: OpenedSync, _ directory: Directory) throws {
        self.principal = principal
        var groups: [Group] = []
        var places: [RecordIdentity: Int] = [:]
        try sync.records(.grant, where: .heldBy(principal)).forEach { message in
            let grant = try GrantFields(message)
            let id = try grant.entitlementID
            let card = try directory.entitlement(id)
            try directory.withResource(of: card, embedded: grant.entitlement) { name in
                let identity = name.identity
                if let place = places[identity] { return groups[place].entitlements.append(ByteKey(id)) }
                places[identity] = groups.count
                groups.append(Group(resource: (ByteKey(name.type), ByteKey(name.id)), entitlements: [ByteKey(id)]))
            }
        }
        self.groups = groups
    }

    /// What is shown of the principal.
    func card(in directory: Directory) throws -> Card {
        let type = Array(principal.type.utf8)
        let id = Array(principal.value.utf8)
        return try type.withUnsafeBytes { type in
            try id.withUnsafeBytes { id in
                var name = ResourceName()
                (name.type, name.id) = (type, id)
                return try directory.resource(name)
            }
        }
    }

    /// The title of the tree.
    func title(in directory: Directory) throws -> String {
        "Effective Access for \(try card(in: directory).name.text) (\(principal.type))"
    }
}
