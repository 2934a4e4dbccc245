import Dispatch
import Logging

/// Performs the imports that wait, one after the other, on a thread of its own because reading and writing files blocks.
public actor ImportQueue {
    private let runner: ImportRunner
    private let executor = BlockingExecutor("lantern.imports")
    private let calls: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// The thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A queue whose imports are performed by `runner`.
    public init(_ runner: ImportRunner) {
        self.runner = runner
        (calls, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that there may be something to do.
    public nonisolated func wake() { bell.yield() }

    /// Performs what waits, and then whatever comes, until it is cancelled.
    public func run() async {
        await workOff()
        for await _ in calls { await workOff() }
    }

    /// Performs what waits.
    public func workOff() async {
        do {
            while !Task.isCancelled, let next = try await runner.catalog.takeImport() { try await runner.perform(next) }
        } catch is CancellationError {
            return
        } catch {
            // The catalog itself can't be written; the next import says so again.
            runner.log.error("imports can't be performed", error: error)
        }
    }
}

/// Runs an actor on a thread of its own.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
