import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// What was changed in the example directory through this connector.
struct ChangeFeed: EventFeed {
    let id = "changes"
    let eventTypes: [EventType] = [.createGrant, .createRevoke, .resourceChange]
    let database: DemoDatabase

    func events(_ request: EventRequest) async throws -> EventPage {
        guard let start = request.cursor.isEmpty ? 0 : Int64(request.cursor) else {
            throw ServiceError(
                .invalidArgument, "cursor: not one of this feed. Leave it out to start at the beginning.")
        }
        let found = try await database.events(
            after: start, from: request.cursor.isEmpty ? request.start ?? 0 : 0, limit: request.size + 1)
        let shown = found.prefix(request.size)
        let cursor = String(shown.last?.number ?? start)
        let events = shown.map(Event.init)
        return found.count > shown.count
            ? .events(events, continuingAt: cursor) : .events(events, endingAt: cursor)
    }
}

extension Event {
    fileprivate init(_ stored: StoredEvent) {
        self.init()
        id = String(stored.number)
        occurredAt = Google_Protobuf_Timestamp(seconds: stored.time)
        let entitlement = Entitlement.with {
            $0.id = Entitlement.id(stored.slug, on: stored.resource)
            $0.slug = stored.slug
            $0.resource.id = stored.resource.message
        }
        let principal = Resource.with { $0.id = stored.principal.message }
        switch stored.kind {
        case .granted:
            createGrantEvent = .with {
                $0.entitlement = entitlement
                $0.principal = principal
            }
        case .revoked:
            createRevokeEvent = .with {
                $0.entitlement = entitlement
                $0.principal = principal
            }
        case .changed: resourceChangeEvent = .with { $0.resourceID = stored.resource.message }
        }
    }
}
