import AccessModel
import CommandLineKit
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The files that a log goes to instead of the terminal.
enum LogFile {
    /// A function that appends lines to all of `paths`; `stdout` and `stderr` mean the streams.
    ///
    /// - Throws: a `ServiceError` naming the first file that can't be opened.
    static func writer(to paths: [String], streams: StandardStreams) throws -> @Sendable (String) -> Void {
        let writers = try paths.map { path -> @Sendable (String) -> Void in
            switch path {
            case "stdout": return streams.output
            case "stderr": return streams.error
            default: return try appending(to: path, streams)
            }
        }
        return { line in writers.forEach { $0(line) } }
    }

    private static func appending(to path: String, _ streams: StandardStreams) throws -> @Sendable (String) -> Void {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw ServiceError(
                .unknown, "\(path): the log can't be written there, \(reason). Give --log-path another path.")
        }
        let hasFailed = Mutex(false)
        return StandardStreams.writer(to: descriptor) { number in
            let isFirst = hasFailed.withLock { failed in
                defer { failed = true }
                return !failed
            }
            // A run that can't log goes on, but not without a word.
            guard isFirst else { return }
            streams.error("\(path): lines of the log are lost, \(String(cString: strerror(number)))\n")
        }
    }
}
