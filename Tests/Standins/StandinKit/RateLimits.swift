import Synchronization

/// How many requests of a kind are answered in a stretch of time.
package struct RateLimit: Sendable {
    package let pattern: RequestPattern
    package let requests: Int
    package let seconds: Int

    package init(_ pattern: String, requests: Int, seconds: Int = 60) {
        self.pattern = RequestPattern(pattern)
        self.requests = requests
        self.seconds = seconds
    }
}

/// Buckets that empty with each request and are full again when their window ends.
package final class RateLimits: Sendable {
    /// How a bucket stands after a request.
    package struct Standing: Sendable {
        package let limit: Int
        package let remaining: Int
        /// When the window ends, in seconds since 1970.
        package let reset: Int64
        package let isExceeded: Bool
    }

    private struct Window {
        var end: Timestamp
        var used = 0
    }

    private struct State {
        var limits: [RateLimit]
        var windows: [Int: Window] = [:]
    }

    private let state: Mutex<State>

    /// The first limit whose pattern fits a request is the one that counts it.
    package init(_ limits: [RateLimit]) {
        state = Mutex(State(limits: limits))
    }

    /// Puts other limits in place, all buckets full.
    package func replace(with limits: [RateLimit]) {
        state.withLock { $0 = State(limits: limits) }
    }

    /// Takes one request out of its bucket; nil when there is none for it.
    package func take(_ method: String, _ path: String, at now: Timestamp) -> Standing? {
        state.withLock { state in
            guard let place = state.limits.firstIndex(where: { $0.pattern.matches(method, path) }) else { return nil }
            let limit = state.limits[place]
            var window =
                state.windows[place].flatMap { now < $0.end ? $0 : nil }
                ?? Window(end: Timestamp(seconds: now.seconds).adding(seconds: Int64(limit.seconds)))
            let isExceeded = window.used >= limit.requests
            if !isExceeded { window.used += 1 }
            state.windows[place] = window
            return Standing(
                limit: limit.requests, remaining: limit.requests - window.used, reset: window.end.seconds,
                isExceeded: isExceeded)
        }
    }
}
