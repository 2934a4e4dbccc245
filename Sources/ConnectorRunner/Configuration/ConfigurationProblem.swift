/// One thing that is wrong with a file of the configuration.
struct ConfigurationProblem: Error, Sendable, CustomStringConvertible {
    let file: String
    /// Counted from 1; nil when the whole file is meant.
    let line: Int?
    /// What is wrong and what to do.
    ///
    /// Never a value from the file where secrets may stand, on purpose or by mistake.
    let text: String

    /// The file, the line, what is wrong and what to do.
    var description: String {
        line.map { "\(file):\($0): \(text)" } ?? "\(file): \(text)"
    }
}

/// Everything that is wrong with a configuration, a line each.
struct InvalidConfiguration: Error, CustomStringConvertible {
    let problems: [ConfigurationProblem]

    var description: String {
        problems.map { $0.description.replacing("\n", with: "\\n") }.joined(separator: "\n")
    }
}
