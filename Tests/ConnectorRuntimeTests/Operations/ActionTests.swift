import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

@Suite struct `an action from the command line` {
    @Test func `changes what the next sync sees`() async throws {
        let demo = try await DemoRun()
        let ending = await demo(
            "--invoke-action=disable_user", "--invoke-action-args={\"user\":\"\(Example.dan)\"}", "--output=json")
        #expect(ending.status == 0)
        #expect(try ending.json()["status"] as? String == "BATON_ACTION_STATUS_COMPLETE")
        #expect((try ending.json()["response"] as? NSDictionary)?["changed"] as? Bool == true)
        #expect(try await demo.synced(ResourceID("user", Example.dan)).status.status == .disabled)
    }

    @Test func `on a type takes a resource as platforms send it`() async throws {
        let demo = try await DemoRun()
        let argument =
            "{\"group\":{\"resource_type_id\":\"group\",\"resource_id\":\"\(Example.engineers)\"},\"name\":\"Eng\"}"
        let ending = await demo(
            "--invoke-action=rename_group", "--invoke-action-resource-type=group", "--invoke-action-args", argument)
        #expect(ending.status == 0)
        #expect(ending.log.contains("ActionInvoke response"))
        #expect(try await demo.synced(ResourceID("group", Example.engineers)).displayName == "Eng")
    }

    @Test(arguments: [
        (["--invoke-action=enable_user", "--invoke-action-args={\"user\":\"nosuch\"}"], "there is no such user"),
        (
            [
                "--invoke-action=disable_user",
                "--invoke-action-args={\"user\":{\"resource_type_id\":\"group\",\"resource_id\":\"\(Example.dan)\"}}",
            ], "argument user: must be a resource"
        ),
        (
            [
                "--invoke-action=rename_group", "--invoke-action-resource-type=group",
                "--invoke-action-args={\"group\":\"\(Example.engineers)\",\"name\":\"Sales\"}",
            ], "there is a group Sales already"
        ),
    ])
    func `on the wrong thing changes nothing`(arguments: [String], message: String) async throws {
        let demo = try await DemoRun()
        let ending = await demo.run(arguments)
        #expect(ending.status == 2)
        #expect(ending.log.contains(message), "\(ending.log)")
        #expect(await demo("--event-feed=true").output == "")
    }

    @Test func `is followed until it is done`() async throws {
        let demo = try await DemoRun()
        let ending = await demo("--invoke-action=wait", "--invoke-action-args={\"seconds\":1.2}", "--output=json")
        #expect(ending.status == 0)
        #expect(try ending.json()["status"] as? String == "BATON_ACTION_STATUS_COMPLETE")
    }

    @Test(arguments: [
        ("{\"user\":\"nobody\"}", "action invoke failed: user/nobody: there is no such user"),
        ("{}", "action disable_user: argument user is required"),
        ("{\"usr\":\"x\"}", "invoke-action-args: disable_user has no argument usr, it takes user"),
        ("[]", "failed to parse invoke-action-args"),
    ])
    func `that can't be done says why`(arguments: String, message: String) async throws {
        let demo = try await DemoRun()
        let ending = await demo("--invoke-action=disable_user", "--invoke-action-args", arguments)
        #expect(ending.status != 0)
        #expect(ending.log.contains(message), "\(ending.log)")
    }

    @Test func `that isn't there names those that are`() async throws {
        let demo = try await DemoRun()
        let ending = await demo("--invoke-action=nope")
        #expect(ending.status == 5)
        #expect(ending.log.contains("this connector has disable_user, enable_user, wait"))
    }

    @Test func `is listed with its type`() async throws {
        let demo = try await DemoRun()
        let all = await demo("--list-action-schemas", "--output=json")
        let schemas = try #require(try all.json()["schemas"] as? [NSDictionary])
        #expect(schemas.map { $0["name"] as? String } == ["disable_user", "enable_user", "wait", "rename_group"])
        #expect(schemas.map { $0["resourceTypeId"] as? String } == [nil, nil, nil, "group"])
        let ofGroups = await demo("--list-action-schemas", "--list-action-schemas-resource-type=group", "--output=json")
        #expect((try ofGroups.json()["schemas"] as? [NSDictionary])?.count == 1)
    }
}

