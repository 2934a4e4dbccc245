import ConnectorHTTP
import Foundation
import Synchronization

/// A clock that stands still until the test moves it.
final class ManualClock: ClientClock {
    private struct Sleeper {
        let end: Duration
        let duration: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var uptime = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var next = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var pauseWatchers: [(limit: Duration, continuation: CheckedContinuation<Duration, Never>)] = []
    }

    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private let state = Mutex(State())

    var now: Date {
        let passed = uptime.components
        return Self.start.addingTimeInterval(Double(passed.seconds) + Double(passed.attoseconds) / 1e18)
    }

    var uptime: Duration { state.withLock { $0.uptime } }

    /// How long those who sleep now asked to sleep, the shortest first.
    var pending: [Duration] { state.withLock { $0.sleepers.values.map(\.duration).sorted() } }

    func sleep(for duration: Duration) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let ready = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    for watcher in state.pauseWatchers where duration < watcher.limit {
                        watcher.continuation.resume(returning: duration)
                    }
                    state.pauseWatchers.removeAll { duration < $0.limit }
                    guard state.cancelled.remove(number) == nil else { return nil }
                    state.sleepers[number] = Sleeper(
                        end: state.uptime + duration, duration: duration, continuation: continuation)
                    let count = state.sleepers.count
                    let ready = state.watchers.filter { $0.count <= count }.map(\.continuation)
                    state.watchers.removeAll { $0.count <= count }
                    return ready
                }
                guard let ready else { return continuation.resume(throwing: CancellationError()) }
                for watcher in ready { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let sleeper = state.sleepers.removeValue(forKey: number) else {
                    state.cancelled.insert(number)
                    return nil
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until so many sleep at once.
    func sleepers(_ count: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReady = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Waits until someone sleeps for less than `limit`, and says for how long.
    func pause(shorterThan limit: Duration) async -> Duration {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if let shortest = state.sleepers.values.map(\.duration).min(), shortest < limit {
                    continuation.resume(returning: shortest)
                } else {
                    state.pauseWatchers.append((limit, continuation))
                }
            }
        }
    }

    /// Lets time pass.
    func advance(by duration: Duration) {
        let woken = state.withLock { state -> [Sleeper] in
            state.uptime += duration
            let due = state.sleepers.filter { $0.value.end <= state.uptime }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map { $0 }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }
}
