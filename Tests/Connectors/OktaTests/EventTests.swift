import BuiltConnectors
import Foundation
import OktaStandin
import StandinKit
import Testing

@Suite struct `events in Okta` {
    /// Entries of every kind, two that tell nothing of use, in the order they happened.
    private static let log = """
        {"log": [
        {"uuid": "e1", "published": "2026-01-01T00:00:01.000Z", "eventType": "user.authentication.sso",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a@corp.example", "displayName": "A"},
         "target": [{"id": "0oa1", "type": "AppInstance", "displayName": "Wiki", "alternateId": "Wiki"}]},
        {"uuid": "e2", "published": "2026-01-01T00:00:02.000Z", "eventType": "group.lifecycle.create",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "00g1", "type": "UserGroup", "displayName": "G", "alternateId": "G"}]},
        {"uuid": "e3", "published": "2026-01-01T00:00:03.000Z", "eventType": "application.lifecycle.update",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "0oa1", "type": "AppInstance", "displayName": "Wiki", "alternateId": "Wiki"}]},
        {"uuid": "e4", "published": "2026-01-01T00:00:04.000Z", "eventType": "application.user_membership.add",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "0ua1", "type": "AppUser", "displayName": "B", "alternateId": "b"},
                    {"id": "0oa1", "type": "AppInstance", "displayName": "Wiki", "alternateId": "Wiki"},
                    {"id": "00u2", "type": "User", "displayName": "B", "alternateId": "b@corp.example"}]},
        {"uuid": "e5", "published": "2026-01-01T00:00:05.000Z", "eventType": "user.account.privilege.grant",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "00u2", "type": "User", "displayName": "B", "alternateId": "b@corp.example"},
                    {"id": "ra1", "type": "ROLE", "displayName": "Super administrator", "alternateId": "x"}]},
        {"uuid": "e6", "published": "2026-01-01T00:00:06.000Z", "eventType": "user.account.privilege.grant",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "00u2", "type": "User", "displayName": "B", "alternateId": "b@corp.example"},
                    {"id": "ra2", "type": "ROLE", "displayName": "Of our own", "alternateId": "x"}]},
        {"uuid": "e7", "published": "2026-01-01T00:00:07.000Z", "eventType": "user.lifecycle.suspend",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "00u2", "type": "User", "displayName": "B", "alternateId": "b@corp.example"}]},
        {"uuid": "e8", "published": "2026-01-01T00:00:08.000Z", "eventType": "group.user_membership.add",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "00u2", "type": "User", "displayName": "B", "alternateId": "b@corp.example"},
                    {"id": "00g1", "type": "UserGroup", "displayName": "G", "alternateId": "G"}]},
        {"uuid": "e9", "published": "2026-01-01T00:00:09.000Z", "eventType": "group.user_membership.remove",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"},
         "target": [{"id": "00u2", "type": "User", "displayName": "B", "alternateId": "b@corp.example"},
                    {"id": "00g1", "type": "UserGroup", "displayName": "G", "alternateId": "G"}]},
        {"uuid": "e10", "published": "2026-01-01T00:00:10.000Z", "eventType": "user.session.start",
         "actor": {"id": "00u1", "type": "User", "alternateId": "a", "displayName": "A"}, "target": []}
        ]}
        """

    @Test func `are told as what they mean`() async throws {
        try await Trial.run(try Trial.directory(adding: Self.log)) { trial in
            let ending = try await trial.program.run("--event-feed=true", "--event-feed-start-at=2026-01-01T00:00:00Z")
            #expect(ending.status == 0, "\(ending.errors)")
            let events = try ending.output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(events.map { $0["id"] as? String } == ["e1", "e2", "e3", "e4", "e5", "e7", "e8", "e9"])
            let kinds = events.map { $0.keys.first { $0.hasSuffix("Event") } ?? "" }
            #expect(
                kinds == [
                    "usageEvent", "resourceChangeEvent", "resourceChangeEvent", "createGrantEvent", "createGrantEvent",
                    "resourceChangeEvent", "createGrantEvent", "createRevokeEvent",
                ])
            let texts = ending.output.split(separator: "\n").map(String.init)
            for (index, id) in [
                (0, "a@corp.example"), (3, "app:0oa1:access"), (4, "role:SUPER_ADMIN:assigned"), (5, "00u2"),
                (6, "group:00g1:member"), (7, "group:00g1:member"),
            ] where index < texts.count { #expect(texts[index].contains(id), "\(texts[index])") }
        }
    }

    @Test func `are gone on with after the ones that were told`() async throws {
        try await Trial.run(try Trial.directory(adding: Self.log)) { trial in
            let ending = try await trial.program.run(
                "--event-feed=true", "--event-feed-start-at=2026-01-01T00:00:00Z", "--log-level=debug")
            #expect(ending.status == 0, "\(ending.errors)")
            let asked = trial.okta.journal.entries("GET /api/v1/logs")
            #expect((1...3).contains(asked.count), "Okta names a next page for ever; \(asked.count) were asked for")
            #expect(asked.allSatisfy { $0.status == 200 })
        }
    }
}
