import Dispatch

/// Runs an actor on a thread of its own queue, so that calls which block, such as those of a database, don't hold up other work.
///
/// The actor names it: `nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }`.
public final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// An executor whose queue is called `label`.
    public init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs `job` when those before it are done.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
