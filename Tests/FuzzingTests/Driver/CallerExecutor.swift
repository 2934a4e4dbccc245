import Synchronization

/// Runs a task on the thread that waits for it, so that libFuzzer sees one thread and nothing switches between several.
final class CallerExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// What `body` threw, if it threw; nil when it waits for another thread and so can't be finished here.
    func run(_ body: @escaping @Sendable () async throws -> Void) -> Result<Void, any Error>? {
        let outcome = Outcome()
        Task(executorPreference: self) {
            do {
                try await body()
                outcome.result.withLock { $0 = .success(()) }
            } catch {
                outcome.result.withLock { $0 = .failure(error) }
            }
        }
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        return outcome.result.withLock { $0 }
    }

    private final class Outcome: Sendable {
        let result = Mutex<Result<Void, any Error>?>(nil)
    }
}
