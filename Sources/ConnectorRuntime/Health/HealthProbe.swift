/// Finds out how something is, once at a time however many ask.
actor HealthProbe<Finding: Sendable> {
    private let limit: Duration
    private let find: @Sendable () async -> Finding
    private var search: Task<Void, Never>?
    private var waiting: [Int: AsyncStream<Finding>.Continuation] = [:]
    private var number = 0

    /// - Parameter limit: how long anybody waits for an answer.
    init(limit: Duration, find: @escaping @Sendable () async -> Finding) {
        self.limit = limit
        self.find = find
    }

    /// What there is to find; nil when that takes too long.
    func finding() async -> Finding? {
        if search == nil {
            // Whoever asks must get an answer even when an author's code neither ends nor heeds cancellation. So it
            // runs in a task that nobody waits for; there is one at most, and `stop()` cancels it.
            search = Task { self.end(with: await find()) }
        }
        number += 1
        let place = number
        let (stream, continuation) = AsyncStream<Finding>.makeStream()
        waiting[place] = continuation
        defer { waiting[place] = nil }
        return await withTaskGroup(of: Finding?.self) { [limit] group in
            group.addTask {
                for await finding in stream { return finding }
                return nil
            }
            group.addTask {
                // A sleep only ends early by cancellation, and then nobody waits for the answer.
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// Cancels what is under way.
    func stop() {
        search?.cancel()
    }

    private func end(with finding: Finding) {
        search = nil
        for continuation in waiting.values {
            continuation.yield(finding)
            continuation.finish()
        }
    }
}
