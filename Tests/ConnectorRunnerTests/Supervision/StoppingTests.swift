import Foundation
import Testing

@testable import ConnectorRunner

private let patient =
    "trap 'echo saving; exit 0' TERM; trap 'echo saving; exit 130' INT; echo up; while :; do sleep 0.01; done"
private let plain = "echo up; while :; do sleep 0.01; done"
private let stubborn = "trap 'echo no' TERM; trap '' INT; echo up; while :; do sleep 0.01; done"

@Suite(.timeLimit(.minutes(1))) struct `a signal to the runner` {
    @Test func `reaches every connector, and services that end by it ended well`() async throws {
        var run = try SampleRun()
        try run.addService("saving", patient)
        try run.addService("plain", plain)
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "| up")
        await ready.lines.wait(for: "| up")
        ready.send(SIGTERM)
        let outcome = await report
        #expect(outcome["saving"] == .well && outcome["plain"] == .well)
        #expect(outcome.exitStatus == 0)
        #expect(ready.lines.all.contains("saving       | saving\n"))
        #expect(ready.lines.text.contains("plain: was ended by signal 15"))
    }

    @Test(arguments: [(SIGTERM, SIGTERM), (SIGINT, SIGINT), (SIGHUP, SIGTERM)])
    func `leaves a sync incomplete, which the status tells`(signal: Int32, passed: Int32) async throws {
        var run = try SampleRun()
        try run.add("sync", "trap 'exit 143' TERM; trap 'exit 130' INT; while :; do echo up; sleep 0.01; done")
        try run.add("finished", "exit 0")
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "finished: ended with status 0")
        await ready.lines.wait(for: "| up")
        ready.send(signal)
        let outcome = await report
        #expect(outcome["sync"] == .interrupted && outcome["finished"] == .well)
        #expect(outcome.exitStatus == 128 + passed)
    }

    @Test func `kills who does not end in the time given`() async throws {
        var run = try SampleRun()
        run.pace = Pace(grace: .milliseconds(50))
        try run.addService("stubborn", stubborn)
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "| up")
        ready.send(SIGTERM)
        let outcome = await report
        #expect(outcome["stubborn"] == .failed(.signalled(SIGKILL)))
        #expect(outcome.exitStatus == 1)
        #expect(ready.lines.text.contains("killed what had not ended: 1"))
    }

    @Test func `that comes a second time kills at once`() async throws {
        var run = try SampleRun()
        run.pace = Pace(grace: .seconds(3600))
        try run.add("stubborn", stubborn)
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "| up")
        ready.send(SIGTERM)
        await ready.lines.wait(for: "| no")
        ready.send(SIGTERM)
        #expect(await report["stubborn"] == .failed(.signalled(SIGKILL)))
    }

    /// What has left its group holds the output of a process beyond its end.
    @Test(arguments: [stubborn, "exit 0"]) func `that comes a second time waits for nobody`(rest: String) async throws {
        var run = try SampleRun()
        run.pace = Pace(grace: .seconds(3600))
        let holder = ": >\"$0.away\"; echo away; while [ -e \"$0\" ]; do sleep 0.01; done"
        try run.add(
            "left",
            "setsid sh -c '\(holder)' \"$0\" & while [ ! -e \"$0.away\" ]; do sleep 0.01; done; \(rest)")
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "| away")
        ready.send(SIGTERM)
        await ready.lines.wait(for: "stopping")
        ready.send(SIGTERM)
        #expect(await report["left"] != nil)
    }

    @Test func `ends the rest of a service that failed`() async throws {
        var run = try SampleRun()
        run.pace = Pace(clock: PassingClock(passes: false))
        try run.addService("failing", "exit 4")
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "starts again in")
        ready.send(SIGTERM)
        let outcome = await report
        #expect(outcome["failing"] == .failed(.exited(4)))
        #expect(outcome.exitStatus == 1)
    }

    @Test func `reaches a connector through the script around it, once`() async throws {
        var run = try SampleRun()
        try run.workshop.script(
            "inner", "trap 'echo saving; sleep 0.1; echo saved; exit 0' TERM; echo up; while :; do sleep 0.01; done")
        try run.addService("wrapped", "\"$(dirname \"$0\")/inner\"; exit $?")
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "| up")
        ready.send(SIGTERM)
        #expect(await report["wrapped"] == .well)
        // The inner shell also remarks that its `sleep` was ended.
        let said = ready.lines.all.filter { $0.hasPrefix("wrapped ") && !$0.contains("Terminated") }
        #expect(said.map { $0.split(separator: "|")[1] } == [" up\n", " saving\n", " saved\n"])
    }
}

@Suite struct `the rests of a failing service` {
    @Test func `double up to five minutes and are short again after a long run`() {
        var delay = RestartDelay()
        var rests = (0..<11).map { _ in delay.rest(afterRunning: .seconds(2), spread: 1) / .seconds(1) }
        #expect(rests == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        rests = [301, 2].map { delay.rest(afterRunning: .seconds($0), spread: 1) / .seconds(1) }
        #expect(rests == [1, 2])
    }

    @Test func `are spread and never longer than the longest`() {
        let spread = Pace().spread
        for _ in 0..<100 {
            var delay = RestartDelay()
            for _ in 0..<12 {
                let rest = delay.rest(afterRunning: .zero, spread: spread())
                #expect(rest >= RestartDelay.first / 2 && rest <= RestartDelay.longest)
            }
        }
        #expect(Set((0..<100).map { _ in spread() }).count > 50)
    }
}
