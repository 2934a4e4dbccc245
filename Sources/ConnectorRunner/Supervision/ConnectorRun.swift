import ChildProcesses

/// How it went with a connector.
enum ConnectorOutcome: Sendable, Equatable {
    /// It did what it should.
    case well
    /// It was stopped before its sync was complete.
    case interrupted
    /// It ended with an error, the last time it ran.
    case failed(ChildEnding)
}

/// Runs one connector until it is done: once, or for as long as it is wanted.
struct ConnectorRun: Sendable {
    let plan: ConnectorPlan
    let variables: [String: String]
    let children: RunningChildren
    let log: RunnerLog
    let pace: Pace

    func run() async -> ConnectorOutcome {
        var delay = RestartDelay()
        while children.order == nil {
            let (ending, time) = await runOnce()
            let outcome = judge(ending)
            tell(outcome, ending)
            guard plan.mode == .service, case .failed = outcome, children.order == nil else { return outcome }
            guard !ending.isUnimplemented else {
                log.tell(
                    .error, "can't run as a service, so it isn't started again. Without BATON_CLIENT_ID it syncs once.",
                    about: plan.name)
                return outcome
            }
            let rest = delay.rest(afterRunning: time, spread: pace.spread())
            log.tell(.info, "starts again in \(Self.text(rest))", about: plan.name)
            // Only an order to stop ends the rest early.
            do { try await pace.clock.sleep(for: rest) } catch { return outcome }
        }
        return plan.mode == .service ? .well : .interrupted
    }

    private func runOnce() async -> (ChildEnding, Duration) {
        let child: ChildProcess
        do {
            child = try ChildProcess(plan.program, variables)
        } catch {
            return (.notStarted(errno: error.errno), .zero)
        }
        children.add(child)
        log.tell(.info, "started as process \(child.number)", about: plan.name)
        let time = stopwatch(pace.clock)
        let ending = await child.finish(grace: pace.grace) { [log, plan] line in log.pass(line, of: plan.name) }
        children.remove(child)
        return (ending, time())
    }

    private func judge(_ ending: ChildEnding) -> ConnectorOutcome {
        if ending.isSuccess { return .well }
        guard let order = children.order, ending.follows(order) else { return .failed(ending) }
        // A service has no end of its own; a sync that was stopped is not a whole one.
        return plan.mode == .service ? .well : .interrupted
    }

    private func tell(_ outcome: ConnectorOutcome, _ ending: ChildEnding) {
        switch outcome {
        case .well: log.tell(.info, "\(ending)", about: plan.name)
        case .interrupted: log.tell(.warn, "stopped before its end", about: plan.name)
        case .failed: log.tell(.error, "\(ending)", about: plan.name)
        }
    }

    private static func text(_ rest: Duration) -> String {
        "\(((rest / .milliseconds(100)).rounded() / 10)) s"
    }
}

/// Starts to measure time, and returns how to read what has passed.
private func stopwatch<C: Clock<Duration>>(_ clock: C) -> () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
}
