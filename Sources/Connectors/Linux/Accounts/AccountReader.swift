import AccessModel

/// What the files of accounts say, before it is put together.
struct AccountFiles: Sendable {
    var accounts: [Account] = []
    var groups: [AccountGroup] = []
    var definitions = LoginDefinitions()
    var shells = LoginShells()
    var sources = NameSources()
    var subordinateUsers: [ByteKey: [String]] = [:]
    var addresses: [ByteKey: String] = [:]
    /// Whether `shadow` could be read, or there is none.
    var knowsPasswords = true
    /// Whether an entry in the old syntax asks for accounts from elsewhere.
    var hasCompatibilityEntries = false

    /// Reads them all.
    ///
    /// - Throws: `ServiceError` when `passwd` or `group` can't be read, without which no list would be true.
    init(from reader: inout SourceReader) throws {
        let passwd = try reader.bytesOrThrow("/etc/passwd", isRequired: true) ?? []
        let group = try reader.bytesOrThrow("/etc/group", isRequired: false) ?? []
        hasCompatibilityEntries = (passwd.lines + group.lines).contains(where: \.isCompatibility)
        accounts = readAccounts(passwd, &reader)
        groups = Self.readGroups(group, &reader)
        if let bytes = reader.bytes("/etc/login.defs") { definitions = LoginDefinitions(parsing: bytes) }
        if let bytes = reader.bytes("/etc/shells") { shells = LoginShells(parsing: bytes) }
        if let bytes = reader.bytes("/etc/nsswitch.conf") { sources = NameSources(parsing: bytes) }
        if let bytes = reader.bytes("/etc/subuid") {
            let parsed = SubordinateIDs.parse(bytes)
            reader.remark(parsed.problems)
            subordinateUsers = parsed.content
        }
        if let bytes = reader.bytes("/etc/aliases") { addresses = MailAddresses.parseAliases(bytes) }
        if let bytes = reader.bytes("/etc/email-addresses") {
            addresses.merge(MailAddresses.parseAddresses(bytes)) { _, better in better }
        }
    }

    private mutating func readAccounts(_ bytes: [UInt8], _ reader: inout SourceReader) -> [Account] {
        let passwd = PasswdFile.parse(bytes)
        reader.remark(passwd.problems)
        reader.cover(Coverage(leftOut: passwd.problems, of: "/etc/passwd"))
        var shadow: [ByteKey: ShadowEntry] = [:]
        if let bytes = reader.bytes("/etc/shadow") {
            let parsed = ShadowFile.parse(bytes)
            reader.remark(parsed.problems)
            shadow = parsed.content
        } else {
            knowsPasswords = !reader.coverage.unreadable.contains("/etc/shadow")
        }
        return passwd.content.map { entry in
            let secret = shadow[ByteKey(entry.name)]
            // An account that shadow doesn't know can't log in with a password.
            let hidden = knowsPasswords ? secret?.password ?? .disabled : .unknown
            return Account(entry, password: entry.password ?? hidden, age: secret?.age, source: .files)
        }
    }

    private static func readGroups(_ bytes: [UInt8], _ reader: inout SourceReader) -> [AccountGroup] {
        let groups = GroupFile.parse(bytes)
        reader.remark(groups.problems)
        reader.cover(Coverage(leftOut: groups.problems, of: "/etc/group"))
        var shadow: [ByteKey: GroupShadowEntry] = [:]
        if let bytes = reader.bytes("/etc/gshadow") {
            let parsed = GroupFile.parseShadow(bytes)
            reader.remark(parsed.problems)
            shadow = parsed.content
        }
        return groups.content.map { AccountGroup($0, shadow: shadow[ByteKey($0.name)], source: .files) }
    }
}
