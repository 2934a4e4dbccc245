/// The netgroups that sudoers names, looked up once.
struct SudoNetgroups: Sendable {
    struct Triple: Sendable {
        /// Nil stands for any.
        var host: [UInt8]?
        /// Nil stands for any.
        var user: [UInt8]?
    }

    /// More names than these are not looked up.
    static let mostNames = 1_000

    /// Nil is a netgroup that can't be resolved.
    ///
    /// Names have their `+`.
    private var triples: [[UInt8]: [Triple]?] = [:]

    /// Asks for each netgroup of `source`.
    init(of source: SudoersSource, given: SudoSurroundings) async throws {
        for name in source.netgroups.prefix(Self.mostNames) {
            let answer = try await given.netgroupMembers(String(decoding: name.dropFirst(), as: UTF8.self))
            triples[name] = .some(answer?.map { Triple(host: Self.known($0.host), user: Self.known($0.user)) })
        }
    }

    private static func known(_ name: String?) -> [UInt8]? {
        name.flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    }

    /// The users of a netgroup, nil among them standing for everybody; nil when it can't be resolved.
    func users(_ name: [UInt8]) -> [[UInt8]?]? {
        (triples[name] ?? nil).map { $0.map(\.user) }
    }

    /// Whether a host of one of these names, in lower case, is in a netgroup; nil when that is not known.
    func contains(host names: [[UInt8]], _ netgroup: [UInt8]) -> Bool? {
        (triples[netgroup] ?? nil).map { $0.contains { $0.host.map { names.contains($0.lowercased) } ?? true } }
    }
}

extension SudoersSource {
    /// The names of all netgroups with their `+`, in a fixed order.
    fileprivate var netgroups: [[UInt8]] {
        var names: Set<[UInt8]> = []
        func add(_ members: [SudoersMember]?) {
            for case .netgroup(let name) in (members ?? []).lazy.map(\.subject) { names.insert(name) }
        }
        for specification in specifications {
            add(specification.users)
            for privilege in specification.privileges {
                add(privilege.hosts)
                for command in privilege.commands { add(command.runAs?.users) }
            }
        }
        for alias in aliases.values { add(alias.members) }
        for line in defaults { add(line.binding) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
