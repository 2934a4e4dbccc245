import Foundation
import Testing

@testable import ConnectorRunner

@Suite(.timeLimit(.minutes(1))) struct `connectors that run side by side` {
    @Test func `get the secrets meant for them and nothing of the runner's own`() async throws {
        var run = try SampleRun()
        run.environment["HTTPS_PROXY"] = "http://proxy:3128"
        run.environment["AWS_SECRET_ACCESS_KEY"] = "canary"
        let tell = "env | sort; echo \"arguments: $#\"; tr '\\0' ' ' < /proc/self/cmdline"
        try run.add("one", tell, ["TOKEN_ONE": "hunter1"])
        try run.add("two", tell, ["TOKEN_TWO": "hunter2", "BATON_LOG_LEVEL": "error"])
        #expect(await run.run().exitStatus == 0)
        let one = run.lines.all.filter { $0.hasPrefix("one ") }.joined()
        let two = run.lines.all.filter { $0.hasPrefix("two ") }.joined()
        #expect(one.contains("| TOKEN_ONE=hunter1\n") && !one.contains("hunter2"))
        #expect(two.contains("| TOKEN_TWO=hunter2\n") && !two.contains("hunter1"))
        #expect(one.contains("| BATON_LOG_LEVEL=debug\n") && two.contains("| BATON_LOG_LEVEL=error\n"))
        for text in [one, two] {
            #expect(text.contains("| HTTPS_PROXY=http://proxy:3128\n") && text.contains("| arguments: 0\n"))
            #expect(!text.contains("canary"))
        }
        let own = run.lines.all.filter { $0.hasPrefix("baton-runner ") }.joined()
        #expect(own.contains("one: started as process") && !own.contains("hunter"))
    }

    @Test func `don't stop because another failed`() async throws {
        var run = try SampleRun()
        try run.add("failing", "echo broken >&2; exit 7")
        try run.add("working", "while [ ! -e \"$0.go\" ]; do sleep 0.01; done; echo done > \"$0.result\"")
        run.addMissing("missing")
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "failing: ended with status 7")
        try ready.workshop.write("working.sh.go", "")
        let outcome = await report
        #expect(outcome["failing"] == .failed(.exited(7)))
        #expect(outcome["missing"] == .failed(.notStarted(errno: ENOENT)))
        #expect(outcome["working"] == .well)
        #expect(outcome.exitStatus == 1)
        #expect(ready.workshop.text("working.sh.result") == "done\n")
        #expect(ready.lines.text.contains("failing      | broken\n"))
        #expect(throws: RunFailure.self) { try outcome.check() }
    }

    @Test func `are started again with growing rests when they are services that fail`() async throws {
        var run = try SampleRun()
        let clock = PassingClock()
        run.pace = Pace(clock: clock, spread: { 1 })
        let countdown = "echo x >> \"$0.runs\"; [ $(wc -l < \"$0.runs\") -ge 5 ] || exit 3"
        try run.addService("service", countdown)
        try run.add("once", "echo x >> \"$0.runs\"; exit 3")
        let report = await run.run()
        #expect(report["service"] == .well)
        #expect(report["once"] == .failed(.exited(3)))
        #expect(clock.sleeps == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(run.workshop.text("service.sh.runs") == "x\nx\nx\nx\nx\n")
        #expect(run.workshop.text("once.sh.runs") == "x\n")
        #expect(run.lines.text.contains("service: starts again in 8.0 s"))
    }

    @Test func `start with signals as a shell would give them`() async throws {
        // In a process of its own, as all tests share what this one does with its signals.
        await #expect(processExitsWith: .success) {
            for number in [SIGPIPE, SIGCHLD] { signal(number, SIG_IGN) }
            var run = try SampleRun()
            try run.add("piped", "kill -PIPE $$; exit 0")
            try run.add("failing", "exit 7")
            let report = await run.run()
            #expect(report["piped"] == .failed(.signalled(SIGPIPE)))
            #expect(report["failing"] == .failed(.exited(7)))
        }
    }

    @Test func `aren't started again when they have no service mode`() async throws {
        var run = try SampleRun()
        run.pace = Pace(clock: PassingClock())
        try run.addService("single", "echo x >> \"$0.runs\"; exit 12")
        #expect(await run.run()["single"] == .failed(.exited(12)))
        #expect(run.workshop.text("single.sh.runs") == "x\n")
        #expect(run.lines.text.contains("single: can't run as a service, so it isn't started again."))
    }

    @Test func `are read to their last word, with or without a line's end`() async throws {
        var run = try SampleRun()
        try run.add(
            "talking", "i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done; printf end; printf last >&2")
        #expect(await run.run().exitStatus == 0)
        let own = run.lines.all.filter { $0.hasPrefix("talking ") }
        #expect(own.filter { $0.contains("| line ") }.count == 5000)
        #expect(own.contains("talking      | end\n") && own.contains("talking      | last\n"))
    }

    @Test func `take what they left running with them`() async throws {
        var run = try SampleRun()
        run.pace = Pace(grace: .milliseconds(50))
        try run.add(
            "leaving",
            "exec 3>\"$0.held\"; (trap '' TERM; echo up; while :; do sleep 0.01; done) & read _ <\"$0.go\"; exit 0"
        )
        let held = run.workshop.file("leaving.sh.held")
        #expect(mkfifo(held, 0o600) == 0 && mkfifo(run.workshop.file("leaving.sh.go"), 0o600) == 0)
        let end = open(held, O_RDONLY | O_NONBLOCK)
        defer { close(end) }
        let ready = run
        async let report = ready.run()
        await ready.lines.wait(for: "| up")
        try ready.workshop.write("leaving.sh.go", "\n")
        #expect(await report["leaving"] == .well)
        // The pipe ends when the last process that holds it has gone.
        var request = pollfd(fd: end, events: 0, revents: 0)
        #expect(poll(&request, 1, 10_000) == 1 && request.revents == Int16(POLLHUP))
    }
}
