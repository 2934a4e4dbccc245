import AccessModel
import ConnectorHTTP
import WireForm

/// A custom role on a resource set.
struct BindingID: Sendable {
    let set: String
    let role: String

    init(set: String, role: String) {
        self.set = set
        self.role = role
    }

    /// The binding that a resource stands for.
    init(parsing id: ResourceID) throws {
        let parts = id.value.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ServiceError(
                .invalidArgument, "\(id): a binding's id is a resource set's and a role's, with a colon.")
        }
        self.init(set: String(parts[0]), role: String(parts[1]))
    }

    /// The id of the resource.
    var text: String { "\(set):\(role)" }

    var resource: ResourceID { ResourceID(OktaTypes.binding, text) }

    /// Where Okta has it.
    var path: RequestPath { "/api/v1/iam/resource-sets/\(set)/bindings/\(role)" }
}

/// Somebody who holds a custom role on a resource set.
struct BindingMember: Sendable {
    /// The membership's own id, by which it is ended.
    let id: String
    let holder: ResourceID

    /// A user or a group; nil for other holders, such as apps.
    init?(_ json: JSONValue) {
        id = json.text("id")
        let address = json["_links"]?["self"]?.text("href") ?? ""
        let parts = address.split(separator: "/").suffix(2).map(String.init)
        switch parts.first {
        case "users": holder = ResourceID(OktaTypes.user, parts[1])
        case "groups": holder = ResourceID(OktaTypes.group, parts[1])
        default: return nil
        }
    }
}

extension OktaClient {
    /// One page of who holds a binding's role on its set.
    func members(ofBinding binding: BindingID, after: String) async throws -> Listed {
        try await list(
            "/api/v1/iam/resource-sets/\(binding.set)/bindings/\(binding.role)/members", after: after, most: nil,
            in: "members", needs: .rolesRead)
    }
}
