import Logging

/// What the environment says of the cache for answers.
struct CacheSettings: Sendable {
    /// Where answers are kept.
    enum Backend: Sendable {
        case memory
        case database
    }

    let backend: Backend
    let maximumBytes: Int
    let lifetime: Duration

    /// The settings, or nil when nothing is to be kept.
    init?(_ environment: [String: String], log: Logger) {
        func value(_ name: String) -> String { environment[name] ?? "" }
        func number(_ name: String, in range: ClosedRange<Int>, else standard: Int) -> Int {
            guard !value(name).isEmpty else { return standard }
            if let number = Int(value(name)), range.contains(number) { return number }
            log.warning("\(name): not a number from \(range.lowerBound) to \(range.upperBound), taking \(standard)")
            return standard
        }
        if ["1", "t", "true", "yes", "on"].contains(value("BATON_DISABLE_HTTP_CACHE").lowercased()) { return nil }
        switch value("BATON_HTTP_CACHE_BACKEND").lowercased() {
        case "noop": return nil
        case "", "memory": backend = .memory
        case "db": backend = .database
        default:
            log.warning("BATON_HTTP_CACHE_BACKEND: it is memory, db or noop, keeping answers in memory")
            backend = .memory
        }
        let seconds = number("BATON_HTTP_CACHE_TTL", in: 0...31_536_000, else: 3600)
        let megabytes = number("BATON_HTTP_CACHE_MAX_SIZE", in: 0...65536, else: 5)
        guard seconds > 0, megabytes > 0 else { return nil }
        maximumBytes = megabytes << 20
        lifetime = .seconds(seconds)
    }
}
