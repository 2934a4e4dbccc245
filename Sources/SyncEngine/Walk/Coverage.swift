import AccessModel

/// How much of each type's entitlements and grants has been listed, and when to say so (sync-engine §13).
struct Coverage {
    /// At most once in so many seconds a type that isn't done yet is mentioned.
    private static let interval: Int64 = 10

    /// A line worth logging.
    enum Remark: Equatable {
        /// So much is there, and nobody knows of how much.
        case counted(Int)
        case partly(done: Int, total: Int)
        case complete(done: Int, total: Int)
        /// More resources have been asked about than were listed.
        case excess(done: Int, total: Int)
    }

    /// Resources listed so far by this process, by type.
    private(set) var totals: [ByteKey: Int] = [:]
    private var done: [Place: Int] = [:]
    private var lastRemark: [Place: Int64] = [:]

    private struct Place: Hashable {
        let operation: SyncAction.Operation
        let type: ByteKey
    }

    /// Takes note of listed resources.
    mutating func count(_ number: Int, of type: String) {
        totals[ByteKey(type), default: 0] += number
    }

    /// Takes note of rows that were listed for a whole type.
    mutating func add(_ rows: Int, _ operation: SyncAction.Operation, of type: String) {
        done[Place(operation: operation, type: ByteKey(type)), default: 0] += rows
    }

    /// What to say after an action's last page, if anything.
    ///
    /// - Parameter isCountOnly: whether rows were counted rather than resources.
    mutating func remark(
        on operation: SyncAction.Operation, of type: String, isCountOnly: Bool, now: Int64
    ) -> Remark? {
        let place = Place(operation: operation, type: ByteKey(type))
        let done = done[place, default: 0]
        let total = totals[place.type] ?? 0
        let isDue = lastRemark[place].map { now - $0 > Self.interval } ?? true
        guard total > 0, !isCountOnly else {
            guard isDue else { return nil }
            lastRemark[place] = now
            return .counted(done)
        }
        if done == total { return .complete(done: done, total: total) }
        guard isDue else { return nil }
        lastRemark[place] = now
        return done > total ? .excess(done: done, total: total) : .partly(done: done, total: total)
    }
}