@Suite struct `the runs of actions` {
    private func action(_ perform: @escaping @Sendable () async throws -> Profile) -> Action {
        Action("do", displayName: "Do") { _ in try await perform() }
    }

    /// Calls `body` while somebody does the work.
    private func serving(_ body: (ActionRuns) async throws -> Void) async throws {
        let runs = ActionRuns()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runs.serve() }
            try await body(runs)
            group.cancelAll()
        }
    }

    @Test func `tell the result as soon as it is there`() async throws {
        try await serving { runs in
            let id = await runs.begin(action { Profile(["answer": .number(42)]) }, with: ActionArguments(Profile()))
            let run = try #require(await runs.run(id, waiting: .seconds(60)))
            #expect(run.status == .complete)
            #expect(run.response.fields["answer"]?.numberValue == 42)
        }
    }

    @Test func `tell what went wrong`() async throws {
        try await serving { runs in
            let id = await runs.begin(
                action { throw ServiceError(.notFound, "gone") }, with: ActionArguments(Profile()))
            let run = try #require(await runs.run(id, waiting: .seconds(60)))
            #expect(run.status == .failed)
            #expect(run.response.string("error") == "gone")
        }
    }

    @Test func `stop waiting when the time is over`() async throws {
        try await serving { runs in
            let id = await runs.begin(
                action {
                    try await Task.sleep(for: .seconds(3600))
                    return Profile()
                }, with: ActionArguments(Profile()))
            let run = try #require(await runs.run(id, waiting: .milliseconds(1)))
            #expect(run.status == .pending || run.status == .running)
        }
    }

    @Test func `are forgotten when there are too many, the oldest first`() async throws {
        try await serving { runs in
            var ids: [String] = []
            for _ in 0..<1001 {
                let id = await runs.begin(action { Profile() }, with: ActionArguments(Profile()))
                _ = await runs.run(id, waiting: .seconds(60))
                ids.append(id)
            }
            #expect(await runs.run(ids[0]) == nil)
            #expect(await runs.run(ids[1]) != nil)
        }
    }
}

@Suite struct `the arguments of an action` {
    private func schema(_ constraint: SettingConstraint) -> ActionSchema {
        Action(
            "do", displayName: "", arguments: [.text("a", ""), .text("b", "")], constraints: [constraint],
            perform: { _ in Profile() }
        ).schema
    }

    private static let cases: [(SettingConstraint, [String], String?)] = [
        (.requiredTogether("a", "b"), ["a"], "fields required together: [a b]"),
        (.requiredTogether("a", "b"), [], nil), (.requiredTogether("a", "b"), ["a", "b"], nil),
        (.mutuallyExclusive("a", "b"), ["a", "b"], "fields are mutually exclusive: [a b]"),
        (.mutuallyExclusive("a", "b"), ["b"], nil),
        (.atLeastOne(of: "a", "b"), [], "at least one required: [a b]"), (.atLeastOne(of: "a", "b"), ["b"], nil),
        (.settings(["a"], dependOn: ["b"]), ["a"], "fields [a] depend on [b] which must also be present"),
        (.settings(["a"], dependOn: ["b"]), ["b"], nil),
    ]

    @Test(arguments: cases)
    func `satisfy the constraints between them`(constraint: SettingConstraint, given: [String], problem: String?) throws
    {
        var arguments = Profile()
        for name in given { arguments.fields[name] = .text("x") }
        arguments.fields["b"] = arguments.fields["b"] ?? .with { $0.nullValue = .nullValue }
        let schema = schema(constraint)
        guard let problem else { return try ActionRules.check(arguments, for: schema) }
        let error = #expect(throws: ServiceError.self) { try ActionRules.check(arguments, for: schema) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message == problem)
    }
}
