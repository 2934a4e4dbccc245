import C1Z
import WireForm

/// How each kind of record becomes JSON.
struct RecordShapes {
    let transcoder: JSONTranscoder
    let resourceType: MessageShape
    let resource: MessageShape
    let entitlement: MessageShape
    let grant: MessageShape

    init() {
        let schema = WireSchema.shared
        transcoder = JSONTranscoder(schema)
        func shape(_ name: String) -> MessageShape {
            guard let shape = schema.message("c1.connector.v2.\(name)") else {
                preconditionFailure("the built-in schema lacks \(name)")
            }
            return shape
        }
        resourceType = shape("ResourceType")
        resource = shape("Resource")
        entitlement = shape("Entitlement")
        grant = shape("Grant")
    }

    /// The shape of a kind of record.
    subscript(kind: RecordKind) -> MessageShape {
        switch kind {
        case .resourceType: resourceType
        case .resource: resource
        case .entitlement: entitlement
        case .grant: grant
        }
    }
}
