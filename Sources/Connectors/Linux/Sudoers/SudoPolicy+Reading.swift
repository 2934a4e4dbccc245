import AccessModel

/// Reads the sudoers file at `path` and all it includes, and resolves it for one host; nil when there is none.
///
/// - Throws: `SudoersError.unreadable` for lack of rights, `SudoersLimitExceeded` for files beyond all measure, and
///   what looking up a netgroup throws.
func readSudoPolicy(
    at path: String = "/etc/sudoers", in files: InspectedRoot, given: SudoSurroundings
) async throws -> SudoPolicy? {
    let shortName = given.hostName.utf8.prefix { $0 != .init(ascii: ".") }
    var reader = SudoersFiles(in: files, path: path, shortHostName: String(decoding: shortName, as: UTF8.self))
    guard try reader.read() else { return nil }
    let source = SudoersSource(reader.entries, problems: reader.problems)
    let netgroups = try await SudoNetgroups(of: source, given: given)
    var resolver = try SudoResolver(source, given: given, netgroups: netgroups)
    return try resolver.policy(problems: source.problems)
}

extension SudoResolver {
    mutating func policy(problems: [SudoProblem]) throws -> SudoPolicy {
        try applyDenials()
        let rules = try rules()
        let aliases = try aliases(of: rules)
        let unresolved = unresolved.sorted { $0.lexicographicallyPrecedes($1) }
        return SudoPolicy(
            rules: rules, aliases: aliases, problems: problems + circleProblems,
            unresolved: unresolved.map { String(decoding: $0, as: UTF8.self) })
    }

    private var circleProblems: [SudoProblem] {
        scene.expansion.circles.map { alias in
            let name = String(decoding: alias.name, as: UTF8.self)
            return SudoProblem(
                file: alias.place.file, line: alias.place.line, column: alias.place.column,
                message: "\(name) names itself, directly or through other aliases. The circle is cut.")
        }
    }

    /// The aliases that lead from a rule to its users.
    private mutating func aliases(of rules: [SudoPolicy.Rule]) throws -> [SudoPolicy.Alias] {
        var waiting = rules.flatMap(\.holders).compactMap(\.aliasName)
        var found: [ByteKey: SudoPolicy.Alias] = [:]
        while let name = waiting.popLast() {
            guard found[ByteKey(name)] == nil else { continue }
            let members = try members(of: Array(name.utf8))
            found[ByteKey(name)] = SudoPolicy.Alias(name: name, members: members)
            waiting += members.compactMap(\.aliasName)
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension SudoPolicy.Holder {
    fileprivate var aliasName: String? {
        if case .alias(let name) = self { name } else { nil }
    }
}
