import AWSCalls
import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who of Identity Center went into which account, from CloudTrail.
struct SignInFeed: EventFeed {
    let id = "aws_last_login_event_feed"
    let eventTypes: [EventType] = [.usage]
    let trail: CloudTrail
    let region: String
    let clock: any ClientClock

    func events(_ request: EventRequest) async throws -> EventPage {
        let now = Int64(clock.now.timeIntervalSince1970)
        var place = try Place(request, now: now)
        let found = try await trail.events(
            of: "sso.amazonaws.com", from: place.start, to: place.end, after: place.token)
        let events = found.rows.compactMap { Event(signIn: $0, region: region) }
        place.latest = max(place.latest, events.map(\.occurredAt.seconds).max() ?? place.latest)
        // CloudTrail tells the latest first; a feed begins with the oldest.
        let ordered = events.sorted {
            ($0.occurredAt.seconds, $0.occurredAt.nanos) < ($1.occurredAt.seconds, $1.occurredAt.nanos)
        }
        guard let next = found.next else { return .events(ordered, endingAt: place.nextSpan) }
        guard !next.hasSameBytes(as: place.token) else {
            throw ServiceError(.internal, "event feed: CloudTrail names the page just read as the next one.")
        }
        place.token = next
        return .events(ordered, continuingAt: place.cursor)
    }

    /// Where the feed stands, as the ecosystem writes it into cursors: JSON in base 64.
    private struct Place {
        /// The latest sign-in seen so far.
        var latest: Int64
        /// CloudTrail's own place; empty at the beginning of a span.
        var token: String
        let start: Int64
        let end: Int64

        init(_ request: EventRequest, now: Int64) throws(ServiceError) {
            var json = JSONValue.object([])
            if !request.cursor.isEmpty {
                guard let data = Data(base64Encoded: request.cursor),
                    let parsed = try? JSONValue(parsing: Array(data)), case .object = parsed
                else { throw ServiceError(.invalidArgument, "event feed: the cursor is not one of this feed.") }
                json = parsed
            }
            func moment(_ name: String) throws(ServiceError) -> Int64? {
                guard let text = json[name]?.string, !text.isEmpty else { return nil }
                guard let time = CivilTime(rfc3339: text) else {
                    throw ServiceError(.invalidArgument, "event feed: \(name) in the cursor is no time.")
                }
                return time.unixSeconds
            }
            start = try moment("start_at") ?? request.start ?? now - 7200
            end = try moment("end_at") ?? now
            latest = try moment("latest_event_seen") ?? start
            token = json["next_page_token"]?.string ?? ""
        }

        /// The cursor of the next page of this span.
        var cursor: String {
            Self.text([
                ("latest_event_seen", Self.text(latest)), ("next_page_token", token), ("start_at", Self.text(start)),
                ("end_at", Self.text(end)),
            ])
        }

        /// The cursor of the span that begins with the latest sign-in.
        var nextSpan: String { Self.text([("start_at", Self.text(latest))]) }

        private static func text(_ seconds: Int64) -> String { CivilTime(unixSeconds: seconds)?.rfc3339() ?? "" }

        private static func text(_ members: [(String, String)]) -> String {
            let json = JSONValue.object(members.map { (name: $0.0, value: .string($0.1)) })
            return Data(json.text.utf8).base64EncodedString()
        }
    }
}

extension Event {
    /// A sign-in that CloudTrail noted; nil for anything else it noted.
    fileprivate init?(signIn event: CloudTrail.Event, region: String) {
        guard let time = event.time, let text = event.record, let record = try? JSONValue(parsing: Array(text.utf8)),
            ["Federate", "Authenticate"].contains(record["eventName"]?.string),
            let person = record["userIdentity"]?["onBehalfOf"], let user = person["userId"]?.string, !user.isEmpty,
            let store = person["identityStoreArn"]?.string?.split(separator: "/"), store.count >= 2
        else { return nil }
        let account = record["userIdentity"]?["accountId"]?.string ?? ""
        let actor = DirectoryNames(region: region, identityStore: String(store[store.count - 1])).user(user)
        self.init()
        id = event.id ?? ""
        let whole = time.rounded(.down)
        occurredAt = Google_Protobuf_Timestamp(seconds: Int64(whole), nanos: Int32((time - whole) * 1_000_000_000))
        usageEvent = .with {
            $0.targetResource = Resource(ResourceID(.account, account), name: account)
            $0.actorResource = Resource(actor, name: user)
        }
    }
}
