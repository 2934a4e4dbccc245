import CommandLineKit
import ConnectorKit
import Logging
import SyncEngine
import Telemetry

/// Where one run reports to: its log, and on a terminal its live line.
struct RunOutput {
    private(set) var log: Logger
    /// What a collector is told, if one is.
    private(set) var telemetry = Telemetry.none
    private let level: Logger.Level
    private let progress: TerminalProgress?

    /// - Parameter isWatched: whether there is something to watch, so that a live line can stand in for the log on a terminal.
    init(
        _ call: Invocation, name: String, workplace: Workplace, environment: [String: String], isWatched: Bool
    ) throws {
        let flags = call.flags
        let level = Logger.Level(named: flags.string("log-level"))
        let asked = level ?? .info
        self.level = asked
        let terminal = workplace.terminal
        let line = StatusLine(workplace.streams.error)
        // Below `info` the log is for finding mistakes, and a line that redraws itself would be in the way.
        let isLive = isWatched && terminal.showsErrors && asked >= .info
        // The live line tells a person what the log's lines tell a program; who asks for those gets them too.
        let shown = isLive && !flags.isGiven("log-level") && flags.strings("log-path").isEmpty ? .warning : asked
        let paths = flags.strings("log-path")
        let write: @Sendable (String) -> Void =
            if !paths.isEmpty {
                try LogFile.writer(to: paths, streams: workplace.streams)
            } else if isLive {
                { line.print($0) }
            } else {
                workplace.streams.error
            }
        let format = LogFormat(named: flags.string("log-format"))
        log = Logger(label: name) { _ in LineLogHandler(format ?? .json, level: shown, write: write) }
        let isColored = environment["NO_COLOR", default: ""].isEmpty
        progress =
            isLive
            ? TerminalProgress(line, style: .init(isColored: isColored, width: terminal.width)) : nil
        for remark in call.remarks { log.warning("\(remark)") }
        if level == nil { warn("log-level", flags, "info", Logger.Level.names) }
        if format == nil { warn("log-format", flags, "json", LogFormat.names) }
    }

    /// Runs `work` with an output that also goes to the collector which the flags name.
    func collected<Value>(
        _ flags: ParsedFlags, from service: String, _ version: String, _ work: (RunOutput) async throws -> Value
    ) async throws -> Value {
        guard let collector = try Collector.asked(flags) else { return try await work(self) }
        if collector.security == .plaintext {
            log.warning("--otel-collector-endpoint-tls-insecure: telemetry is sent unencrypted")
        }
        let ownLog = log
        return try await Telemetry.going(
            to: collector, service: service, version: version, remark: { ownLog.warning("\($0)") }
        ) { telemetry in
            var output = self
            output.telemetry = telemetry
            output.log = telemetry.joining(log, from: level)
            return try await work(output)
        }
    }

    private func warn(_ flag: String, _ flags: ParsedFlags, _ taken: String, _ known: [String]) {
        log.warning(
            "--\(flag): \(flags.string(flag)) is not known, \(taken) is taken; known are \(known.joined(separator: ", "))"
        )
    }

    /// Runs `work` with somebody watching, and takes the live line away at its end.
    ///
    /// - Parameter file: what the work writes.
    func watching(_ file: String, _ work: (any SyncObserver) async throws -> Void) async throws {
        guard let progress else { return try await work(NoProgress()) }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Self.tick(progress) }
                try await work(progress)
                group.cancelAll()
            }
        } catch {
            progress.end()
            throw error
        }
        progress.end(saving: file)
    }

    private static func tick(_ progress: TerminalProgress) async {
        while !Task.isCancelled {
            progress.tick()
            do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
        }
    }
}
