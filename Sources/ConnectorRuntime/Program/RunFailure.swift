import AccessModel
import CommandLineKit
import Logging

/// How a run ended badly: one line for the person, and all that is known of it for who looks for the cause.
struct RunFailure: Error {
    private let connector: String
    private let operation: String
    private let error: any Error

    /// - Parameters:
    ///   - connector: the program's name.
    ///   - operation: what it was doing: `sync`, or the flag or command that asked for something else.
    init(of connector: String, doing operation: String, because error: any Error) {
        self.connector = connector
        self.operation = operation
        self.error = error
    }

    /// The error to end with, in one line.
    var ending: any Error {
        let text = "\(error)"
        // Mistakes in a call may be several, one a line.
        guard !(error is UsageError), text.contains(where: \.isNewline) || text.utf8.count > Self.longest else {
            return error
        }
        let line = Self.inOneLine(text)
        let shown =
            line.utf8.count > Self.longest
            ? line.prefix(Self.longest / 4) + "… (all of it with --log-level debug)" : line
        return ServiceError(StatusCode(of: error), shown)
    }

    /// More bytes than anybody reads, such as a whole page of HTML.
    private static let longest = 4096

    /// Tells the log, at debug level, where it happened and each cause with its code.
    func tell(_ log: Logger) {
        let causes =
            (error as? ServiceError)?.causes
            ?? ServiceError("", because: error).causes.dropFirst().map(\.self)
        log.debug(
            "the run failed", error: error,
            metadata: [
                "connector": "\(connector)", "operation": "\(operation)", "code": "\(StatusCode(of: error).name)",
                "causes": .array(
                    causes.map { .dictionary(["code": "\($0.code.name)", "problem": "\($0.problem)"]) }),
            ])
    }

    private static func inOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline)
            .map { String($0.drop(while: \.isWhitespace)) }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
