import Foundation
import Testing

@testable import ConnectorRunner

/// The number that the system gives to the next process, where it can be chosen.
private enum NextNumber {
    private static let place = "/proc/sys/kernel/ns_last_pid"
    static let canBeChosen = access(place, W_OK) == 0
    static let absence: Comment = "NOT TRIED: only root on Linux may choose the number of a process"

    static func choose(_ number: pid_t) throws {
        try "\(number - 1)".write(toFile: place, atomically: false, encoding: .utf8)
    }
}

@Suite struct `the processes that run` {
    @Test(.enabled(if: NextNumber.canBeChosen, NextNumber.absence))
    func `are told apart when the number of one that ended is given again`() async throws {
        let workshop = try Workshop()
        let children = RunningChildren()
        let ended = try ChildProcess(try workshop.script("ended.sh", "exit 0"), ["PATH": "/usr/bin:/bin"])
        children.add(ended)
        _ = await ended.finish(grace: .zero) { _ in }
        let running = try workshop.script("running.sh", "while :; do sleep 0.01; done")
        // Another process of this machine may take the number first.
        for _ in 0..<100 {
            try NextNumber.choose(ended.number)
            let next = try ChildProcess(running, ["PATH": "/usr/bin:/bin"])
            let isSame = next.number == ended.number
            if isSame {
                children.add(next)
                children.remove(ended)
                #expect(children.kill() == 1)
            }
            next.send(SIGKILL)
            #expect(await next.finish(grace: .zero) { _ in } == .signalled(SIGKILL))
            if isSame { return }
        }
        Issue.record("the number was never given again")
    }
}
