/// A connector that keeps what it read, and forgets it at the end of a sync.
///
/// In service mode the next sync runs in the same process; it must not be told what was true during the last one.
public protocol SyncCleaner: Sendable {
    /// Forgets what was kept for the sync that just ended, such as the answers in the cache of an HTTP client.
    ///
    /// - Throws: what is logged; the file is finished and stays good.
    func cleanUp() async throws
}
