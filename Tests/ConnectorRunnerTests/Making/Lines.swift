import Synchronization

/// Keeps what is written, and lets a test wait for it.
final class Lines: Sendable {
    private let kept = Mutex<[String]>([])
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    var write: @Sendable (String) -> Void {
        { [self] line in
            kept.withLock { $0.append(line) }
            continuation.yield(line)
        }
    }

    var all: [String] { kept.withLock { $0 } }

    var text: String { all.joined() }

    /// Waits until a line holds `part`; the lines before it can't be waited for any more.
    func wait(for part: String) async {
        for await line in stream where line.contains(part) { return }
    }
}
