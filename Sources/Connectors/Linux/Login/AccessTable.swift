/// The rules of `access.conf`.
struct AccessTable: Sendable, Equatable {
    struct Rule: Sendable, Equatable {
        var isAllowing: Bool
        var users: Clause
        var origins: Clause
    }

    /// What a list matches: one of `tokens`, but nothing of `exception`.
    struct Clause: Sendable, Equatable {
        var tokens: [String]
        /// The list after `EXCEPT`, which may have one itself; the outermost first.
        var exceptions: [[String]]
    }

    var rules: [Rule] = []

    /// Reads one file and adds its rules; returns the lines that were left out.
    mutating func add(_ bytes: [UInt8], file: String) -> [LineProblem] {
        var problems: [LineProblem] = []
        for line in bytes.lines where !line.bytes.trimmed.isEmpty && line.bytes.first != UInt8(ascii: "#") {
            // pam_access reads lines with their ends: the last one without an end is none to it.
            guard line.bytes.endIndex < bytes.endIndex else {
                problems.append(
                    LineProblem(
                        file: file, line: line.number, message: "has no line end, so pam_access doesn't take it."))
                continue
            }
            let fields = line.bytes.split(
                separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let sign = fields[0].trimmed.first, fields[0].trimmed.count == 1,
                sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
            else {
                problems.append(LineProblem(file: file, line: line.number, message: "is not permission:users:origins."))
                continue
            }
            rules.append(
                Rule(
                    isAllowing: sign == UInt8(ascii: "+"), users: Clause(fields[1]), origins: Clause(fields[2])))
        }
        return problems
    }
}

extension String {
    /// Whether both are the same but for the case of ASCII letters, as pam_access compares.
    func isSameIgnoringCase(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.lowercased == $1.lowercased }
    }
}

extension AccessTable.Clause {
    init(_ list: ArraySlice<UInt8>) {
        let words = list.split { $0.isBlank || $0 == UInt8(ascii: ",") }.map(\.text)
        let parts = words.split(omittingEmptySubsequences: false) { $0.isSameIgnoringCase(as: "EXCEPT") }.map(
            Array.init)
        tokens = parts[0]
        exceptions = Array(parts.dropFirst())
    }
}
