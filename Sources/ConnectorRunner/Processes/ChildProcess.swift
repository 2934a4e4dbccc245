import ChildProcesses
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A connector's process, from its start to the end of all that it started.
final class ChildProcess: Sendable {
    private struct State {
        /// Whether the process's number is still its own.
        var exists = true
        var wasAskedToEnd = false
    }

    /// What the thread that follows the process has to hear of.
    private enum News: UInt8 {
        case ended, killed
    }

    let number: pid_t
    private let output: Int32
    private let errors: Int32
    private let news: (reading: Int32, writing: Int32)
    private let state = Mutex(State())

    /// Starts `program` with these variables and no others.
    init(_ program: String, _ variables: [String: String]) throws(StartFailure) {
        let news = try StartedProcess.pipe()
        do {
            let started = try StartedProcess(
                at: program, [program],
                environment: variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
            self.news = news
            number = started.process
            output = started.output
            errors = started.errors
        } catch {
            close(news.reading)
            close(news.writing)
            throw error
        }
    }

    /// Sends a signal to the process and all of its group.
    func send(_ signal: Int32) {
        state.withLock { state in
            guard state.exists else { return }
            state.wasAskedToEnd = true
            kill(-number, signal)
            if signal == SIGKILL { tell(.killed) }
        }
    }

    /// Passes on all lines that are written and waits for the end.
    ///
    /// What the process leaves running in its group is asked to end, unless it was already, and killed after `grace`.
    /// To be called once.
    func finish(
        grace: Duration, _ pass: @escaping @Sendable (_ line: String) -> Void
    ) async -> ChildEnding {
        await withCheckedContinuation { continuation in
            // Reading and waiting block, so they have threads of their own.
            Thread.detachNewThread { [self] in
                continuation.resume(returning: follow(grace, pass))
            }
        }
    }

    private func follow(_ grace: Duration, _ pass: (String) -> Void) -> ChildEnding {
        var streams = [ChildStream(output), ChildStream(errors)]
        var leavings = Leavings(grace: grace)
        awaitEnd()
        while leavings.isRunning || streams.contains(where: \.isOpen), !leavings.areGivenUp {
            var waiting = (streams.map(\.descriptor) + [news.reading]).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            poll(&waiting, nfds_t(waiting.count), leavings.milliseconds)
            for index in streams.indices where waiting[index].revents != 0 {
                streams[index].read().forEach(pass)
            }
            if waiting[2].revents != 0 {
                switch nextNews() {
                case .ended:
                    leavings.processEnded()
                    if !state.withLock({ $0.wasAskedToEnd }) { send(SIGTERM) }
                case .killed: leavings.wereKilled()
                case nil: break
                }
            } else if leavings.isTimeToKill {
                send(SIGKILL)
            }
        }
        for index in streams.indices { streams[index].end().forEach(pass) }
        return reap()
    }

    /// Lets a thread tell when the process has ended.
    ///
    /// The process is not reaped by that: as long as it isn't, its number and group can't become another's.
    private func awaitEnd() {
        Thread.detachNewThread { [self] in
            var facts = siginfo_t()
            while waitid(P_PID, id_t(number), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            tell(.ended)
        }
    }

    private func tell(_ news: News) {
        var byte = news.rawValue
        while write(self.news.writing, &byte, 1) < 0, errno == EINTR {}
    }

    private func nextNews() -> News? {
        var byte: UInt8 = 0
        return read(news.reading, &byte, 1) == 1 ? News(rawValue: byte) : nil
    }

    private func reap() -> ChildEnding {
        state.withLock { state in
            var status: Int32 = 0
            while waitpid(number, &status, 0) < 0, errno == EINTR {}
            state.exists = false
            // The end was told and read, so nobody writes any more.
            close(news.reading)
            close(news.writing)
            return ChildEnding(status: status)
        }
    }
}

/// One of the two pipes that a process writes to.
private struct ChildStream {
    private(set) var descriptor: Int32
    private var splitter = LineSplitter()

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    var isOpen: Bool { descriptor >= 0 }

    /// Reads what is there; the end closes the pipe.
    mutating func read() -> [String] {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = Foundation.read(descriptor, &chunk, chunk.count)
        if count > 0 { return splitter.take(chunk[..<count]) }
        return count < 0 && (errno == EINTR || errno == EAGAIN) ? [] : end()
    }

    /// Closes the pipe and returns what is left.
    mutating func end() -> [String] {
        if isOpen { close(descriptor) }
        descriptor = -1
        return splitter.finish()
    }
}

/// What goes on in a group after its first process has ended.
private struct Leavings {
    private enum Stage {
        case running
        case asked(until: ContinuousClock.Instant)
        case killed(until: ContinuousClock.Instant)
        case givenUp
    }

    /// How long output is read from what was killed: something may have left the group and hold the pipe for ever.
    private static let lastWords = Duration.seconds(1)

    private let grace: Duration
    private var stage = Stage.running
    private var isKilled = false

    init(grace: Duration) {
        self.grace = grace
    }

    var isRunning: Bool { if case .running = stage { true } else { false } }
    var areGivenUp: Bool { if case .givenUp = stage { true } else { false } }

    mutating func processEnded() {
        stage = isKilled ? .killed(until: .now + Self.lastWords) : .asked(until: .now + grace)
    }

    /// All of the group were killed: from now on there is no grace.
    mutating func wereKilled() {
        isKilled = true
        if case .asked = stage { stage = .killed(until: .now + Self.lastWords) }
    }

    /// Goes on to the next stage when the time of this one is over; whether now is the time to kill.
    var isTimeToKill: Bool {
        mutating get {
            switch stage {
            case .asked(let end) where end <= .now:
                stage = .killed(until: .now + Self.lastWords)
                return true
            case .killed(let end) where end <= .now:
                stage = .givenUp
                return false
            default: return false
            }
        }
    }

    /// How long to wait for news; -1 is for ever.
    var milliseconds: Int32 {
        switch stage {
        case .running: -1
        case .asked(let end), .killed(let end):
            Int32(clamping: max(0, Int64(((end - .now) / .milliseconds(1)).rounded(.up))))
        case .givenUp: 0
        }
    }
}
