import AccessModel
import CommandLineKit
import ConnectorKit
import Logging
import SyncEngine

/// One run of a connector's program: its command line and what the commands do.
struct ProgramRun<C: Connector>: Sendable {
    let program: ConnectorProgram<C>
    let environment: [String: String]
    let workplace: Workplace

    /// The command line.
    ///
    /// - Throws: when the connector's settings are declared in a way that can't work.
    func commandLine() throws -> CommandLineProgram {
        try DeclarationChecks.check(settings, constraints, beside: sharedFlags)
        var commandLine = CommandLineProgram(root, version: program.version)
        commandLine.streams = workplace.streams
        commandLine.errorStyle = .bare
        commandLine.exitStatus = ConnectorProgram<C>.exitStatus
        commandLine.outsideValues = { [environment, workplace] flags in
            try ConfigurationFile.find(in: workplace.directory, environment)?.values(for: flags) ?? .init()
        }
        return commandLine
    }

    private var root: Command {
        let metadata = C.metadata
        var root = Command(
            metadata.name, summary: metadata.name, details: metadata.description, example: metadata.example,
            persistentFlags: settings.map { Flag($0, group: "\(metadata.displayName) settings") } + sharedFlags,
            subcommands: [
                Command("capabilities", summary: "Get connector capabilities", run: showCapabilities),
                configCommand,
                Command("resources", summary: "Sync, then list the resources found") { call in
                    try Operations.refuse(in: call.flags, of: "resources")
                    let file = try await synchronize(call)
                    try await program.printResources(file)
                },
            ]
        ) { call in
            switch try Operations.asked(call.flags, environment: environment) {
            case let operation as any OneShotOperation: try await perform(operation, call)
            case let operation as any FileOperation: try operation.run(try startedLog(call))
            default: _ = try await synchronize(call)
            }
        }
        root.flagRules = SharedFlags.rules + constraints.compactMap { FlagRule($0) }
        return root
    }

    private var configCommand: Command {
        var command = Command("config", summary: "Get the connector config schema") { _ in
            let manifest = ConfigurationManifest(
                metadata: C.metadata, shared: sharedFlags, settings: settings, constraints: constraints)
            workplace.streams.output(try manifest.json)
        }
        command.ignoresConfiguration = true
        return command
    }

    private var sharedFlags: [Flag] {
        SharedFlags.all(logFormat: workplace.terminal.showsOutput ? "console" : "json")
    }

    private var settings: [SettingDeclaration] { C.Configuration().settings.map(\.declaration) }

    private var constraints: [SettingConstraint] { C.Configuration.constraints }

    // MARK: What the commands do

    private func output(_ call: Invocation, isWatched: Bool) throws -> RunOutput {
        try RunOutput(
            call.flags, name: C.metadata.name, workplace: workplace, environment: environment, isWatched: isWatched)
    }

    /// The log of an operation on a file, which needs neither the connector nor its settings.
    private func startedLog(_ call: Invocation) throws -> Logger {
        let output = try output(call, isWatched: false)
        for remark in call.remarks { output.log.warning("\(remark)") }
        try OperationFlags.refuseServiceMode(call.flags)
        return output.log
    }

    @Sendable private func showCapabilities(_ call: Invocation) async throws {
        let output = try output(call, isWatched: false)
        let connector = try await connector(try configuration(call.flags), call.flags, log: output.log)
        workplace.streams.output(try CapabilityManifest(try ConnectorAdapter(connector)).json)
    }

    /// Does what isn't a sync.
    private func perform(_ operation: any OneShotOperation, _ call: Invocation) async throws {
        let output = try output(call, isWatched: false)
        do {
            for remark in call.remarks { output.log.warning("\(remark)") }
            let configuration = try configuration(call.flags)
            try OperationFlags.refuseServiceMode(call.flags)
            let adapter = try ConnectorAdapter(try await connector(configuration, call.flags, log: output.log))
            let report = OperationReport(call.flags, log: output.log, print: workplace.streams.output)
            try await operation.run(adapter, report)
        } catch {
            output.log.debug("the run failed", error: error, metadata: ["code": "\(StatusCode(of: error))"])
            throw workplace.interruption.explaining(
                error, "look in the application how far it came before running the command again.")
        }
    }

    /// Syncs, and returns the path of the file.
    private func synchronize(_ call: Invocation) async throws -> String {
        let output = try output(call, isWatched: true)
        do {
            for remark in call.remarks { output.log.warning("\(remark)") }
            let configuration = try configuration(call.flags)
            try OperationFlags.refuseResults(call.flags)
            try OperationFlags.refuseServiceMode(call.flags)
            let job = try SyncJob(call.flags, environment: environment, cores: workplace.cores)
            warnAboutTelemetry(call.flags, output.log)
            let adapter = try ConnectorAdapter(
                try await connector(configuration, call.flags, log: output.log),
                sessions: Sessions(cacheSize: call.flags.int("session-store-maximum-size")))
            try await output.watching(job.file) { observer in
                try await withTaskCancellationHandler {
                    try await program.sync(job, adapter, observer, output.log)
                } onCancel: {
                    output.log.warning("interrupted: saving what was collected, a second signal ends at once")
                }
            }
            return job.file
        } catch {
            output.log.debug("the run failed", error: error, metadata: ["code": "\(StatusCode(of: error))"])
            throw workplace.interruption.explaining(
                error, "what was collected is saved. Run the same command again to go on from there.")
        }
    }

    private func configuration(_ flags: ParsedFlags) throws -> C.Configuration {
        let configuration = C.Configuration()
        var values = SharedFlags.values(flags)
        for setting in configuration.settings {
            let name = setting.declaration.name
            if flags.isGiven(name) { setting.take(GivenValue(flags[name])) }
            let value = flags.isGiven(name) ? GivenValue(flags[name]) : setting.declaration.defaultValue
            values.append((setting.declaration, value ?? setting.declaration.zero))
        }
        try SettingChecks.check(values, constraints)
        return configuration
    }

    private func connector(_ configuration: C.Configuration, _ flags: ParsedFlags, log: Logger) async throws -> C {
        let context = ConnectorContext(
            log: log, httpTimeout: .seconds(flags.int("http-timeout-seconds")),
            userAgent: "\(C.metadata.name)/\(program.version) baton-sdk/\(ConnectorAdapter<C>.sdkVersion)")
        return try await C(configuration, context: context)
    }

    private func warnAboutTelemetry(_ flags: ParsedFlags, _ log: Logger) {
        guard !flags.string("otel-collector-endpoint").isEmpty else { return }
        log.warning("--otel-collector-endpoint: telemetry is not available in this version, none is sent")
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
