import AccessModel
public import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ConnectorAdapter {
    /// Lists one page of the entitlements on a resource or, when asked so, on a whole type.
    public func listEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListEntitlementsResponse {
        try RequestRules.check(request)
        let type = request.resource.id.resourceType
        let syncer = try syncers.syncer(for: type, toList: "entitlements")
        let isTypeScoped = request.annotations.contains(C1_Connector_V2_TypeScopedEntitlements.self)
        let page = try await naming("error: listing entitlements failed") {
            guard isTypeScoped else {
                return try await syncer.entitlements(of: request.resource, page: sessions.page(request))
            }
            guard let syncer = syncer as? any TypeScopedEntitlementSyncer else {
                throw Self.notTypeScoped(type, "entitlements")
            }
            return try await syncer.entitlements(page: sessions.page(request))
        }
        try page.checkProgress(
            after: request.pageToken, "listing entitlements failed: next page token unchanged")
        try page.rows.forEach(AnswerRules.check)
        return .with {
            $0.list = page.rows
            $0.nextPageToken = page.next ?? ""
            $0.annotations = page.annotations
        }
    }

    /// Lists one page of what every resource of a type has; nothing for most types.
    public func listStaticEntitlements(
        _ request: C1_Connector_V2_EntitlementsServiceListStaticEntitlementsRequest
    ) async throws -> C1_Connector_V2_EntitlementsServiceListStaticEntitlementsResponse {
        try RequestRules.check(request)
        let syncer = try syncers.syncer(for: request.resourceTypeID, toList: "static entitlements")
        guard let syncer = syncer as? any StaticEntitlementSyncer else { return .init() }
        let page = try await naming("error: listing static entitlements failed") {
            try await syncer.staticEntitlements(page: sessions.page(request))
        }
        try page.checkProgress(
            after: request.pageToken, "listing static entitlements failed: next page token unchanged")
        try page.rows.forEach(AnswerRules.check)
        return .with {
            $0.list = page.rows
            $0.nextPageToken = page.next ?? ""
            $0.annotations = page.annotations
        }
    }

    /// Lists one page of the grants on a resource or, when asked so, on a whole type.
    public func listGrants(
        _ request: C1_Connector_V2_GrantsServiceListGrantsRequest
    ) async throws -> C1_Connector_V2_GrantsServiceListGrantsResponse {
        try RequestRules.check(request)
        let id = request.resource.identity
        let syncer = try syncers.syncer(for: id.type, toList: "grants")
        let isTypeScoped = request.annotations.contains(C1_Connector_V2_TypeScopedGrants.self)
        let page = try await naming("error: listing grants for resource \(id) failed") {
            guard isTypeScoped else {
                return try await syncer.grants(on: request.resource, page: sessions.page(request))
            }
            guard let syncer = syncer as? any TypeScopedGrantSyncer else {
                throw Self.notTypeScoped(id.type, "grants")
            }
            return try await syncer.grants(page: sessions.page(request))
        }
        try page.checkProgress(
            after: request.pageToken, "listing grants for resource \(id) failed: next page token unchanged")
        return .with {
            $0.list = page.rows
            $0.nextPageToken = page.next ?? ""
            $0.annotations = page.annotations
        }
    }

    private static func notTypeScoped(_ type: String, _ rows: String) -> ServiceError {
        ServiceError(.invalidArgument, "resource type \(type): its \(rows) can't be listed for the whole type")
    }
}
