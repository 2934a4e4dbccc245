import AccessModel
import Synchronization

/// Keeps answers in memory.
///
/// Two generations: what is used again moves to the young one, and the old one is dropped as a whole.
final class MemoryStore: AnswerStore {
    private struct State {
        var young: [ByteKey: KeptAnswer] = [:]
        var old: [ByteKey: KeptAnswer] = [:]
        var youngBytes = 0
        var generation = 0
    }

    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    var generation: Int { state.withLock { $0.generation } }

    func answer(_ key: ByteKey) -> KeptAnswer? {
        state.withLock { state in
            if let answer = state.young[key] { return answer }
            guard let answer = state.old.removeValue(forKey: key) else { return nil }
            insert(answer, key, &state)
            return answer
        }
    }

    func put(_ answer: KeptAnswer, _ key: ByteKey, since generation: Int) {
        state.withLock { state in
            remove(key, &state)
            guard state.generation == generation, answer.size <= maximumBytes / 2 else { return }
            insert(answer, key, &state)
        }
    }

    func remove(_ key: ByteKey) {
        state.withLock { remove(key, &$0) }
    }

    func clear() {
        state.withLock { $0 = State(generation: $0.generation + 1) }
    }

    private func remove(_ key: ByteKey, _ state: inout State) {
        if let answer = state.young.removeValue(forKey: key) { state.youngBytes -= answer.size }
        state.old[key] = nil
    }

    private func insert(_ answer: KeptAnswer, _ key: ByteKey, _ state: inout State) {
        if state.youngBytes + answer.size > maximumBytes / 2 {
            state.old = state.young
            state.young = [:]
            state.youngBytes = 0
        }
        state.young[key] = answer
        state.youngBytes += answer.size
    }
}
