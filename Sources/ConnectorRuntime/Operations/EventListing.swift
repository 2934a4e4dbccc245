import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import SwiftProtobuf

/// `--event-feed`: prints the events of a feed, one JSON object a line.
struct EventListing: OneShotOperation {
    static let flags = [
        text("event-feed", "Print the events of a feed: true or false"),
        text("event-feed-id", "The feed"),
        text("event-feed-cursor", "Start after this cursor"),
        text("event-feed-start-at", "Start at this time (RFC 3339); a day ago if nothing is said"),
    ]

    private static let pageSize: UInt32 = 100

    private let feed: String
    private let cursor: String
    private let start: Google_Protobuf_Timestamp?

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        feed = flags.string("event-feed-id")
        cursor = flags.string("event-feed-cursor")
        let time = flags.string("event-feed-start-at")
        // A cursor says where to go on; the day before would leave out what is older.
        let usual: Google_Protobuf_Timestamp? = cursor.isEmpty ? .aDayAgo : nil
        start = try time.isEmpty ? usual : .init(parsing: time, of: "event-feed-start-at")
        let asked = flags.string("event-feed")
        switch asked {
        case "1", "t", "T", "true", "TRUE", "True": return
        case "", "0", "f", "F", "false", "FALSE", "False":
            let rest = ["event-feed-id", "event-feed-cursor", "event-feed-start-at"].first { flags.isGiven($0) }
            if asked.isEmpty, let rest { throw UsageError("\(rest): say --event-feed true to print the feed's events") }
            return nil
        default:
            throw UsageError("event-feed: takes true or false, not \(asked). Name the feed with --event-feed-id.")
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let feeds = connector.eventFeeds
        var request = C1_Connector_V2_ListEventsRequest.with {
            // Who has one feed only need not be told its name.
            $0.eventFeedID = feed.isEmpty && feeds.count == 1 ? feeds[0].id : feed
            $0.cursor = cursor
            if let start { $0.startAt = start }
            $0.pageSize = Self.pageSize
        }
        while true {
            try Task.checkCancellation()
            let page = try await connector.listEvents(request)
            for event in page.events { report.print(try ProtobufJSON.line(of: event) + "\n") }
            guard page.hasMore_p else { break }
            guard !page.cursor.hasSameBytes(as: request.cursor) else {
                throw ServiceError(.internal, "event feed: its cursor didn't move - likely a connector bug")
            }
            request.cursor = page.cursor
        }
    }
}
