import Foundation
import Synchronization

/// The time in a stand-in: that of the machine, moved as far as a test wants.
package final class StandinClock: Sendable {
    private let ahead = Mutex<Int64>(0)

    package init() {}

    package var now: Timestamp {
        let real = Int64(Date().timeIntervalSince1970 * 1000)
        return Timestamp(milliseconds: real + ahead.withLock { $0 })
    }

    /// Lets seconds pass, so that tokens end and rate limits begin anew without waiting.
    package func advance(seconds: Int) {
        ahead.withLock { $0 += Int64(seconds) * 1000 }
    }
}
