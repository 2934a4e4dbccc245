import AccessModel
import ConnectorKit
import SyncEngine

/// What a connector keeps during one sync: its limits, and a cache in front of the file (connector-runtime §13).
struct SyncSession: SessionStore {
    static let longestKey = 512
    static let largestValue = 4_132_864

    let storage: any SessionStorage
    let cache: SessionCache

    func bytes(_ key: String) async throws -> [UInt8]? {
        let key = try Self.checked(key)
        if let known = cache.value(key) { return known }
        let generation = cache.generation
        let found = try await storage.sessionValue(key)
        if let found { cache.keep(key, found, since: generation) }
        return found
    }

    func put(_ entries: [SessionEntry]) async throws {
        let values = try entries.map { entry in
            let key = try Self.checked(entry.key)
            guard entry.bytes.count <= Self.largestValue else {
                throw ServiceError(
                    .invalidArgument,
                    "session: the value for \"\(entry.key.prefix(80))\" has \(entry.bytes.count) bytes, allowed are "
                        + "\(Self.largestValue). Split it.")
            }
            return (key: key, value: entry.bytes)
        }
        let generation = cache.forget(values.map(\.key))
        try await storage.putSession(values)
        for (key, value) in values { cache.keep(key, value, since: generation) }
    }

    func remove(_ key: String) async throws {
        let key = try Self.checked(key)
        _ = cache.forget([key])
        try await storage.removeSession(key)
    }

    func removeAll(under prefix: String) async throws {
        let prefix = try Self.checked(prefix: prefix)
        cache.forget(under: prefix)
        try await storage.removeSessions(under: prefix)
        cache.forget(under: prefix)
    }

    func entries(under prefix: String, page next: String) async throws -> SessionPage {
        let page = try await storage.sessionValues(
            under: try Self.checked(prefix: prefix), from: ByteKey(next), bytes: Self.largestValue)
        return SessionPage(page.entries.map { SessionEntry($0.key.text, $0.value) }, next: page.next?.text)
    }

    private static func checked(_ key: String) throws -> ByteKey {
        let length = key.unicodeScalars.count
        guard (1...longestKey).contains(length) else {
            throw ServiceError(
                .invalidArgument,
                "session: the key \"\(key.prefix(80))\" has \(length) characters, allowed are 1 to \(longestKey)")
        }
        return ByteKey(key)
    }

    private static func checked(prefix: String) throws -> ByteKey {
        prefix.isEmpty ? ByteKey([]) : try checked(prefix)
    }
}
