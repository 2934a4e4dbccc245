import AccessModel
import BatonWire
import ConnectorHTTP
public import ConnectorKit
import Logging
import SwiftProtobuf
import WireForm

/// What happens in the organisation, by its system log.
struct SystemLog: EventFeed {
    let okta: OktaClient

    var eventTypes: [EventType] { [.usage, .resourceChange, .createGrant, .createRevoke] }

    func events(_ request: EventRequest) async throws -> EventPage {
        let page = try await okta.log(after: request.cursor, since: request.start, size: request.size)
        let events = page.rows.compactMap(event)
        // Okta always names a next page; when there is nothing more yet, it is the same again.
        guard let next = page.next, !next.hasSameBytes(as: request.cursor), !page.rows.isEmpty else {
            return .events(events, endingAt: page.next ?? request.cursor)
        }
        return .events(events, continuingAt: next)
    }

    private func event(_ json: JSONValue) -> Event? {
        guard let entry = LogEntry(json) else {
            okta.log.warning("an entry of the system log can't be read", metadata: ["uuid": "\(json.text("uuid"))"])
            return nil
        }
        guard let filter = LogFilter.all.first(where: { $0.admits(entry) }), let told = filter.event(entry) else {
            okta.log.debug(
                "an entry of the system log tells nothing of use",
                metadata: ["uuid": "\(entry.id)", "type": "\(entry.type)"])
            return nil
        }
        return .with {
            $0.id = entry.id
            $0.occurredAt = entry.time
            $0.event = told
        }
    }
}

extension OktaConnector: EventFeedProvider {
    /// The system log.
    public var eventFeeds: [any EventFeed] { [SystemLog(okta: log)] }
}

extension OktaClient {
    /// One page of the system log, the oldest entries first.
    func log(after: String, since: Int64?, size: Int) async throws -> Listed {
        var query = [
            QueryParameter("limit", (1...1000).contains(size) ? size : 1000),
            QueryParameter("filter", LogFilter.expression),
        ]
        if let since { query.append(QueryParameter("since", Google_Protobuf_Timestamp(seconds: since).rfc3339)) }
        if !after.isEmpty { query.append(QueryParameter("after", after)) }
        var request = HTTPRequest(.get, "/api/v1/logs", query: query)
        request.fields["Cache-Control"] = "no-store"
        let answer = try await send(request, doing: "reading", needs: .logsRead)
        return Listed(
            rows: answer.body.elements, next: try PageRequest().next(parameter: "after", ofLinkIn: answer),
            annotations: answer.annotations)
    }
}
