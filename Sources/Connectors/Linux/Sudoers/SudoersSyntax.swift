/// Where something is written.
struct SudoersPlace: Sendable, Hashable {
    var file: String
    var line: Int
    var column: Int
}

/// One thing said in a sudoers file, in the order of the file.
enum SudoersEntry: Sendable {
    case specification(SudoersSpecification)
    /// The aliases of one line, as far as the line could be read.
    case aliases([SudoersAlias])
    case defaults(SudoersDefaults)
    case include(SudoersInclude)
}

/// Who may do what: `users hosts = commands : hosts = commands`.
struct SudoersSpecification: Sendable {
    var place: SudoersPlace
    var users: [SudoersMember]
    var privileges: [SudoersPrivilege]
}

/// What the users of a specification may do on some hosts.
struct SudoersPrivilege: Sendable {
    var hosts: [SudoersMember]
    /// As written: what carries over from the command before is absent here.
    var commands: [SudoersCommandRule]
}

/// One command with what is written before it.
struct SudoersCommandRule: Sendable {
    var runAs: SudoersRunAs?
    var options = SudoersOptions()
    var tags = SudoersTags()
    var command: SudoersMember
}

/// The accounts and groups a command may run as: what stands in parentheses.
struct SudoersRunAs: Sendable, Hashable {
    var users: [SudoersMember]?
    var groups: [SudoersMember]?
}

/// One element of a list.
struct SudoersMember: Sendable, Hashable {
    enum Subject: Sendable, Hashable {
        case all
        /// The invoking user: empty parentheses.
        case myself
        case word([UInt8])
        case alias([UInt8])
        /// With its `%`.
        case userGroup([UInt8])
        /// With its `+`.
        case netgroup([UInt8])
        case network([UInt8])
        case command(SudoersCommand)
    }

    var subject: Subject
    var isNegated = false
}

/// A command pattern; no path means `ALL`.
struct SudoersCommand: Sendable, Hashable {
    var path: [UInt8]?
    /// Nil allows any arguments, `""` allows none.
    var arguments: [UInt8]?
    var digests: [SudoersDigest] = []
}

/// The checksum that a program must have.
struct SudoersDigest: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case sha224, sha256, sha384, sha512

        var byteCount: Int {
            switch self {
            case .sha224: 28
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    var kind: Kind
    var value: [UInt8]
}

/// Options of a command; nil means not said.
struct SudoersOptions: Sendable, Hashable {
    /// Unix seconds.
    var notBefore: Int64?
    /// Unix seconds.
    var notAfter: Int64?
    /// Seconds; zero is the same as none.
    var timeout: Int?
    var directory: [UInt8]?
    var root: [UInt8]?
    var role: [UInt8]?
    var type: [UInt8]?
    var appArmorProfile: [UInt8]?
}

/// Tags of a command; nil means not said.
struct SudoersTags: Sendable, Hashable {
    var password: Bool?
    var execution: Bool?
    var interception: Bool?
    var environment: Bool?
    var outputLog: Bool?
    var inputLog: Bool?
    var mail: Bool?
    var following: Bool?

    mutating func set(_ tag: SudoersTag) {
        self[keyPath: Self.field(tag.subject)] = tag.isOn
    }

    static func field(_ subject: SudoersTag.Subject) -> WritableKeyPath<SudoersTags, Bool?> {
        switch subject {
        case .password: \.password
        case .execution: \.execution
        case .interception: \.interception
        case .environment: \.environment
        case .outputLog: \.outputLog
        case .inputLog: \.inputLog
        case .mail: \.mail
        case .following: \.following
        }
    }
}

/// A named list.
struct SudoersAlias: Sendable {
    var kind: SudoersAliasKind
    var name: [UInt8]
    var members: [SudoersMember]
    var place: SudoersPlace
}

/// Settings of sudo, for everybody or for some.
struct SudoersDefaults: Sendable {
    enum Scope: Sendable, Equatable {
        case everywhere, host, user, runAs, command
    }

    struct Setting: Sendable {
        enum Operation: Sendable, Equatable {
            case on, off
            case assign, add, remove
        }

        var name: [UInt8]
        var operation: Operation
        var value: [UInt8]?
    }

    var place: SudoersPlace
    var scope: Scope
    var binding: [SudoersMember]
    var settings: [Setting]
}

/// Another file, or all files of a folder, to be read at this point.
struct SudoersInclude: Sendable {
    var place: SudoersPlace
    var path: [UInt8]
    var isDirectory: Bool
}
