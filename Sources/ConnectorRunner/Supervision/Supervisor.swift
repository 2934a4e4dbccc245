#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The times that a run goes by; tests have their own.
struct Pace: Sendable {
    /// What rests before a new start are measured with.
    var clock: any Clock<Duration> = ContinuousClock()
    /// How long connectors may take to end when they are asked to.
    var grace = Duration.seconds(30)
    /// How much of a rest is taken, 0.5 to 1.
    var spread: @Sendable () -> Double = { .random(in: 0.5...1) }
}

/// Runs connectors side by side, none of which is touched by what happens to another.
struct Supervisor: Sendable {
    let plans: [ConnectorPlan]
    let environment: [String: String]
    let log: RunnerLog
    let pace: Pace
    private let children = RunningChildren()

    init(_ plans: [ConnectorPlan], _ environment: [String: String], log: RunnerLog, pace: Pace = Pace()) {
        self.plans = plans
        self.environment = environment
        self.log = log
        self.pace = pace
    }

    /// Runs all until the last has ended; a signal of `signals` is passed on to them, and a second one kills them.
    func run(stoppingOn signals: AsyncStream<Int32>) async -> Report {
        let work = Task { await runAll() }
        async let _ = watch(signals, over: work)
        let outcomes = await work.value
        return Report(outcomes: plans.map { ($0.name, outcomes[$0.name] ?? .interrupted) }, order: children.order)
    }

    private func runAll() async -> [String: ConnectorOutcome] {
        await withTaskGroup(of: (String, ConnectorOutcome).self) { group in
            for plan in plans {
                let variables = ChildEnvironment.variables(of: plan, from: environment, log: log)
                let run = ConnectorRun(plan: plan, variables: variables, children: children, log: log, pace: pace)
                group.addTask { (plan.name, await run.run()) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func watch(_ signals: AsyncStream<Int32>, over work: Task<[String: ConnectorOutcome], Never>) async {
        guard let signal = await signals.first(where: { _ in true }) else { return }
        log.tell(
            .info, "stopping: connectors have \(pace.grace.components.seconds) s, a second signal ends them at once")
        children.stop(signal == SIGINT ? SIGINT : SIGTERM)
        // Ends the rests before a new start; what runs goes on to its own end.
        work.cancel()
        await withTaskGroup(of: Void.self) { group in
            // Cancelled when the second signal comes first, or all have ended: the time has no more use then.
            group.addTask { try? await Task.sleep(for: pace.grace) }
            group.addTask { _ = await signals.first { _ in true } }
            await group.next()
            group.cancelAll()
        }
        guard !Task.isCancelled else { return }
        let count = children.kill()
        if count > 0 { log.tell(.warn, "killed what had not ended: \(count)") }
    }
}

/// How a run went.
struct Report: Sendable {
    /// The outcomes in the order of the configuration.
    let outcomes: [(name: String, outcome: ConnectorOutcome)]
    /// The signal that stopped all, if one did.
    let order: Int32?

    /// Complains when not all ended well.
    func check() throws(RunFailure) {
        let failed = outcomes.compactMap { name, outcome -> String? in
            if case .failed(let ending) = outcome { "\(name) \(ending)" } else { nil }
        }
        guard failed.isEmpty else {
            throw RunFailure(
                text: "\(failed.count) of \(outcomes.count) connectors failed: \(failed.joined(separator: "; ")). "
                    + "See their lines above.", exitStatus: 1)
        }
        let interrupted = outcomes.filter { $0.outcome == .interrupted }.map(\.name)
        guard let order, !interrupted.isEmpty else { return }
        throw RunFailure(
            text: "interrupted: \(interrupted.joined(separator: ", ")) stopped before the end. Run it again to go on.",
            exitStatus: 128 + order)
    }
}

/// A run that did not go well.
struct RunFailure: Error, CustomStringConvertible {
    let text: String
    let exitStatus: Int32

    var description: String { text }
}
