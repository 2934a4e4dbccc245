/// How long a service that ended with an error rests before it is started again.
struct RestartDelay {
    /// The first rest.
    static let first = Duration.seconds(1)
    /// The longest rest, and how long a service has to run for its next rest to be short again.
    static let longest = Duration.seconds(300)

    private var next = first

    init() {}

    /// The next rest: each one twice the last, shortened by `spread` (0.5 to 1) so that services that fell together rise apart.
    mutating func rest(afterRunning time: Duration, spread: Double) -> Duration {
        if time >= Self.longest { next = Self.first }
        defer { next = min(next * 2, Self.longest) }
        return next * spread
    }
}
