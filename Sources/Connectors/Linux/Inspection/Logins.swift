import AccessModel

extension Inspection {
    /// When accounts were last used, and what PAM makes of log-ins.
    struct Logins: Sendable {
        /// The last log-in of each account in Unix seconds, by its name.
        var lastLogins: [ByteKey: Int64]
        /// The rules of `access.conf` for log-ins at a terminal; nil when nothing asks for them.
        var local: AccessRules?
        /// Likewise for sshd.
        var remote: AccessRules?
        /// Modules that may refuse a log-in and are not judged here.
        var modifiers: [String]
        var coverage = Coverage()
    }

    /// The rules that one service follows.
    struct AccessRules: Sendable {
        var table: AccessTable
        var plainNamesMayBeGroups: Bool

        func admits(_ user: String, groups: [String], from origin: LoginOrigin) -> Likelihood {
            table.admits(user, groups: groups, from: origin, plainNamesMayBeGroups: plainNamesMayBeGroups)
        }
    }

    private static let logFiles = ["/var/log/wtmp", "/var/log/wtmp.1"]
    private static let sessionLimit = 32 << 20

    func readLogins() async throws -> Loaded<Logins> {
        let book = try await accounts().book
        var reader = SourceReader(files)
        reader.watch("/etc/passwd")
        let sessions = readSessions(&reader)
        let lastLogins = try readLastLogins(book, sessions, &reader)
        var modifiers: [String] = []
        let local = accessRules(of: "login", &modifiers, &reader)
        let remote = accessRules(of: "sshd", &modifiers, &reader)
        // Log-ins during the sync are no reason to read everything again.
        reader.forget { $0.path.utf8.starts(with: "/var/log/".utf8) }
        return try finish(
            Logins(
                lastLogins: lastLogins, local: local, remote: remote, modifiers: modifiers, coverage: reader.coverage),
            reader)
    }

    /// The newest session of each user name.
    func readSessions(_ reader: inout SourceReader) -> [ByteKey: Int64] {
        var newest: [ByteKey: Int64] = [:]
        for path in Self.logFiles {
            do {
                let file = try files.open(path)
                let size = try file.facts().size
                // Whole records from the end; older ones add nothing that matters.
                let start = max(0, size - Int64(Self.sessionLimit)) / Int64(SessionRecords.recordSize)
                let bytes = try file.bytes(at: start * Int64(SessionRecords.recordSize), count: Self.sessionLimit)
                newest.merge(SessionRecords.newest(in: bytes[...])) { max($0, $1) }
                reader.cover(Coverage(read: [path]))
            } catch {
                reader.note(error, at: path)
            }
        }
        return newest
    }

    private func readLastLogins(
        _ book: AccountBook, _ sessions: [ByteKey: Int64], _ reader: inout SourceReader
    ) throws -> [ByteKey: Int64] {
        let path = "/var/log/lastlog"
        var times = sessions
        if (try? files.facts("/var/lib/lastlog/lastlog2.db")) != nil {
            reader.cover(Coverage(unresolved: ["/var/lib/lastlog/lastlog2.db"]))
        }
        do {
            let table = LastLoginTable(try files.open(path))
            for account in book.accounts {
                if let time = try table.lastLogin(of: account.uid) { times[ByteKey(account.name)] = time }
            }
            reader.cover(Coverage(read: [path]))
        } catch {
            reader.note(error, at: path)
        }
        return times
    }

    private func accessRules(
        of service: String, _ modifiers: inout [String], _ reader: inout SourceReader
    ) -> AccessRules? {
        let stack = PAMStack(of: service) { reader.bytes($0, of: "/etc/pam.d") }
        for module in stack.modules
        where Self.judging.contains(module.name) && ["auth", "account"].contains(module.phase) {
            let entry = "\(service)/\(module.phase)/\(module.name)"
            if !modifiers.contains(entry) { modifiers.append(entry) }
        }
        guard let module = stack.modules(in: "account").first(where: { $0.name == "pam_access.so" }) else { return nil }
        var table = AccessTable()
        for file in accessFiles(module, &reader) {
            if let bytes = reader.bytes(file) { reader.remark(table.add(bytes, file: file)) }
        }
        return AccessRules(table: table, plainNamesMayBeGroups: !module.arguments.contains("nodefgroup"))
    }

    private func accessFiles(_ module: PAMStack.Module, _ reader: inout SourceReader) -> [String] {
        let option = "accessfile="
        if let argument = module.arguments.first(where: { $0.utf8.starts(with: option.utf8) }) {
            return [String(argument.dropFirst(option.count))]
        }
        return ["/etc/security/access.conf"]
            + PathPattern("/etc/security/access.d/*.conf").paths(reading: &reader)
    }

    private static let judging: Set<String> = [
        "pam_succeed_if.so", "pam_listfile.so", "pam_wheel.so", "pam_sss.so", "pam_time.so",
    ]
}
