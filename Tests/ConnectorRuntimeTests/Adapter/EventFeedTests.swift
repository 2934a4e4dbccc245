import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

/// A feed of three events, one a page, under the id that a single feed has.
private struct OldFeed: EventFeed {
    let eventTypes: [EventType] = [.usage]

    func events(_ request: EventRequest) async throws -> EventPage {
        let place = Int(request.cursor) ?? 0
        let event = Event.with { $0.id = "e\(place)" }
        return place < 2 ? .events([event], continuingAt: "\(place + 1)") : .events([event], endingAt: "3")
    }
}

private struct NamedFeed: EventFeed {
    let id: String
    let eventTypes: [EventType] = []
    func events(_ request: EventRequest) async throws -> EventPage { .events([], endingAt: "") }
}

private struct FeedingConnector: Connector, EventFeedProvider {
    static let metadata = ConnectorMetadata(name: "baton-feeding", displayName: "Feeding")
    let syncers: [any ResourceSyncer] = [PlainSyncer()]
    var eventFeeds: [any EventFeed] = [OldFeed()]

    init(_ feeds: [any EventFeed]) { eventFeeds = feeds }
    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws {}
    func validate() async throws {}
}

@Suite struct `a connector with a single event feed` {
    @Test func `needs no id for it, and platforms find it without one`() async throws {
        let adapter = try ConnectorAdapter(FeedingConnector([OldFeed()]))
        let feeds = try await adapter.listEventFeeds(.init()).list
        #expect(feeds.map(\.id) == ["baton_feed_event"])
        #expect(feeds.first?.supportedEventTypes == [.usage])
        #expect(try await adapter.listEvents(.init()).events.map(\.id) == ["e0"])
        let named = try await adapter.listEvents(
            .with {
                $0.eventFeedID = "baton_feed_event"
                $0.cursor = "2"
            })
        #expect(named.events.map(\.id) == ["e2"] && named.cursor == "3" && !named.hasMore_p)
        let message = try CapabilityManifest(adapter).message
        #expect(message.connectorCapabilities.contains(.eventFeedV2))
    }

    @Test(arguments: [[], ["--event-feed-id=baton_feed_event"]]) func `prints it on the command line`(
        arguments: [String]
    ) async throws {
        let output = Notes<String>()
        let errors = Notes<String>()
        let workplace = Workplace(
            streams: .init(output: { output.add($0) }, error: { errors.add($0) }),
            terminal: Terminal(showsOutput: false, showsErrors: false, width: { 80 }),
            directory: try TemporaryFolder().path, cores: 1)
        let program = ConnectorProgram<FeedingConnector>.standard
        #expect(await program.run(["--event-feed=true"] + arguments, [:], in: workplace) == 0, "\(errors.all)")
        #expect(output.all == ["{\"id\":\"e0\"}\n", "{\"id\":\"e1\"}\n", "{\"id\":\"e2\"}\n"])
        #expect(await program.run(["--event-feed=true", "--event-feed-id=other"], [:], in: workplace) == 5)
    }
}

@Suite struct `the feeds of a connector` {
    @Test func `have ids of their own`() async {
        func start(_ feeds: any EventFeed...) async -> String {
            await failure { _ = try ConnectorAdapter(FeedingConnector(feeds)) }
        }
        #expect(await start(NamedFeed(id: "a"), NamedFeed(id: "b")) == "nothing")
        #expect(
            await start(NamedFeed(id: "a"), NamedFeed(id: "a"))
                == "invalidArgument: error: duplicate event feed id found: a")
        #expect(await start(NamedFeed(id: "")) == "invalidArgument: error: an event feed has no id")
        #expect(
            await start(OldFeed(), NamedFeed(id: "a"))
                == "invalidArgument: error: the event feed baton_feed_event must be the only one; give each feed its own id"
        )
    }

    @Test func `that have no single one are asked for by name`() async throws {
        let adapter = try ConnectorAdapter(FeedingConnector([NamedFeed(id: "a"), NamedFeed(id: "b")]))
        #expect(
            await failure { _ = try await adapter.listEvents(.init()) }
                == "notFound: event feed baton_feed_event: not there, it has a, b")
    }
}
