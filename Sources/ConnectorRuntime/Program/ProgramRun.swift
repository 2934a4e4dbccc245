import AccessModel
import CommandLineKit
import ConnectorKit
import Logging
import SettingsFiles
import SyncEngine
import Telemetry

/// One run of a connector's program: its command line and what the commands do.
struct ProgramRun<C: Connector>: Sendable {
    let program: ConnectorProgram<C>
    let environment: [String: String]
    let workplace: Workplace

    /// The command line.
    ///
    /// - Throws: when the connector's settings are declared in a way that can't work.
    func commandLine() throws -> CommandLineProgram {
        try DeclarationChecks.check(settings, constraints, groups, beside: sharedFlags)
        var commandLine = CommandLineProgram(root, version: program.version)
        commandLine.streams = workplace.streams
        commandLine.errorStyle = .bare
        commandLine.exitStatus = ConnectorProgram<C>.exitStatus
        commandLine.outsideValues = { [environment, workplace] flags, _ in
            try ConfigurationFile.find(in: workplace.directory, environment)?.values(for: flags) ?? .init()
        }
        return commandLine
    }

    private var root: Command {
        let metadata = C.metadata
        var root = Command(
            metadata.name, summary: metadata.name, details: metadata.description, example: metadata.example,
            persistentFlags: settings.map {
                Flag($0, group: "\(metadata.displayName) settings", isDemanded: groups.isEmpty)
            } + sharedFlags,
            subcommands: [
                Command("capabilities", summary: "Get connector capabilities", run: showCapabilities),
                configCommand, healthCommand,
                Command("resources", summary: "Sync, then list the resources found") { call in
                    try Operations.refuse(in: call.flags, of: "resources")
                    let file = try await synchronize(call)
                    try await program.printResources(file)
                },
            ]
        ) { call in
            switch try Operations.asked(call.flags, environment: environment) {
            case let operation as any OneShotOperation: try await perform(operation, call)
            case let operation as any FileOperation: try await perform(operation, call)
            default: _ = try await synchronize(call)
            }
        }
        root.flagRules = SharedFlags.rules + constraints.compactMap { FlagRule($0) }
        return root
    }

    private var configCommand: Command {
        var command = Command("config", summary: "Get the connector config schema") { _ in
            let manifest = ConfigurationManifest(
                metadata: C.metadata, shared: sharedFlags, settings: settings, constraints: constraints,
                groups: groups)
            workplace.streams.output(try manifest.json)
        }
        command.ignoresConfiguration = true
        return command
    }

    private var healthCommand: Command {
        var command = Command(
            "health-check", summary: "Check the health of a running connector", flags: HealthQuestion.flags
        ) { try await HealthQuestion($0.flags).ask() }
        command.requiresNothing = true
        return command
    }

    private var sharedFlags: [Flag] {
        let own = Set(settings.map(\.name))
        return SharedFlags.all(logFormat: workplace.terminal.showsOutput ? "console" : "json")
            .filter { !(SharedFlags.left.contains($0.name) && own.contains($0.name)) }
    }

    private var settings: [SettingDeclaration] { C.Configuration().settings.map(\.declaration) }

    private var constraints: [SettingConstraint] { C.Configuration.constraints }

    private var groups: [SettingGroup] { C.Configuration.groups }

    // MARK: What the commands do

    /// Runs the work of a command, and tells the log what it ends with when it fails.
    ///
    /// - Parameter remark: how things stand when a signal ended it, for the person.
    private func running<Value>(
        _ operation: String, _ call: Invocation, isWatched: Bool = false, ifInterrupted remark: String = "",
        _ work: (RunOutput) async throws -> Value
    ) async throws -> Value {
        let output = try RunOutput(
            call, name: C.metadata.name, workplace: workplace, environment: environment, isWatched: isWatched)
        do {
            return try await output.collected(call.flags, from: "\(C.metadata.name)-server", program.version) {
                output in
                do {
                    return try await output.telemetry.span(operation) { try await work(output) }
                } catch {
                    // A collector that takes the log has to know too.
                    let failure = RunFailure(of: C.metadata.name, doing: operation, because: error)
                    failure.tell(output.log)
                    throw failure
                }
            }
        } catch let failure as RunFailure {
            throw workplace.interruption.explaining(failure.ending, remark)
        } catch {
            let failure = RunFailure(of: C.metadata.name, doing: operation, because: error)
            failure.tell(output.log)
            throw workplace.interruption.explaining(failure.ending, remark)
        }
    }

    @Sendable private func showCapabilities(_ call: Invocation) async throws {
        try await running("capabilities", call) { output in
            let connector = try await connector(try configured(call.flags), call.flags, log: output.log)
            workplace.streams.output(try CapabilityManifest(try ConnectorAdapter(connector)).json)
        }
    }

