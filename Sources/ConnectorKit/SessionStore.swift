import AccessModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a connector keeps for itself during one sync, such as an id it met while listing resources and needs when listing grants.
///
/// It is stored in the file together with the pages, so that it is there again when an interrupted sync goes on, and it is gone when the
/// sync ends. A page may be asked for twice, so write what can be written again. No secret belongs in it.
public protocol SessionStore: Sendable {
    /// The bytes under a key; nil when there are none.
    func bytes(_ key: String) async throws -> [UInt8]?

    /// Puts these entries, all or none of them.
    func put(_ entries: [SessionEntry]) async throws

    /// Takes a key and its value away; one that isn't there is no error.
    func remove(_ key: String) async throws

    /// Takes away all keys that begin so; an empty prefix means all.
    func removeAll(under prefix: String) async throws

    /// One page of the entries whose keys begin so, in the byte order of their keys.
    ///
    /// - Parameter next: the `next` of the page before; empty for the first.
    func entries(under prefix: String, page next: String) async throws -> SessionPage
}

/// A key and its value.
public struct SessionEntry: Sendable, Equatable {
    /// 1 to 512 characters.
    public let key: String
    /// At most 4 132 864 bytes.
    public let bytes: [UInt8]

    /// An entry.
    public init(_ key: String, _ bytes: [UInt8]) {
        self.key = key
        self.bytes = bytes
    }

    /// Whether keys and values are the same bytes.
    public static func == (left: SessionEntry, right: SessionEntry) -> Bool {
        left.key.hasSameBytes(as: right.key) && left.bytes == right.bytes
    }
}

/// Some entries, and where to go on.
public struct SessionPage: Sendable {
    /// The entries.
    public let entries: [SessionEntry]
    /// What to ask the next page with; nil after the last.
    public let next: String?

    /// A page.
    public init(_ entries: [SessionEntry], next: String?) {
        self.entries = entries
        self.next = next
    }
}

extension SessionStore {
    /// The value under a key; nil when there is none.
    ///
    /// - Throws: a `ServiceError` when what is there is no such value.
    public func value<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) async throws -> Value? {
        guard let bytes = try await bytes(key) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw ServiceError(.internal, "session: what is under \"\(key)\" is no \(type): \(error)")
        }
    }

    /// Puts a value, as JSON.
    public func put(_ value: some Encodable, under key: String) async throws {
        let json: Data
        do {
            json = try JSONEncoder().encode(value)
        } catch {
            throw ServiceError(.internal, "session: the value for \"\(key)\" can't be written as JSON: \(error)")
        }
        try await put([SessionEntry(key, Array(json))])
    }

    /// Calls `body` with all entries whose keys begin so, in the byte order of their keys.
    public func forEach(under prefix: String = "", _ body: (SessionEntry) async throws -> Void) async throws {
        var next: String? = ""
        while let page = next {
            let found = try await entries(under: prefix, page: page)
            for entry in found.entries { try await body(entry) }
            next = found.next
        }
    }

    /// Takes everything away.
    public func removeAll() async throws { try await removeAll(under: "") }
}

/// Stands where no sync is under way: every call is an error that says so.
public struct NoSession: SessionStore {
    private var absence: ServiceError {
        ServiceError(.failedPrecondition, "session: there is none outside of a sync")
    }

    /// Nothing to keep things in.
    public init() {}

    /// An error.
    public func bytes(_ key: String) async throws -> [UInt8]? { throw absence }
    /// An error.
    public func put(_ entries: [SessionEntry]) async throws { throw absence }
    /// An error.
    public func remove(_ key: String) async throws { throw absence }
    /// An error.
    public func removeAll(under prefix: String) async throws { throw absence }
    /// An error.
    public func entries(under prefix: String, page next: String) async throws -> SessionPage { throw absence }
}
