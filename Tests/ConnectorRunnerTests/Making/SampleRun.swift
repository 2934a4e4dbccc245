import Foundation

@testable import ConnectorRunner

/// Connectors that are run in this process, with what a test has in place of the world.
struct SampleRun: Sendable {
    let workshop: Workshop
    let lines = Lines()
    var environment = ["PATH": "/usr/bin:/bin"]
    var pace = Pace()
    private let signals = AsyncStream<Int32>.makeStream()
    private var plans: [ConnectorPlan] = []

    init() throws {
        workshop = try Workshop()
    }

    /// Adds a connector that syncs once, or a service.
    mutating func add(_ name: String, _ script: String, _ variables: [String: String] = [:]) throws {
        let program = try workshop.script("\(name).sh", script)
        plans.append(ConnectorPlan(name: name, program: program, variables: variables))
    }

    mutating func addService(_ name: String, _ script: String) throws {
        try add(name, script, ["BATON_CLIENT_ID": "id"])
    }

    mutating func addMissing(_ name: String) {
        plans.append(ConnectorPlan(name: name, program: workshop.file(name), variables: [:]))
    }

    func send(_ signal: Int32) {
        signals.continuation.yield(signal)
    }

    func run() async -> Report {
        let log = RunnerLog(.console, level: .debug, names: plans.map(\.name), write: lines.write)
        return await Supervisor(plans, environment, log: log, pace: pace).run(stoppingOn: signals.stream)
    }
}

extension Report {
    /// The outcome of the connector with this name.
    subscript(name: String) -> ConnectorOutcome? {
        outcomes.first { $0.name == name }?.outcome
    }

    /// The status a program ends with after it.
    var exitStatus: Int32 {
        do throws(RunFailure) {
            try check()
            return 0
        } catch {
            return error.exitStatus
        }
    }
}
