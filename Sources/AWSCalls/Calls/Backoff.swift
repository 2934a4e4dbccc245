/// How long to wait before the same is tried again.
package enum Backoff {
    /// Doubled each time up to twenty seconds, and a random part of that.
    package static func wait(after attempt: Int) -> Duration {
        .milliseconds(Int64(Double(min(20_000, 100 << min(attempt, 10))) * Double.random(in: 0.5...1)))
    }
}
