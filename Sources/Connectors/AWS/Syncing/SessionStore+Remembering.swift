import ConnectorKit

extension SessionStore {
    /// What is kept under a key, or else what `fetch` brings, which is kept from then on.
    func value<Value: Codable & Sendable>(
        _ key: String, _ fetch: () async throws -> Value
    ) async throws -> Value {
        if let known = try await value(key, as: Value.self) { return known }
        let fetched = try await fetch()
        try await put(fetched, under: key)
        return fetched
    }
}
