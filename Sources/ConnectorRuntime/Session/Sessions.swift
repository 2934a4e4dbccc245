import AccessModel
import ConnectorKit
import SyncEngine
import Synchronization

/// The sessions of the syncs that are under way.
final class Sessions: Sendable {
    /// The size of a cache unless something else is said.
    static let cacheSize = 15 << 20

    private let cacheSize: Int
    private let sessions = Mutex<[ByteKey: SyncSession]>([:])

    init(cacheSize: Int = Sessions.cacheSize) {
        self.cacheSize = cacheSize
    }

    /// Begins the session of a sync, or ends it when there is no storage any more.
    func use(_ storage: (any SessionStorage)?, sync: String) {
        sessions.withLock { sessions in
            sessions[ByteKey(sync)] = storage.map { SyncSession(storage: $0, cache: SessionCache(capacity: cacheSize)) }
        }
    }

    /// What a syncer is asked with.
    func page(_ request: some PagedRequest) -> PageRequest {
        let page = PageRequest(request)
        return page.with(session(of: page.syncID))
    }

    /// What the connector keeps during a sync.
    func session(of sync: String) -> any SessionStore {
        guard let session = sessions.withLock({ $0[ByteKey(sync)] }) else { return NoSession() }
        return session
    }
}
