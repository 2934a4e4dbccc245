import ConnectorKit

/// Something that was read, and the files whose change makes it stale.
struct Loaded<Value: Sendable>: Sendable {
    var value: Value
    var stamps: [FileStamp]
}

/// Keeps what was read for a minute, or until one of its files changes.
///
/// Reading blocks, so it happens on a queue of its own and not on the threads that all tasks share.
actor Cached<Value: Sendable> {
    private static var lifetime: Int64 { 60 }

    private let executor = QueueExecutor(label: "lantern.linux.reader")
    private var kept: (loaded: Loaded<Value>, since: Int64, checked: Int64)?
    /// How often what was known was forgotten.
    private var age = 0
    private var isLoading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The value, read anew by `load` when there is none that still holds at `now`.
    ///
    /// While one caller reads, the others wait and take what it got.
    func value(
        at now: Int64, in files: InspectedRoot, load: @Sendable () async throws -> Loaded<Value>
    ) async throws -> Value {
        while isLoading { await withCheckedContinuation { waiting.append($0) } }
        try Task.checkCancellation()
        if let value = keptValue(at: now, in: files) { return value }
        isLoading = true
        defer { stopLoading() }
        let age = age
        let loaded = try await load()
        // What was read while something changed may be half of each.
        if age == self.age { kept = (loaded, now, now) }
        return loaded.value
    }

    /// Forgets what is kept, because it was changed: within a second its files don't show that.
    func forget() {
        age += 1
        kept = nil
    }

    /// What is kept, if it still holds; the files are looked at once a second, for there may be thousands.
    private func keptValue(at now: Int64, in files: InspectedRoot) -> Value? {
        guard let (loaded, since, checked) = kept, since <= now, now - since < Self.lifetime else { return nil }
        if checked != now {
            guard loaded.stamps.allSatisfy({ $0.isCurrent(in: files) }) else { return nil }
            kept?.checked = now
        }
        return loaded.value
    }

    private func stopLoading() {
        isLoading = false
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
