import AccessModel
import Foundation
import Testing

@Suite(.enabled(if: GoldenFile.isThere, GoldenFile.absence))
struct `a sync that is killed` {
    /// Ids and times of moto are the same here, since one service is asked throughout.
    @Test(arguments: [5, 20, 45, 60])
    func `goes on and ends as one that wasn't`(calls: Int) throws {
        let aws = try TestAWS()
        try aws.seed()
        let program = try Program()
        let whole = try program.run(["-f", "whole.c1z", "--sync-secrets"], aws.variables)
        #expect(whole.status == 0, "\(whole.errors)")
        // Slow enough that it is still under way after so many calls.
        try aws.set(["delay": 0.02])
        let process = try program.start(["-f", "killed.c1z", "--sync-secrets"], aws.variables)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        var seen = 0
        while seen < calls, process.isRunning { seen += try aws.set().count }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        try aws.set(["delay": 0])
        let rest = try program.run(["-f", "killed.c1z", "--sync-secrets"], aws.variables)
        #expect(rest.status == 0, "\(rest.errors)")
        let (one, other) = (try FileContent(program.path("whole.c1z")), try FileContent(program.path("killed.c1z")))
        #expect(one.types == other.types && one.resources == other.resources)
        #expect(one.entitlements == other.entitlements && one.grants == other.grants)
        #expect(one.grants.count == 34)
    }
}
