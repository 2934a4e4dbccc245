/// Runs `work` for `limit` at most, and cancels it then.
///
/// Work that doesn't heed cancellation is waited for all the same.
///
/// - Throws: `expiry` when the time is over, otherwise what `work` throws.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, orThrow expiry: any Error, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw expiry }
        return value
    }
}
