public import AccessModel
import C1Z

/// Where a sync keeps what its connector wants to remember until the end of the sync.
public protocol SessionStorage: Sendable {
    /// The value of a key.
    func sessionValue(_ key: ByteKey) async throws -> [UInt8]?

    /// Puts values, all or none.
    func putSession(_ values: [(key: ByteKey, value: [UInt8])]) async throws

    /// Takes one key away.
    func removeSession(_ key: ByteKey) async throws

    /// Takes away the keys that begin with these bytes.
    func removeSessions(under prefix: ByteKey) async throws

    /// Keys and values in byte order, from `first` on, those that begin with these bytes.
    ///
    /// - Returns: the entries, no more than fit into `bytes` but at least one, and the key to go on with.
    func sessionValues(
        under prefix: ByteKey, from first: ByteKey, bytes: Int
    ) async throws -> (entries: [(key: ByteKey, value: [UInt8])], next: ByteKey?)
}

extension SyncStore: SessionStorage {
    func sessionValue(_ key: ByteKey) throws -> [UInt8]? {
        try writer.sessionValue(key)
    }

    func putSession(_ values: [(key: ByteKey, value: [UInt8])]) throws {
        // It becomes durable with the page during which it was put, or before.
        try writing { writer in
            for (key, value) in values { try writer.putSession(key, value) }
        }
    }

    func removeSession(_ key: ByteKey) throws {
        try writing { try $0.removeSession(key) }
    }

    func removeSessions(under prefix: ByteKey) throws {
        try writing { try $0.removeSessions(under: prefix) }
    }

    func sessionValues(
        under prefix: ByteKey, from first: ByteKey, bytes: Int
    ) throws -> (entries: [(key: ByteKey, value: [UInt8])], next: ByteKey?) {
        var entries: [(key: ByteKey, value: [UInt8])] = []
        var size = 0
        var next: ByteKey?
        try writer.readSession(from: max(prefix, first)) { key, value in
            guard key.starts(with: prefix.bytes) else { return false }
            size += key.count + value.count + 20
            if size > bytes, !entries.isEmpty {
                next = ByteKey(key)
                return false
            }
            entries.append((ByteKey(key), Array(value)))
            return true
        }
        return (entries, next)
    }
}
