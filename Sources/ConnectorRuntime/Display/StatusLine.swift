import CommandLineKit
import Synchronization

/// The last line of a terminal, which is drawn over and over while other lines scroll by above it.
final class StatusLine: Sendable {
    private let shown = Mutex("")
    private let write: @Sendable (String) -> Void
    private static let clearing = "\r\u{1B}[K"

    init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// Shows `text` in place of what was shown.
    func show(_ text: String) {
        shown.withLock { shown in
            shown = text
            write(Self.clearing + text)
        }
    }

    /// Prints whole lines above.
    func print(_ lines: String) {
        shown.withLock { shown in
            write(shown.isEmpty ? lines : Self.clearing + lines + shown)
        }
    }

    /// Takes the line away.
    func clear() {
        shown.withLock { shown in
            if !shown.isEmpty { write(Self.clearing) }
            shown = ""
        }
    }
}
