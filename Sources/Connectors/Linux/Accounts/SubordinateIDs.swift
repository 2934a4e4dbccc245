import AccessModel

/// Reads `subuid` and `subgid`: the ids that a user may hand out in containers.
enum SubordinateIDs {
    /// The ranges by name or number of their owner, each as `first-last`.
    static func parse(_ bytes: [UInt8], file: String = "/etc/subuid") -> Parsed<[ByteKey: [String]]> {
        var result = Parsed<[ByteKey: [String]]>(content: [:])
        for line in bytes.lines where !line.isBlankOrComment {
            let fields = line.bytes.trimmed.fields(separatedBy: ":")
            guard fields.count == 3, let start = fields[1].accountNumber, let count = fields[2].accountNumber,
                count > 0,
                UInt64(start) + UInt64(count) <= UInt64(UInt32.max) + 1
            else {
                result.problems.append(LineProblem(file: file, line: line.number, message: "is not owner:start:count."))
                continue
            }
            result.content[ByteKey(fields[0].text), default: []].append("\(start)-\(UInt64(start) + UInt64(count) - 1)")
        }
        return result
    }
}

/// Where the C library looks for accounts and groups, as `nsswitch.conf` says.
struct NameSources: Sendable, Equatable {
    var passwd: [String] = ["files"]
    var group: [String] = ["files"]

    /// Files only.
    init() {}

    /// Reads `nsswitch.conf`; reactions such as `[NOTFOUND=return]` are left out.
    init(parsing bytes: [UInt8]) {
        for line in bytes.lines {
            let parts = line.bytes.withoutComment.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2 else { continue }
            let sources = Self.sources(parts[1])
            if parts[0].trimmed.isSame(as: "passwd") { passwd = sources }
            if parts[0].trimmed.isSame(as: "group") { group = sources }
        }
    }

    /// Sources whose accounts are in the files anyway, or made up by the system.
    private static let local: Set<String> = ["files", "compat", "db", "systemd"]

    /// Whether accounts may live outside the files of this machine.
    var reachBeyondFiles: Bool { (passwd + group).contains { !Self.local.contains($0) } }

    private static func sources(_ list: ArraySlice<UInt8>) -> [String] {
        var sources: [String] = []
        var isReaction = false
        for word in list.words {
            if word.first == UInt8(ascii: "[") { isReaction = true }
            if !isReaction { sources.append(word.text) }
            if word.last == UInt8(ascii: "]") { isReaction = false }
        }
        return sources
    }
}
