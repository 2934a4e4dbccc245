/// What a tool said.
package struct CommandOutput: Sendable {
    /// What it ended with; 128 and the number of a signal that ended it.
    package var status: Int32
    /// What it wrote.
    package var output: [UInt8]
    /// The first bytes of what it said of its problems.
    package var remarks: [UInt8] = []

    /// What a tool left.
    package init(status: Int32, output: [UInt8], remarks: [UInt8] = []) {
        (self.status, self.output, self.remarks) = (status, output, remarks)
    }
}

/// Why a tool could not be used.
package enum CommandError: Error, Sendable, CustomStringConvertible {
    case notFound(String)
    case notStarted(String, errno: Int32)
    case timedOut(String, seconds: Int)
    case tooMuchOutput(String)
    case failed(String, status: Int32, remark: String)

    /// One line for a person.
    package var description: String {
        switch self {
        case .notFound(let program): "\(program): is not installed."
        case .notStarted(let program, let number): "\(program): can't be started, error \(number)."
        case .timedOut(let program, let seconds): "\(program): gave no answer within \(seconds) seconds."
        case .tooMuchOutput(let program): "\(program): wrote more than can be taken."
        case .failed(let program, let status, let remark):
            "\(program): ended with status \(status)" + (remark.isEmpty ? "." : ": \(remark)")
        }
    }
}
