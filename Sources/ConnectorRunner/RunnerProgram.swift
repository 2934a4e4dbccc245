public import CommandLineKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The program `baton-runner`: several connectors from one file.
public struct RunnerProgram: Sendable {
    let environment: [String: String]
    var pace = Pace()
    var signals: @Sendable () throws -> AsyncStream<Int32> = stopSignals
    var streams = StandardStreams.process

    /// `baton-runner` in this environment.
    public init(environment: [String: String]) {
        self.environment = environment
    }

    /// The program, ready to run.
    public var program: CommandLineProgram {
        let root = Command(
            "baton-runner", summary: "Runs several connectors from one file",
            details: """
                Runs several connectors from one file.

                Connectors with BATON_CLIENT_ID among their variables run until they are stopped, and are started again when they
                end with an error other than 12, which says that they have no service mode. The others sync once. The status is 0 when all ended well, 1 when one didn't, 2 when the file
                is wrong, and 130 or 143 when a signal stopped a sync before its end.
                """,
            example: Self.example,
            flags: [
                Flag("config", shorthand: "c", help: "The file that says what to run", default: "config.yaml"),
                Flag("check", .bool, help: "Check the file, its programs and its secrets, and run nothing"),
                Flag(
                    "log-level", help: "How much is logged: \(RunnerLog.Level.words) (default info)",
                    variable: "BATON_LOG_LEVEL"),
                Flag(
                    "log-format", help: "How the log looks: json or console (default console on a terminal)",
                    variable: "BATON_LOG_FORMAT"),
            ], run: run)
        var program = CommandLineProgram(root, version: "dev")
        program.streams = streams
        program.errorStyle = .bare
        program.exitStatus = { ($0 as? RunFailure)?.exitStatus ?? 2 }
        return program
    }

    // The help indents only what isn't indented, so the file is, as a whole.
    static let example = """
        baton-runner -c config.yaml

          # config.yaml
          log-level: info
          connectors:
            - name: machine
              path: /usr/local/bin/baton-linux
              config:
                env:
                  BATON_FILE: /var/lib/baton/machine.c1z
            - name: github-org1
              path: /usr/local/bin/baton-github
              config:
                env:
                  BATON_FILE: /var/lib/baton/org1.c1z
                  BATON_ORGS: org1
                envFrom:
                  secrets:
                    BATON_TOKEN: org1:BATON_TOKEN
          secrets:
            insecure:
              secrets:
                org1: org1.yaml     # holds BATON_TOKEN: …
        """

    @Sendable private func run(_ call: Invocation) async throws {
        let format = try Self.format(call.flags)
        let asked = try Self.level(call.flags)
        let file = call.flags.string("config")
        let configuration = try await ConfigurationReader.read(file, environment)
        let log = RunnerLog(
            format, level: asked ?? configuration.level ?? .info, names: configuration.connectors.map(\.name),
            write: streams.error)
        for warning in configuration.warnings { log.tell(.warn, warning) }
        if call.flags.bool("check") { return streams.output(Self.summary(of: configuration, in: file)) }
        // Watched before anything is started, so that no signal can leave connectors behind.
        let signals = try signals()
        let supervisor = Supervisor(configuration.connectors, environment, log: log, pace: pace)
        try await supervisor.run(stoppingOn: signals).check()
    }

    /// The signals that ask this process to stop.
    ///
    /// A terminal that closes (SIGHUP) and Ctrl-\ count too: connectors have process groups of their own, so nobody else would
    /// tell them.
    @Sendable private static func stopSignals() throws -> AsyncStream<Int32> {
        // The first asks to end and the second kills; there is nothing for a third to do.
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(2))
        try ProcessSignals.watch([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) { continuation.yield($0) }
        return stream
    }

    private static func level(_ flags: ParsedFlags) throws -> RunnerLog.Level? {
        let word = flags.string("log-level")
        guard !word.isEmpty else { return nil }
        guard let level = RunnerLog.Level(word) else {
            throw UsageError("--log-level: there is no level \"\(word)\". Use \(RunnerLog.Level.words).")
        }
        return level
    }

    private static func format(_ flags: ParsedFlags) throws -> RunnerLog.Format {
        let word = flags.string("log-format").lowercased()
        guard !word.isEmpty else { return isatty(STDERR_FILENO) == 1 ? .console : .json }
        guard let format = RunnerLog.Format(rawValue: word) else {
            throw UsageError("--log-format: there is no format \"\(word)\". Use json or console.")
        }
        return format
    }

    private static func summary(of configuration: RunnerConfiguration, in file: String) -> String {
        let lines = configuration.connectors.map { plan in
            "\(plan.name): \(plan.program), \(plan.mode == .service ? "runs as a service" : "syncs once")"
        }
        return (["\(file): is in order"] + lines).map { $0.showingControls + "\n" }.joined()
    }
}
