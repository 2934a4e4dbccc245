/// One job of a crontab.
struct CronJob: Sendable, Equatable {
    /// Counted from 1 among the jobs of the file.
    var number: Int
    var schedule: String
    /// Who it runs as; nil when the file belongs to one user.
    var user: String?
    var command: String

    /// The first word of the command; the rest may hold a password and is nobody's business.
    var program: String { String(command.prefix { $0 != " " && $0 != "\t" }) }
}

/// Reads crontabs.
enum Crontab {
    /// - Parameter hasUsers: whether a column tells who each job runs as, as in the system's crontabs.
    static func parse(_ bytes: [UInt8], hasUsers: Bool, file: String) -> Parsed<[CronJob]> {
        var result = Parsed<[CronJob]>(content: [])
        for line in bytes.lines where !line.isBlankOrComment && !isAssignment(line.bytes.trimmed) {
            if let job = job(line.bytes.trimmed, hasUsers: hasUsers, number: result.content.count + 1) {
                result.content.append(job)
            } else {
                result.problems.append(LineProblem(file: file, line: line.number, message: "is not a job."))
            }
        }
        return result
    }

    private static func job(_ line: ArraySlice<UInt8>, hasUsers: Bool, number: Int) -> CronJob? {
        let times = line.first == UInt8(ascii: "@") ? 1 : 5
        let heads = times + (hasUsers ? 1 : 0)
        let parts = line.split(maxSplits: heads, omittingEmptySubsequences: true, whereSeparator: \.isBlank)
        guard parts.count == heads + 1 else { return nil }
        return CronJob(
            number: number, schedule: parts[..<times].map(\.text).joined(separator: " "),
            user: hasUsers ? parts[times].text : nil, command: parts[heads].trimmed.text)
    }

    /// Whether a line sets a variable instead of naming a job: a name or a quoted text, then an equals sign.
    private static func isAssignment(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first, !first.isDigit, first != UInt8(ascii: "*"), first != UInt8(ascii: "@") else {
            return false
        }
        let name = line.prefix { $0 != UInt8(ascii: "=") }
        return name.endIndex < line.endIndex && name.trimmed.words.count == 1
    }

    /// Whether cron reads a file of this name in `/etc/cron.d`.
    static func admits(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0.lowercased)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }
}
