import AccessModel
import BatonWire
import ConnectorKit

/// What a connector's answers must satisfy.
///
/// The ecosystem only checks requests, so an over-long name used to break the sync a phase later, when the stored
/// resource is sent back. Here it fails where it comes in, with the name of its resource.
enum AnswerRules {
    static func check(_ resource: Resource) throws {
        try check(resource.id.resourceType, "type id", of: resource, atMost: RequestRules.longestID)
        try check(resource.id.resource, "id", of: resource, atMost: RequestRules.longestID)
        if let parent = resource.parent {
            try check(parent.type, "parent's type id", of: resource, atMost: RequestRules.longestID)
            try check(parent.value, "parent's id", of: resource, atMost: RequestRules.longestID)
        }
        try check(resource.displayName, "display name", of: resource, atMost: RequestRules.longestName)
        try check(resource.description_p, "description", of: resource, atMost: RequestRules.longestDescription)
    }

    static func check(_ entitlement: Entitlement) throws {
        let groups = entitlement.annotations.count { $0.carries(C1_Connector_V2_EntitlementExclusionGroup.self) }
        guard groups <= 1 else {
            let name = entitlement.id.isEmpty ? entitlement.slug : entitlement.id
            throw ServiceError(
                .invalidArgument, "entitlement \(name): belongs to \(groups) exclusion groups, allowed is one")
        }
    }

    private static func check(_ text: String, _ field: String, of resource: Resource, atMost limit: Int) throws {
        let length = text.utf8.count
        guard length > limit else { return }
        throw ServiceError(
            .invalidArgument,
            "resource \(shortened(resource.identity.description)): its \(field) has \(length) bytes, allowed are \(limit). Shorten it in the connector."
        )
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count > 120 ? text.prefix(100) + "…" : text
    }
}

extension Page {
    /// Fails when the next page is the page just read, which would never end.
    func checkProgress(after token: String, _ problem: String) throws {
        let next = next ?? ""
        if !token.isEmpty, next.hasSameBytes(as: token) {
            throw ServiceError(.internal, "\(problem) - likely a connector bug")
        }
        guard next.utf8.count <= RequestRules.longestToken else {
            throw ServiceError(
                .invalidArgument,
                "next page token: has \(next.utf8.count) bytes, allowed are \(RequestRules.longestToken)")
        }
    }
}
