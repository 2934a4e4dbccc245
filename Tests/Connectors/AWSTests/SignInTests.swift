import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import AWSConnector

@Suite(.enabled(if: TestAWS.isThere, TestAWS.absence))
struct `sign-ins to Identity Center` {
    private static func event(_ number: Int, _ name: String, at time: Int, user: String = "u-1") -> [String: Any] {
        let record: [String: Any] = [
            "eventName": name,
            "userIdentity": [
                "accountId": "111122223333",
                "onBehalfOf": ["userId": user, "identityStoreArn": "arn:aws:identitystore::1:identitystore/d-1"],
            ],
        ]
        let text = (try? JSONSerialization.data(withJSONObject: record)).map { String(decoding: $0, as: UTF8.self) }
        return ["EventId": "e\(number)", "EventTime": time, "CloudTrailEvent": text ?? ""]
    }

    @Test func `come as events, each once, over pages and over time`() async throws {
        let aws = try TestAWS()
        var settings = TestAWS.Organization.settings
        settings["sync-sso-user-last-login"] = .bool(true)
        let connector = try aws.connector(settings)
        let feed = try #require(connector.eventFeeds.first)
        #expect(feed.id == "aws_last_login_event_feed" && feed.eventTypes == [.usage])
        let now = Int(Date().timeIntervalSince1970)
        let events = [
            Self.event(1, "Federate", at: now - 60), Self.event(2, "CreateToken", at: now - 120),
            Self.event(3, "Authenticate", at: now - 180, user: "u-2"), Self.event(4, "Federate", at: now - 9000),
            Self.event(5, "Federate", at: now - 240, user: ""),
        ]
        try aws.set(["events": events])
        var seen: [Event] = []
        var cursor = ""
        while true {
            let page = try await feed.events(EventRequest(after: cursor, from: nil, size: 100))
            seen += page.events
            cursor = page.cursor
            guard page.hasMore else { break }
        }
        // Of the last two hours, and only those of people.
        #expect(Set(seen.map(\.id)) == ["e1", "e3"])
        let first = try #require(seen.first { $0.id == "e1" })
        #expect(first.occurredAt.seconds == Int64(now - 60))
        #expect(ResourceID(first.usageEvent.targetResource.id) == ResourceID("account", "111122223333"))
        #expect(
            ResourceID(first.usageEvent.actorResource.id)
                == ResourceID("sso_user", "arn:aws:identitystore:us-east-1::d-1/user/u-1"))
        // The next time begins where this one ended.
        let decoded = try #require(Data(base64Encoded: cursor).map { String(decoding: $0, as: UTF8.self) })
        #expect(decoded.contains("start_at") && !decoded.contains("next_page_token"))
        try aws.set(["events": [Self.event(6, "Federate", at: now - 30)] + events])
        let next = try await feed.events(EventRequest(after: cursor, from: nil, size: 100))
        #expect(next.events.map(\.id).contains("e6") && !next.events.map(\.id).contains("e3"))
        #expect(
            await complaint { _ = try await feed.events(EventRequest(after: "x", from: nil, size: 1)) }.contains(
                "cursor"))
    }

    @Test func `are no feed unless asked for`() throws {
        #expect(try TestAWS().connector(TestAWS.Organization.settings).eventFeeds.isEmpty)
    }
}
