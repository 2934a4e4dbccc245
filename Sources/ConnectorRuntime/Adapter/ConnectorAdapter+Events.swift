import AccessModel
public import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ConnectorAdapter {
    /// The feeds of the connector; none for most.
    var eventFeeds: [any EventFeed] {
        (connector as? any EventFeedProvider)?.eventFeeds ?? []
    }

    /// Names the feeds.
    public func listEventFeeds(
        _ request: C1_Connector_V2_ListEventFeedsRequest
    ) async throws -> C1_Connector_V2_ListEventFeedsResponse {
        .with {
            $0.list = eventFeeds.map { feed in
                .with {
                    $0.id = feed.id
                    $0.supportedEventTypes = feed.eventTypes
                }
            }
        }
    }

    /// Lists some events of a feed.
    public func listEvents(
        _ request: C1_Connector_V2_ListEventsRequest
    ) async throws -> C1_Connector_V2_ListEventsResponse {
        let id = request.eventFeedID.isEmpty ? SingleEventFeed.id : request.eventFeedID
        guard let feed = eventFeeds.first(where: { $0.id.hasSameBytes(as: id) }) else {
            let names = eventFeeds.map(\.id).joined(separator: ", ")
            let cure = names.isEmpty ? "this connector has no event feed" : "it has \(names)"
            throw ServiceError(.notFound, "event feed \(id): not there, \(cure)")
        }
        guard request.pageSize <= 1000 else {
            throw ServiceError(
                .invalidArgument, "page size: \(request.pageSize) is more than the 1000 events allowed")
        }
        let page = try await naming("error: listing events failed") {
            try await feed.events(
                EventRequest(
                    after: request.cursor, from: request.hasStartAt ? request.startAt.seconds : nil,
                    size: request.pageSize == 0 ? 100 : Int(request.pageSize)))
        }
        return .with {
            $0.events = page.events
            $0.cursor = page.cursor
            $0.hasMore_p = page.hasMore
            $0.annotations = page.annotations
        }
    }
}

/// What must hold of a connector's feeds.
enum EventFeeds {
    static func check(_ ids: [String]) throws(ServiceError) {
        var seen: Set<ByteKey> = []
        for id in ids {
            guard !id.isEmpty else { throw ServiceError(.invalidArgument, "error: an event feed has no id") }
            guard seen.insert(ByteKey(id)).inserted else {
                throw ServiceError(.invalidArgument, "error: duplicate event feed id found: \(id)")
            }
        }
        guard ids.count < 2 || !seen.contains(ByteKey(SingleEventFeed.id)) else {
            throw ServiceError(
                .invalidArgument,
                "error: the event feed \(SingleEventFeed.id) must be the only one; give each feed its own id")
        }
    }
}