    /// Does what is done with files, which needs neither the connector nor its settings.
    private func perform(_ operation: any FileOperation, _ call: Invocation) async throws {
        try await running(type(of: operation).name(in: call.flags), call) { output in
            try OperationFlags.refuseServiceMode(call.flags)
            try operation.run(output.log)
        }
    }

    /// Does what isn't a sync.
    private func perform(_ operation: any OneShotOperation, _ call: Invocation) async throws {
        let remark = "look in the application how far it came before running the command again."
        try await running(type(of: operation).name(in: call.flags), call, ifInterrupted: remark) { output in
            let configuration = try configured(call.flags)
            try OperationFlags.refuseServiceMode(call.flags)
            let adapter = try ConnectorAdapter(
                try await connector(configuration, call.flags, log: output.log), log: output.log)
            let report = OperationReport(call.flags, log: output.log, print: workplace.streams.output)
            try await operation.run(adapter, report)
        }
    }

    /// Syncs, and returns the path of the file.
    private func synchronize(_ call: Invocation) async throws -> String {
        let remark = "what was collected is saved. Run the same command again to go on from there."
        return try await running("sync", call, isWatched: true, ifInterrupted: remark) { output in
            let log = output.log
            let configuration = try configured(call.flags)
            try OperationFlags.refuseResults(call.flags)
            if sharedFlags.contains(where: { SharedFlags.left.contains($0.name) }) {
                try AccountCreation.refuseType(call.flags)
            }
            try OperationFlags.refuseServiceMode(call.flags)
            let job = try SyncJob(call.flags, environment: environment, cores: workplace.cores)
            let adapter = try ConnectorAdapter(
                try await connector(configuration, call.flags, log: log),
                sessions: Sessions(cacheSize: call.flags.int("session-store-maximum-size")), log: log)
            let client: any ConnectorClient =
                output.telemetry.isTracing ? TracedClient(adapter, output.telemetry) : adapter
            try await HealthServer.telling(call.flags, of: { adapter }, log: log) {
                try await output.watching(job.file) { observer in
                    try await withTaskCancellationHandler {
                        try await program.sync(job, client, observer, log)
                    } onCancel: {
                        log.warning("interrupted: saving what was collected, a second signal ends at once")
                    }
                }
            }
            return job.file
        }
    }

    /// The settings, and which of their groups was chosen.
    private struct Configured {
        let settings: C.Configuration
        let group: SettingGroup?
    }

    private func configured(_ flags: ParsedFlags) throws -> Configured {
        let configuration = C.Configuration()
        var values: SettingGroups.Values = []
        for setting in configuration.settings {
            let name = setting.declaration.name
            if flags.isGiven(name) { setting.take(GivenValue(flags[name])) }
            let value = flags.isGiven(name) ? GivenValue(flags[name]) : setting.declaration.defaultValue
            values.append((setting.declaration, value ?? setting.declaration.zero))
        }
        let ways = SettingGroups(groups: groups)
        let group = try ways.chosen(by: flags.string("auth-method"), among: values)
        let checked = ways.values(values, concerning: group)
        try SettingChecks.check(SharedFlags.values(flags) + checked, constraints)
        return Configured(settings: configuration, group: group)
    }

    private func connector(_ configuration: Configured, _ flags: ParsedFlags, log: Logger) async throws -> C {
        let context = ConnectorContext(
            log: log, httpTimeout: .seconds(flags.int("http-timeout-seconds")),
            userAgent: "\(C.metadata.name)/\(program.version) baton-sdk/\(ConnectorAdapter<C>.sdkVersion)",
            authMethod: configuration.group?.name ?? "", resourceTypes: flags.strings("sync-resource-types"))
        return try await C(configuration.settings, context: context)
    }
}

extension SettingDeclaration {
    var zero: GivenValue {
        switch kind {
        case .string: .string("")
        case .int: .int(0)
        case .bool: .bool(false)
        case .strings: .strings([])
        case .map: .map([:])
        }
    }
}

extension SharedFlags {
    /// The values of shared flags that have rules.
    static func values(_ flags: ParsedFlags) -> [(declaration: SettingDeclaration, value: GivenValue)] {
        valueRules.sorted { $0.key < $1.key }.map { name, rule in
            let value = GivenValue(flags[name])
            let kind: SettingDeclaration.Kind = if case .int = value { .int } else { .string }
            // A concurrency of zero would wait for ever, so it isn't let through as "nothing said".
            var setting = SettingDeclaration(name, "", kind: kind, isRequired: name == "task-concurrency")
            setting.rules = [rule]
            return (setting, value)
        }
    }
}
