import Dispatch

/// Work that waits for disks, which may be far away: it would keep a thread of everybody's busy.
enum Blocking {
    private static let queue = DispatchQueue(label: "lantern.sources", attributes: .concurrent)

    static func perform<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
