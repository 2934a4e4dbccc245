import AccessModel
import BatonWire
import SwiftProtobuf

/// The resource types that a sync has stored, and what matters about each.
struct StoredTypes: Sendable {
    /// What the walk needs to know of a type.
    struct Facts: Sendable {
        let type: ResourceType
        let skipsEntitlements: Bool
        let skipsGrants: Bool
        let hasTypeScopedEntitlements: Bool
        let hasTypeScopedGrants: Bool

        init(_ type: ResourceType) {
            self.type = type
            let skipsBoth = type.annotations.contains(SkipEntitlementsAndGrants.self)
            skipsEntitlements = skipsBoth || type.annotations.contains(SkipEntitlements.self)
            skipsGrants = skipsBoth
            hasTypeScopedEntitlements = type.annotations.contains(C1_Connector_V2_TypeScopedEntitlements.self)
            hasTypeScopedGrants = type.annotations.contains(C1_Connector_V2_TypeScopedGrants.self)
        }
    }

    /// In the order they were stored.
    private(set) var all: [Facts] = []
    /// Types that come with the identities of another file later.
    var expected: Set<ByteKey> = []
    private var places: [ByteKey: Int] = [:]

    mutating func add(_ type: ResourceType) {
        let key = ByteKey(type.id)
        if let place = places[key] {
            all[place] = Facts(type)
        } else {
            places[key] = all.count
            all.append(Facts(type))
        }
    }

    subscript(id: String) -> Facts? {
        places[ByteKey(id)].map { all[$0] }
    }

    func contains(_ id: String) -> Bool { places[ByteKey(id)] != nil }

    /// Whether records may refer to a type, because it is stored or will be.
    func admits(_ id: String) -> Bool { contains(id) || expected.contains(ByteKey(id)) }
}
