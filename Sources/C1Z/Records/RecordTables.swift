import AccessModel

extension RecordKind {
    /// The table of this kind (c1z-v1 §2.1).
    var table: String {
        switch self {
        case .resourceType: "v1_resource_types"
        case .resource: "v1_resources"
        case .entitlement: "v1_entitlements"
        case .grant: "v1_grants"
        }
    }

    /// Which columns must equal what for `filter` to hold.
    func conditions(for filter: RecordFilter) -> [(column: String, value: String)] {
        switch filter {
        case .all: []
        case .resourceType(let type): self == .resourceType ? [("external_id", type)] : [("resource_type_id", type)]
        case .on(let resource): [("resource_type_id", resource.type), ("resource_id", resource.value)]
        case .entitlement(let id): [("entitlement_id", id)]
        case .heldBy(let principal):
            [("principal_resource_type_id", principal.type), ("principal_resource_id", principal.value)]
        }
    }
}

extension RecordIdentity {
    /// What kind of record it is of.
    public var kind: RecordKind {
        switch self {
        case .resourceType: .resourceType
        case .resource: .resource
        case .entitlement: .entitlement
        case .grant: .grant
        }
    }

    /// The value of its `external_id` column (c1z-v1 §2.2).
    var externalID: [UInt8] {
        switch self {
        case .resourceType(let key), .entitlement(let key), .grant(let key): key.bytes
        case .resource(let type, let id): type.bytes + [UInt8(ascii: ":")] + id.bytes
        }
    }
}
