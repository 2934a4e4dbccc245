import AccessModel
import Synchronization

/// Keeps what was read or written last, up to a number of bytes.
///
/// What is in it is also in the store. A read that was under way while something was written is not kept, because nobody knows which of
/// the two the store saw first.
final class SessionCache: Sendable {
    fileprivate struct State {
        var values: [ByteKey: [UInt8]] = [:]
        /// The keys from the oldest on; some may be gone already.
        var order: [ByteKey] = []
        var oldest = 0
        var size = 0
        /// Grows with each write.
        var generation = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: how many bytes it holds; none when zero.
    init(capacity: Int) {
        self.capacity = capacity
    }

    func value(_ key: ByteKey) -> [UInt8]? { state.withLock { $0.values[key] } }

    /// What to hand to ``keep(_:_:since:)`` after a read that begins now.
    var generation: Int { state.withLock { $0.generation } }

    /// Forgets a key that is about to be written; what to hand to ``keep(_:_:since:)`` afterwards.
    func forget(_ keys: [ByteKey]) -> Int {
        state.withLock { state in
            for key in keys { state.remove(key) }
            state.generation += 1
            return state.generation
        }
    }

    /// Forgets all keys that begin so.
    func forget(under prefix: ByteKey) {
        state.withLock { state in
            for key in state.values.keys where key.bytes.starts(with: prefix.bytes) { state.remove(key) }
            state.generation += 1
        }
    }

    /// Keeps a value unless something was written since.
    func keep(_ key: ByteKey, _ value: [UInt8], since generation: Int) {
        let weight = Self.weight(key, value)
        guard weight <= capacity else { return }
        state.withLock { state in
            guard state.generation == generation else { return }
            state.remove(key)
            state.values[key] = value
            state.order.append(key)
            state.size += weight
            while state.size > capacity { state.removeOldest() }
            state.tidy()
        }
    }

    fileprivate static func weight(_ key: ByteKey, _ value: [UInt8]) -> Int { 32 + key.bytes.count + value.count }
}

extension SessionCache.State {
    fileprivate mutating func remove(_ key: ByteKey) {
        guard let value = values.removeValue(forKey: key) else { return }
        size -= SessionCache.weight(key, value)
    }

    fileprivate mutating func removeOldest() {
        guard oldest < order.count else { return }
        remove(order[oldest])
        oldest += 1
    }

    /// Gives back the room of keys that are gone.
    fileprivate mutating func tidy() {
        guard order.count > 64, order.count > 2 * values.count else { return }
        var known: Set<ByteKey> = []
        let recent = order[oldest...].reversed().filter { values[$0] != nil && known.insert($0).inserted }
        order = recent.reversed()
        oldest = 0
    }
}
