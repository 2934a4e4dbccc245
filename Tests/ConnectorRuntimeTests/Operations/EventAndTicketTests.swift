import Foundation
import Testing

@Suite struct `an event feed from the command line` {
    @Test func `prints one event a line, also over several pages`() async throws {
        let demo = try await DemoRun()
        #expect(await demo("--event-feed=true").output == "")
        for _ in 0..<60 {
            #expect(
                await demo("--invoke-action=disable_user", "--invoke-action-args={\"user\":\"\(Example.dan)\"}").status
                    == 0)
            #expect(
                await demo("--invoke-action=enable_user", "--invoke-action-args={\"user\":\"\(Example.dan)\"}").status
                    == 0)
        }
        let ending = await demo("--event-feed=true", "--event-feed-id=changes")
        #expect(ending.status == 0)
        let lines = ending.output.split(separator: "\n")
        #expect(lines.count == 120)
        let events = try lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary) }
        #expect(events.map { $0["id"] as? String } == (1...120).map { "\($0)" })

        let rest = await demo("--event-feed=true", "--event-feed-cursor=118")
        #expect(rest.output.split(separator: "\n").count == 2)
        // A cursor also leads to what is older than the day that is shown without one.
        try demo.age(days: 3)
        #expect(await demo("--event-feed=true").output == "")
        #expect(await demo("--event-feed=true", "--event-feed-cursor=118").output.split(separator: "\n").count == 2)
        let future = await demo("--event-feed=true", "--event-feed-start-at=2999-01-01T00:00:00Z")
        #expect(future.output == "")
    }

    @Test func `that isn't there names those that are`() async throws {
        let ending = await (try DemoRun())("--event-feed=true", "--event-feed-id=nope")
        #expect(ending.status == 5)
        #expect(ending.log.contains("event feed nope: not there, it has changes"))
    }
}

@Suite struct `tickets from the command line` {
    private let request = """
        {"schema_id": "access_request", "status_id": "open", "display_name": "Editor for Dan", "labels": ["access"],
         "custom_fields": {"reason": "covers for Bob", "urgency": "high", "days": 14, "needed_by": "2026-12-01T00:00:00Z"},
         "requested_for_id": "dan"}
        """

    @Test func `are opened as a template says and found again`() async throws {
        let demo = try await DemoRun()
        try demo.folder.write(request, to: "ticket.json")
        let made = await demo(
            "--create-ticket", "--ticket-template-path", "\(demo.folder.path)/ticket.json", "--output=json")
        #expect(made.status == 0, "\(made.log)")
        let ticket = try #require(try made.json()["ticket"] as? NSDictionary)
        #expect(ticket["id"] as? String == "1")
        let found = await demo("--get-ticket", "--ticket-id=1", "--output=json")
        #expect(try found.json()["ticket"] as? NSDictionary == ticket)
        let fields = try #require(ticket["customFields"] as? [String: NSDictionary])
        #expect((fields["days"]?["numberValue"] as? NSDictionary)?["value"] as? Int == 14)
        #expect((fields["urgency"]?["pickStringValue"] as? NSDictionary)?["value"] as? String == "high")
        #expect((ticket["requestedFor"] as? NSDictionary)?["displayName"] as? String == "dan")
        #expect(await demo("--get-ticket", "--ticket-id=2").status == 5)
    }

    @Test func `are opened several at once, and what goes wrong is told`() async throws {
        let demo = try await DemoRun()
        let bad = request.replacingOccurrences(of: "\"open\"", with: "\"lost\"")
        try demo.folder.write("{\"tickets\": [\(request), \(bad)]}", to: "tickets.json")
        let ending = await demo(
            "--bulk-create-ticket", "--bulk-ticket-template-path", "\(demo.folder.path)/tickets.json", "--output=json")
        #expect(ending.status == 2)
        let answers = try #require(try ending.json()["tickets"] as? [NSDictionary])
        #expect(answers.count == 2)
        #expect((answers[1]["error"] as? String)?.contains("status lost: must be open or done") == true)
        #expect(ending.log.contains("1 of 2 tickets were not opened"))
    }

    @Test(arguments: [
        ("{}", "schema_id is missing"),
        ("{\"schema_id\": \"nope\"}", "ticket schema nope: there is none of that id"),
        ("{\"schema_id\": \"access_request\"}", "custom_fields.reason is required by access_request: a text"),
        ("{\"schemaid\": \"access_request\"}", "schemaid is not known; known are schema_id"),
        (
            "{\"schema_id\": \"access_request\", \"custom_fields\": {\"x\": 1}}",
            "custom_fields.x is no field of access_request"
        ),
        (
            "{\"schema_id\": \"access_request\", \"custom_fields\": {\"reason\": \"r\", \"days\": \"two\"}}",
            "custom_fields.days must be a number"
        ),
        ("[]", "must be a JSON object"),
    ])
    func `that make no sense are refused with the place`(template: String, message: String) async throws {
        let demo = try await DemoRun()
        try demo.folder.write(template, to: "ticket.json")
        let ending = await demo("--create-ticket", "--ticket-template-path", "\(demo.folder.path)/ticket.json")
        #expect(ending.status != 0)
        #expect(ending.log.contains(message), "\(ending.log)")
    }

    @Test func `come in kinds that are listed`() async throws {
        let ending = await (try DemoRun())("--list-ticket-schemas", "--output=json")
        #expect((try ending.json()["list"] as? [NSDictionary])?.map { $0["id"] as? String } == ["access_request"])
    }
}
