/// The numbers that `login.defs` reserves for people.
struct LoginDefinitions: Sendable, Equatable {
    var users: ClosedRange<UInt32> = 1000...60000
    var groups: ClosedRange<UInt32> = 1000...60000

    /// The defaults of shadow.
    init() {}

    /// Reads `login.defs`; what is missing or broken keeps its default.
    init(parsing bytes: [UInt8]) {
        var found: [String: UInt32] = [:]
        for line in bytes.lines where !line.isBlankOrComment {
            let words = line.bytes.words
            guard words.count >= 2, let number = words[1].accountNumber else { continue }
            found[words[0].text] = number
        }
        users = Self.range(found["UID_MIN"], found["UID_MAX"])
        groups = Self.range(found["GID_MIN"], found["GID_MAX"])
    }

    private static func range(_ lower: UInt32?, _ upper: UInt32?) -> ClosedRange<UInt32> {
        let lower = lower ?? 1000
        let upper = upper ?? 60000
        return lower <= upper ? lower...upper : 1000...60000
    }
}

/// The shells that count as a way in.
struct LoginShells: Sendable {
    /// The lines of `/etc/shells`, or nil when there is no such file and any shell goes.
    let listed: Set<[UInt8]>?

    /// Any shell that isn't known to refuse.
    init() { listed = nil }

    /// Reads `/etc/shells`.
    init(parsing bytes: [UInt8]) {
        let paths = bytes.lines.map { $0.bytes.withoutComment.trimmed }.filter { $0.first == UInt8(ascii: "/") }
        listed = Set(paths.map(Array.init))
    }

    private static let refusing: Set<String> = ["nologin", "false", "sync", "shutdown", "halt"]

    /// Whether `shell` lets somebody in; an empty one is `/bin/sh`.
    func admit(_ shell: String) -> Bool {
        let path = shell.isEmpty ? "/bin/sh" : shell
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard !Self.refusing.contains(name) else { return false }
        return listed?.contains(Array(path.utf8)) ?? true
    }
}
