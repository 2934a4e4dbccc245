#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The time a client goes by; tests bring their own.
public protocol ClientClock: Sendable {
    /// The time of day, for tokens, dates in headers and lifted limits.
    var now: Date { get }

    /// Time since some fixed moment, for deadlines: it never jumps.
    var uptime: Duration { get }

    /// Waits.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    func sleep(for duration: Duration) async throws
}

/// The clock of the machine.
public struct SystemClock: ClientClock {
    private let start = ContinuousClock.now

    /// The machine's clock.
    public init() {}

    /// The time of day.
    public var now: Date { Date() }

    /// The time since this value was made.
    public var uptime: Duration { start.duration(to: .now) }

    /// Waits.
    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration, clock: .continuous)
    }
}

/// A moment by which a call must be over.
package struct Deadline: Sendable {
    let clock: any ClientClock
    /// In the clock's uptime.
    let moment: Duration

    /// A moment so far away.
    package init(in duration: Duration, by clock: any ClientClock) {
        self.clock = clock
        moment = clock.uptime + duration
    }

    /// How much time is left; never negative.
    package var rest: Duration { max(.zero, moment - clock.uptime) }

    /// This one or one in `duration`, whichever comes first.
    package func atMost(_ duration: Duration) -> Deadline {
        duration < rest ? Deadline(in: duration, by: clock) : self
    }

    /// Runs `operation`, and cancels it when the moment comes first.
    ///
    /// - Throws: what `late` makes when time is up; otherwise what `operation` throws.
    func run<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value, late: @Sendable () -> any Error
    ) async throws -> Value {
        let (clock, rest) = (clock, rest)
        guard rest > .zero else { throw late() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await clock.sleep(for: rest)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw late() }
            return value
        }
    }
}
