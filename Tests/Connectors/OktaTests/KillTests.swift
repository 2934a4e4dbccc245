import BuiltConnectors
import OktaStandin
import StandinKit
import Testing

@Suite struct `baton-okta killed in the middle` {
    @Test(arguments: [3, 8, 15, 25, 40]) func `goes on where it was`(request: Int) async throws {
        let directory = OktaDirectory(users: 120, groups: 8, apps: 4)
        let expected = try await Trial.run(directory, ["BATON_FILTER_EMAIL_DOMAINS": "corp.example"]) { trial in
            trial.okta.setUserPageLimit(20)
            return try await trial.sync()
        }
        try await Trial.run(directory, ["BATON_FILTER_EMAIL_DOMAINS": "corp.example"]) { trial in
            trial.okta.setUserPageLimit(20)
            // Slow enough that the request is still under way when its program is killed.
            trial.okta.faults.add(Fault(.delay(milliseconds: 2000), on: "*", skip: request, times: 1))
            try await trial.program.kill { trial.okta.journal.all.count > request }
            let file = try await trial.sync()
            #expect(try FileDifference(file, from: expected).lines == [])
            let users = trial.okta.journal.entries("GET /api/v1/users").filter {
                $0.query.contains { $0.name == "search" }
            }
            #expect(users.count < 18, "what was listed before isn't listed again")
        }
    }
}
