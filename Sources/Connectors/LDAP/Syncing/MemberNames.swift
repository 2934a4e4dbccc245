import AccessModel

/// Finds the entries of members that a group only knows by the name they sign in with.
///
/// Names are looked up many at a time, and remembered for the groups that follow.
actor MemberNames {
    private let directory: Directory
    private let bases: SearchBases
    private var known: [ByteKey: DistinguishedName] = [:]

    /// How many names are asked for in one search, and how many are remembered.
    private static let (batch, mostKnown) = (50, 50_000)

    init(_ directory: Directory, _ bases: SearchBases) {
        self.directory = directory
        self.bases = bases
    }

    /// Forgets all of them.
    func forget() {
        known = [:]
    }

    /// The entries of those of `names` that there are: by `uid`, and else by `cn`.
    ///
    /// - Throws: a `ServiceError` when several accounts have the same name.
    func entries(named names: [[UInt8]]) async throws -> [ByteKey: DistinguishedName] {
        var found: [ByteKey: DistinguishedName] = [:]
        for name in names { found[ByteKey(name)] = known[ByteKey(name)] }
        for attribute in ["uid", "cn"] {
            let wanted = names.filter { !$0.isEmpty && found[ByteKey($0)] == nil }
            for start in stride(from: 0, to: wanted.count, by: Self.batch) {
                let batch = Array(wanted[start..<min(start + Self.batch, wanted.count)])
                found.merge(try await look(for: batch, in: attribute)) { first, _ in first }
            }
        }
        if known.count + found.count > Self.mostKnown { known = [:] }
        known.merge(found) { _, new in new }
        return found
    }

    private func look(for names: [[UInt8]], in attribute: String) async throws -> [ByteKey: DistinguishedName] {
        let entries = try await entries(with: names, in: attribute)
        var found: [ByteKey: DistinguishedName] = [:]
        var placed = 0
        for name in names {
            let mine = entries.filter { $0.values(attribute).contains { Self.isSame($0, name) } }
            placed += mine.count
            found[ByteKey(name)] = try only(mine, name)
        }
        // The server knows better which names are the same: what can't be told apart here is asked for one by one.
        guard placed < entries.count else { return found }
        for name in names where found[ByteKey(name)] == nil {
            found[ByteKey(name)] = try only(try await self.entries(with: [name], in: attribute), name)
        }
        return found
    }

    private func entries(with names: [[UInt8]], in attribute: String) async throws -> [LDAPEntry] {
        let filter = LDAPFilter.any(of: names.map { .equal(attribute, $0) })
        return try await directory.entries(
            LDAPSearch(base: try await bases.ofUsers, filter: filter.and(UserSyncer.filter), attributes: [attribute]))
    }

    private func only(_ entries: [LDAPEntry], _ name: [UInt8]) throws -> DistinguishedName? {
        guard entries.count > 1 else { return try entries.first?.distinguishedName() }
        let all = entries.prefix(5).map { String(decoding: $0.name, as: UTF8.self) }.joined(separator: " and ")
        throw ServiceError(
            .failedPrecondition,
            "\(entries.count) accounts are called \"\(String(decoding: name, as: UTF8.self))\", which a group names as its member: \(all). "
                + "Narrow --user-search-dn, or give them names of their own.")
    }

    private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        String(decoding: one, as: UTF8.self).isSameName(as: String(decoding: other, as: UTF8.self))
    }
}
