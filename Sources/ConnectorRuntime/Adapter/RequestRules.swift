import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// What every listing request carries.
protocol PagedRequest {
    var pageToken: String { get }
    var pageSize: UInt32 { get }
    var activeSyncID: String { get }
}

extension C1_Connector_V2_ResourceTypesServiceListResourceTypesRequest: PagedRequest {}
extension C1_Connector_V2_ResourcesServiceListResourcesRequest: PagedRequest {}
extension C1_Connector_V2_EntitlementsServiceListEntitlementsRequest: PagedRequest {}
extension C1_Connector_V2_EntitlementsServiceListStaticEntitlementsRequest: PagedRequest {}
extension C1_Connector_V2_GrantsServiceListGrantsRequest: PagedRequest {}

extension PageRequest {
    init(_ request: some PagedRequest) {
        self.init(
            after: request.pageToken, size: request.pageSize == 0 ? nil : Int(request.pageSize),
            syncID: request.activeSyncID)
    }
}

/// The sizes that the services allow in requests (wire/README.md §3).
enum RequestRules {
    static let longestID = 1024
    static let longestName = 1024
    static let longestDescription = 2048
    static let longestToken = 1 << 20
    private static let largestPage = 250

    static func check(page request: some PagedRequest) throws {
        try check(request.pageToken, "page token", 0...longestToken)
        try check(request.activeSyncID, "sync id", 0...longestID)
        guard request.pageSize <= largestPage else {
            throw ServiceError(
                .invalidArgument, "page size: \(request.pageSize) is more than the \(largestPage) allowed")
        }
    }

    static func check(_ request: C1_Connector_V2_ResourcesServiceListResourcesRequest) throws {
        try check(page: request)
        try check(request.resourceTypeID, "resource type id", 1...longestID)
        if request.hasParentResourceID { try check(request.parentResourceID, "parent resource") }
    }

    static func check(_ request: C1_Connector_V2_ResourceGetterServiceGetResourceRequest) throws {
        try check(request.activeSyncID, "sync id", 0...longestID)
        try check(request.resourceID, "resource")
        if request.hasParentResourceID { try check(request.parentResourceID, "parent resource") }
    }

    static func check(_ request: C1_Connector_V2_EntitlementsServiceListStaticEntitlementsRequest) throws {
        try check(page: request)
        try check(request.resourceTypeID, "resource type id", 1...longestID)
    }

    static func check(_ request: C1_Connector_V2_EntitlementsServiceListEntitlementsRequest) throws {
        try check(page: request)
        try check(request.hasResource ? request.resource : nil)
    }

    static func check(_ request: C1_Connector_V2_GrantsServiceListGrantsRequest) throws {
        try check(page: request)
        try check(request.hasResource ? request.resource : nil)
    }

    private static func check(_ resource: Resource?) throws {
        guard let resource, resource.hasID else {
            throw ServiceError(.invalidArgument, "resource: is missing, but access is listed on a resource")
        }
        try check(resource.id, "resource")
        if resource.hasParentResourceID { try check(resource.parentResourceID, "parent resource") }
        try check(resource.displayName, "display name of \(resource.identity)", 0...longestName)
        try check(resource.description_p, "description of \(resource.identity)", 0...longestDescription)
    }

    private static func check(_ id: C1_Connector_V2_ResourceId, _ what: String) throws {
        try check(id.resourceType, "\(what): type", 1...longestID)
        try check(id.resource, "\(what): id", 1...longestID)
    }

    private static func check(_ text: String, _ what: String, _ bounds: ClosedRange<Int>) throws {
        let length = text.utf8.count
        guard !bounds.contains(length) else { return }
        let allowed =
            bounds.lowerBound == 0 ? "at most \(bounds.upperBound)" : "\(bounds.lowerBound) to \(bounds.upperBound)"
        throw ServiceError(.invalidArgument, "\(what): has \(length) bytes, allowed are \(allowed)")
    }
}
