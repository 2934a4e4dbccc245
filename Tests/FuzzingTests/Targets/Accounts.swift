import AccessModel

@testable import LinuxConnector

extension FuzzTarget {
    static let accounts = [
        FuzzTarget("passwd", passwd), FuzzTarget("group", group), FuzzTarget("name-service", nameService),
        FuzzTarget("login-records", longest: 4096, loginRecords), FuzzTarget("host-files", hostFiles),
        FuzzTarget("posix-acl", longest: 512, posixACL), FuzzTarget("crontab", crontab),
        FuzzTarget("unit-file", unitFile),
    ]

    private static let today = Day(19_675)

    /// The bytes as `passwd` and as `shadow`.
    @Sendable private static func passwd(_ bytes: [UInt8]) async throws {
        let shadow = ShadowFile.parse(bytes)
        try requireLines(shadow.problems)
        let passwd = PasswdFile.parse(bytes)
        try requireLines(passwd.problems)
        for entry in passwd.content {
            _ = Comment(entry.comment, login: entry.name)
            let secret = shadow.content[ByteKey(entry.name)]
            let account = Account(
                entry, password: entry.password ?? secret?.password ?? .disabled, age: secret?.age, source: .files)
            _ = AccountStatus(of: account, shells: LoginShells(), keys: .none, today: today)
        }
    }

    /// The bytes as `group` and as `gshadow`.
    @Sendable private static func group(_ bytes: [UInt8]) async throws {
        let groups = GroupFile.parse(bytes)
        try requireLines(groups.problems)
        let shadow = GroupFile.parseShadow(bytes)
        try requireLines(shadow.problems)
        for entry in groups.content {
            _ = AccountGroup(entry, shadow: shadow.content[ByteKey(entry.name)], source: .files)
        }
    }

    /// What says where accounts come from, what they are called elsewhere, and which numbers they may have.
    @Sendable private static func nameService(_ bytes: [UInt8]) async throws {
        _ = NameSources(parsing: bytes).reachBeyondFiles
        _ = Netgroup.parse(bytes)
        _ = LoginDefinitions(parsing: bytes).accountType(of: 1000)
        _ = LoginShells(parsing: bytes).admit(bytes.asText)
        _ = MailAddresses.parseAddresses(bytes)
        _ = MailAddresses.parseAliases(bytes)
        try requireLines(SubordinateIDs.parse(bytes).problems)
    }

    @Sendable private static func loginRecords(_ bytes: [UInt8]) async throws {
        for time in SessionRecords.newest(in: bytes[...]).values { try promise(time > 0, "a session at \(time)") }
        _ = SessionRecords.newest(in: bytes.dropFirst(7))
        _ = LastLoginTable.time(in: bytes)
    }

    @Sendable private static func hostFiles(_ bytes: [UInt8]) async throws {
        _ = OSRelease.parse(bytes)
        _ = (HostFiles.machineID(in: bytes), HostFiles.bootTime(in: bytes), HostFiles.name(in: bytes))
        _ = HostFiles.fullName(of: "web1", in: bytes)
    }

    @Sendable private static func posixACL(_ bytes: [UInt8]) async throws {
        guard let list = AccessList(attribute: bytes) else { return }
        let shown = list.lines
        try promise(shown.count >= 3 && shown.allSatisfy { $0.contains(":") }, "shown as \(shown)")
        _ = list.users.values.map(list.effective)
    }

    @Sendable private static func crontab(_ bytes: [UInt8]) async throws {
        for hasUsers in [true, false] {
            let jobs = Crontab.parse(bytes, hasUsers: hasUsers, file: "f")
            try requireLines(jobs.problems)
            for job in jobs.content { try promise(!job.program.isEmpty, "a job without a program: \(job)") }
        }
        _ = Crontab.admits(bytes.asText)
    }

    @Sendable private static func unitFile(_ bytes: [UInt8]) async throws {
        var unit = UnitFile()
        unit.add(bytes)
        unit.add(bytes)
        _ = (unit.user, unit.group, unit.hasDynamicUser)
        _ = UnitFile.shown(bytes).compactMap(ServiceIdentity.init(shown:))
    }

    static func requireLines(_ problems: [LineProblem]) throws {
        for problem in problems { try promise(problem.line > 0, "a problem without a line: \(problem)") }
    }
}
