public import AccessModel

/// A connector that tells what happened in the application.
public protocol EventFeedProvider: Sendable {
    /// The feeds, each with an id of its own; none when this configuration has none.
    var eventFeeds: [any EventFeed] { get }
}

/// What happened in an application, from a moment on.
public protocol EventFeed: Sendable {
    /// Its id.
    ///
    /// A connector's only feed needs none of its own: it then has the one by which platforms ask a connector that has a single feed.
    var id: String { get }

    /// What kinds of events it brings.
    var eventTypes: [EventType] { get }

    /// The events after a place in the feed, the oldest first.
    func events(_ request: EventRequest) async throws -> EventPage
}

extension EventFeed {
    /// `baton_feed_event`, the feed that is meant when none is named.
    public var id: String { SingleEventFeed.id }
}

/// The feed of connectors that have only one, as all had before feeds had ids.
package enum SingleEventFeed {
    /// What it is called where a feed has to be named.
    package static let id = "baton_feed_event"
}

/// Which events are asked for.
public struct EventRequest: Sendable {
    /// The cursor of the page before; empty at the start.
    public let cursor: String
    /// Where to start when there is no cursor, in seconds since 1970; nil means at the beginning.
    public let start: Int64?
    /// How many events would be welcome.
    public let size: Int

    /// A request for the events after `cursor`.
    public init(after cursor: String, from start: Int64?, size: Int) {
        self.cursor = cursor
        self.start = start
        self.size = size
    }
}

/// Some events, and where to go on.
public struct EventPage: Sendable {
    /// The events, the oldest first.
    public let events: [Event]
    /// Where the feed goes on; to be kept for the next call, also when there is nothing more now.
    public let cursor: String
    /// Whether there is more already.
    public let hasMore: Bool
    /// Remarks on the whole answer, such as a rate limit.
    public let annotations: [Annotation]

    /// Events that end at `cursor`, after which there is more already.
    public static func events(_ events: [Event], continuingAt cursor: String) -> EventPage {
        EventPage(events: events, cursor: cursor, hasMore: true, annotations: [])
    }

    /// Events that end at `cursor`, the last ones for now.
    public static func events(_ events: [Event], endingAt cursor: String) -> EventPage {
        EventPage(events: events, cursor: cursor, hasMore: false, annotations: [])
    }
}
