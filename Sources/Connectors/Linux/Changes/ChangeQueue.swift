import ConnectorKit

/// Lets one change go on at a time, on a queue of its own because the tools block.
///
/// A list of administrators is read and written back as a whole, so two changes at once would lose one.
actor ChangeQueue {
    private let executor = QueueExecutor(label: "lantern.linux.changes")
    private var isChanging = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Does `change` when those before it are done.
    func run<Outcome: Sendable>(_ change: @Sendable () async throws -> Outcome) async throws -> Outcome {
        while isChanging { await withCheckedContinuation { waiting.append($0) } }
        try Task.checkCancellation()
        isChanging = true
        defer {
            isChanging = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        return try await change()
    }
}
