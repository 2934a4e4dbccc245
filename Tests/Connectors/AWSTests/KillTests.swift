import AccessModel
import BuiltConnectors
import Foundation
import Testing

@Suite(.enabled(if: TestAWS.hasSeed, TestAWS.seedAbsence))
struct `a sync that is killed` {
    /// Ids and times of moto are the same here, since one service is asked throughout.
    @Test(arguments: [5, 20, 45, 60])
    func `goes on and ends as one that wasn't`(calls: Int) throws {
        let aws = try TestAWS()
        try aws.seed()
        let whole = try BuiltConnector(asking: aws)
        let ending = try whole("--sync-secrets")
        #expect(ending.status == 0, "\(ending.errors)")
        let killed = try BuiltConnector(asking: aws)
        // Slow enough that it is still under way after so many calls.
        try aws.set(["delay": 0.02])
        let process = try killed.start(["--sync-secrets"])
        var seen = 0
        while seen < calls, process.isRunning { seen += try aws.set().count }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        try aws.set(["delay": 0])
        let rest = try killed("--sync-secrets")
        #expect(rest.status == 0, "\(rest.errors)")
        let (one, other) = (try FileContents(of: whole.file), try FileContents(of: killed.file))
        #expect(one.types == other.types && one.resources == other.resources)
        #expect(one.entitlements == other.entitlements && one.grants == other.grants)
        #expect(one.grants.count == 34)
    }
}
