import Synchronization

/// A number that several tasks change.
final class Counter: Sendable {
    private let number: Mutex<Int64>

    init(_ start: Int64) { number = Mutex(start) }

    var value: Int64 { number.withLock { $0 } }
    func add(_ count: Int64) { number.withLock { $0 += count } }
}
