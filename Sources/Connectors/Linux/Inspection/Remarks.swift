import AccessModel
import Logging
import Synchronization

/// Tells the user what was left out, each thing once.
final class Remarks: Sendable {
    private let logger: Logger
    private let told = Mutex<Set<ByteKey>>([])

    /// Most remarks kept in mind; a file with more broken lines than this repeats itself.
    private static let limit = 10_000

    init(log: Logger) { logger = log }

    /// Logs the remarks that were not made before.
    func log(_ remarks: [String]) {
        for remark in remarks where isNew(remark) { logger.warning("\(remark)") }
    }

    private func isNew(_ remark: String) -> Bool {
        told.withLock { told in
            guard told.count < Self.limit else { return !told.contains(ByteKey(remark)) }
            return told.insert(ByteKey(remark)).inserted
        }
    }
}
