import ChildProcesses
import Testing

@testable import LinuxConnector

@Suite struct `a tool of the system` {
    @Test func `runs with its arguments as they are and a bare environment`() async throws {
        let answer = try await SystemCommands().run("printf", ["%s|", "a b", "$HOME", "*"])
        #expect(answer.output == Array("a b|$HOME|*|".utf8))
        let environment = try await SystemCommands().run("env", [])
        #expect(
            environment.output.lines.map(\.bytes.text).sorted() == ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    @Test func `tells its status and its remarks`() async throws {
        let failed = try await SystemCommands().run("sh", ["-c", "echo out; echo why >&2; exit 3"])
        #expect(failed.status == 3)
        #expect(failed.output == Array("out\n".utf8))
        #expect(failed.remarks == Array("why\n".utf8))
        #expect(try await SystemCommands().run("sh", ["-c", "kill -9 $$"]).status == 137)
        #expect(try await SystemCommands().run("cat", []).output.isEmpty)
    }

    @Test func `that isn't there is an error`() async throws {
        await #expect(throws: CommandError.self) { try await SystemCommands().run("no-such-tool", []) }
        await #expect(throws: CommandError.self) { try await SystemCommands().run("../bin/no", []) }
    }

    @Test(.timeLimit(.minutes(10))) func `is ended when it takes too long or says too much`() async throws {
        var impatient = SystemCommands()
        impatient.secondsAllowed = 0
        await #expect(throws: CommandError.self) { try await impatient.run("sleep", ["60"]) }
        var brief = SystemCommands()
        brief.outputLimit = 1000
        await #expect(throws: CommandError.self) { try await brief.run("yes", []) }
    }

    @Test(.timeLimit(.minutes(10))) func `is ended when nobody waits for it any more`() async throws {
        let task = Task { try await SystemCommands().run("sleep", ["60"]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `may write more than a pipe holds`() async throws {
        let answer = try await SystemCommands().run(
            "sh", ["-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"])
        #expect(answer.output.count == 300_000)
        #expect(answer.remarks.count == 4096)
    }

    @Test(.timeLimit(.minutes(10))) func `reads its input while it is written to`() async throws {
        let input = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let echo = try await SystemCommands().run("cat", [], input: input)
        #expect(echo.output == input)
        // Neither end of a full pipe may wait for the other.
        let late = try await SystemCommands().run(
            "sh", ["-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; cat"], input: input)
        #expect(late.output.count == 300_000 + input.count)
        #expect(try await SystemCommands().run("cat", [], input: []).output.isEmpty)
    }

    @Test(.timeLimit(.minutes(10))) func `may leave its input unread`() async throws {
        let input = [UInt8](repeating: 0, count: 1 << 20)
        #expect(try await SystemCommands().run("sh", ["-c", "exit 3"], input: input).status == 3)
        #expect(try await SystemCommands().run("head", ["-c", "1"], input: input).output == [0])
        let closed = try await SystemCommands().run("sh", ["-c", "exec <&- >&- 2>&-; exit 4"], input: input)
        #expect(closed.status == 4)
    }

    @Test(.timeLimit(.minutes(1))) func `has ended when what it started still holds its pipes`() async throws {
        let answer = try await SystemCommands(secondsAllowed: 20).run(
            "sh", ["-c", "sleep 40 & head -c 200000 /dev/zero; echo why >&2; exit 3"])
        #expect(answer.status == 3)
        #expect(answer.output.count == 200_000)
        #expect(answer.remarks == Array("why\n".utf8))
    }

    @Test(.timeLimit(.minutes(10))) func `comes to its end when it changes something`() async throws {
        let task = Task {
            try await SystemCommands(endsWhenCancelled: false).run("sh", ["-c", "sleep 0.2; echo done"])
        }
        task.cancel()
        #expect(try await task.value.output == Array("done\n".utf8))
    }
}
