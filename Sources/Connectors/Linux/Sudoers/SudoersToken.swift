/// One lexical unit of a sudoers file, with the place where it starts.
struct SudoersToken: Sendable {
    enum Kind: Equatable, Sendable {
        case word, alias, all, netgroup, userGroup, network, command
        case variable, digest
        case include, includeDirectory
        case defaults(SudoersDefaults.Scope)
        case aliasKeyword(SudoersAliasKind)
        case tag(SudoersTag)
        case option(SudoersOption)
        case digestKind(SudoersDigest.Kind)
        case colon, comma, equals, plusEquals, minusEquals, not, open, close
        case newline, end
        case invalid(String)
    }

    var kind: Kind
    /// What was written, without its escapes; the path when this is a command.
    var text: [UInt8] = []
    /// The arguments of a command, or nil when it is written without any.
    var arguments: [UInt8]?
    var line: Int
    var column: Int
}

/// The four kinds of alias; each has names of its own.
enum SudoersAliasKind: Int, Sendable, CaseIterable {
    case user, runAs, host, command
}

/// A word in capitals before a command that takes a value, such as `CWD=/srv`.
enum SudoersOption: String, Sendable, CaseIterable {
    case timeout = "TIMEOUT"
    case notBefore = "NOTBEFORE"
    case notAfter = "NOTAFTER"
    case directory = "CWD"
    case root = "CHROOT"
    case role = "ROLE"
    case type = "TYPE"
    case appArmorProfile = "APPARMOR_PROFILE"
    /// Solaris only: older versions of sudo read it as the name of an alias elsewhere.
    case privileges = "PRIVS"
    /// Solaris only, like `PRIVS`.
    case limitPrivileges = "LIMITPRIVS"
}

/// A word in capitals before a command that ends in a colon, such as `NOPASSWD:`.
struct SudoersTag: Equatable, Sendable {
    enum Subject: String, Sendable, CaseIterable {
        case password = "PASSWD"
        case execution = "EXEC"
        case interception = "INTERCEPT"
        case environment = "SETENV"
        case outputLog = "LOG_OUTPUT"
        case inputLog = "LOG_INPUT"
        case mail = "MAIL"
        case following = "FOLLOW"
    }

    var subject: Subject
    var isOn: Bool

    /// The tag with this name in capitals, or nil.
    init?(_ name: some Collection<UInt8>) {
        if let subject = Subject.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) {
            self.subject = subject
            isOn = true
        } else if name.starts(with: "NO".utf8),
            let subject = Subject.allCases.first(where: { name.dropFirst(2).elementsEqual($0.rawValue.utf8) })
        {
            self.subject = subject
            isOn = false
        } else {
            return nil
        }
    }
}
