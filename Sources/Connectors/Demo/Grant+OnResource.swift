import AccessModel
import BatonWire

extension Grant {
    /// `principal` holds the entitlement `slug` on `resource`, which goes along whole, as readers of SQLite files expect.
    init(_ slug: String, on resource: Resource, to principal: ResourceID) {
        self.init(slug, on: resource.identity, to: principal)
        entitlement.resource = resource
    }
}
