import BuiltConnectors
import OktaStandin
import StandinKit
import Testing

@Suite struct `trouble with Okta` {
    private static let directory = OktaDirectory(users: 250, groups: 6, apps: 3)

    /// What a sync brings when nothing goes wrong.
    private static func untroubled() async throws -> FileContents {
        try await Trial.run(directory) { trial in
            trial.okta.setUserPageLimit(50)
            return try await trial.sync()
        }
    }

    private static let passing: [[Fault]] = [
        [Fault(.rateLimit(seconds: 1), on: "GET /api/v1/users", skip: 1)],
        [Fault(.rateLimit(seconds: 1), on: "GET /api/v1/groups/*/users", times: 3)],
        [Fault(.status(503), on: "GET /api/v1/users", skip: 1)],
        [Fault(.status(500), on: "GET /api/v1/apps/*/users")],
        [Fault(.status(502), on: "GET /api/v1/*", skip: 3, every: 7, times: 2)],
        [Fault(.dropRequest, on: "GET /api/v1/users", skip: 1)],
        [Fault(.dropAnswer, on: "GET /api/v1/groups/*/users")],
        [Fault(.cutBody, on: "GET /api/v1/users", skip: 2)],
        [Fault(.delay(milliseconds: 300), on: "GET /api/v1/users", times: 3)],
        [Fault(.repeatRow, on: "GET /api/v1/users", skip: 1, times: nil)],
        [Fault(.repeatRow, on: "GET /api/v1/groups/*/users", times: nil)],
        [Fault(.emptyPage, on: "GET /api/v1/users", skip: 1)],
        [Fault(.emptyPage, on: "GET /api/v1/apps", times: 1)],
        [Fault(.expireCursors, on: "GET /api/v1/users", skip: 2, times: 1)],
    ]

    @Test func `that passes loses nothing and repeats nothing`() async throws {
        let expected = try await Self.untroubled()
        #expect(expected.ids("user").count == 250)
        for faults in Self.passing {
            try await Trial.run(Self.directory) { trial in
                trial.okta.setUserPageLimit(50)
                trial.okta.faults.add(faults)
                let file = try await trial.sync()
                #expect(try FileDifference(file, from: expected).lines == [], "\(faults)")
                #expect(trial.okta.journal.all.contains { !$0.faults.isEmpty }, "\(faults) never happened")
            }
        }
    }

    @Test func `that lasts ends the sync with an error, and the next one goes on`() async throws {
        let expected = try await Self.untroubled()
        for effect in [Fault.Effect.malformedJSON] {
            try await Trial.run(Self.directory) { trial in
                trial.okta.setUserPageLimit(50)
                trial.okta.faults.add(Fault(effect, on: "GET /api/v1/users", query: "after=", times: 1))
                let ending = try await trial.program.run()
                #expect(ending.status != 0, "\(effect)")
                #expect(ending.errors.contains("/api/v1/users"), "\(ending.errors)")
                trial.okta.faults.clear()
                #expect(try FileDifference(try await trial.sync(), from: expected).lines == [], "\(effect)")
            }
        }
    }

    @Test(arguments: [Fault.Effect.insertRow, .removeRow, .renameRow])
    func `of a list that changes between pages loses nobody`(
        effect: Fault.Effect
    ) async throws {
        let expected = try await Self.untroubled()
        try await Trial.run(Self.directory) { trial in
            trial.okta.setUserPageLimit(50)
            trial.okta.faults.add(Fault(effect, on: "GET /api/v1/users", query: "limit=200", skip: 1, times: 1))
            let file = try await trial.sync()
            let gone = Set(expected.ids("user")).subtracting(file.ids("user"))
            #expect(gone.count == (effect == .removeRow ? 1 : 0))
            #expect(trial.okta.journal.all.contains { !$0.faults.isEmpty })
        }
    }

    @Test func `of limits is waited out before Okta has to refuse`() async throws {
        try await Trial.run(Self.directory) { trial in
            trial.okta.setUserPageLimit(10)
            trial.okta.limits.replace(with: [
                RateLimit("/api/v1/users", requests: 8, seconds: 2), RateLimit("/api/v1/*", requests: 100_000),
            ])
            let file = try await trial.sync("--sync-resource-types=user")
            #expect(file.ids("user").count == 250)
            let refused = trial.okta.journal.entries("GET /api/v1/users").filter { $0.status == 429 }.count
            #expect(refused <= 2)
        }
    }
}
