import AccessModel
import ConnectorKit
import Logging

/// Who is in a group, and by which of the ways that directories know.
///
/// A group's members are listed part by part: what its entry names, then those whose entries name the group as their primary one, then
/// what the addresses of a dynamic group find.
struct GroupMembers: Sendable {
    let directory: Directory
    let bases: SearchBases
    let groups: GroupNames
    let names: MemberNames
    /// What was read of groups and not all handed out yet.
    private let readings = Cursors<Reading>(limit: 4)

    /// The values of a group, and how many of them were handed out.
    private struct Reading {
        var values: [[UInt8]] = []
        var done = 0
    }

    /// The attributes that hold members.
    static let attributes = ["member", "uniqueMember", "memberUid"]

    private static let others = ["objectClass", "memberURL", "gidNumber", "objectSid", "groupType", "objectGUID"]

    init(_ directory: Directory, _ bases: SearchBases) {
        self.directory = directory
        self.bases = bases
        groups = GroupNames(directory, bases)
        names = MemberNames(directory, bases)
    }

    /// Forgets what was read during a sync.
    func forget() async {
        readings.removeAll()
        await groups.forget()
        await names.forget()
    }

    /// The entry of a group with all that says who is in it; nil when it is gone.
    func entry(_ name: String) async throws -> LDAPEntry? {
        let wanted = Self.others + Self.attributes.map(RangedValues(directory: directory).firstPart)
        return try await directory.entry(name, GroupSyncer.filter, attributes: wanted)
    }

    /// The parts of a group's members, as states of a page token.
    func parts(of group: LDAPEntry) async throws -> [PageStack.State] {
        guard !group.isOf("groupOfURLs") else {
            return group.texts("memberURL").map { PageStack.State(type: Part.address, id: $0) }
        }
        var parts = [PageStack.State(type: Part.entry)]
        let number = group.text("gidNumber")
        if !number.isEmpty { parts.append(PageStack.State(type: Part.number, id: number)) }
        if let relative = PrimaryGroup(group) {
            parts.append(PageStack.State(type: Part.relative, id: String(relative.number)))
        }
        return parts
    }

    private enum Part {
        /// What the entry names.
        static let entry = "member"
        /// Accounts with the group's number as `gidNumber`.
        static let number = "gidNumber"
        /// Accounts with the group's number in its domain as `primaryGroupID`.
        static let relative = "primaryGroupID"
        /// What an address finds.
        static let address = "groupOfURLs"
    }

    /// One page of a part, and the token of the next.
    ///
    /// - Parameter entry: reads the group, when what it names has to be read.
    func page(
        of part: PageStack.State, in entry: () async throws -> LDAPEntry?
    ) async throws -> (rows: [GroupMember], next: String?) {
        switch part.type {
        case Part.entry: try await named(after: part.token, by: entry)
        case Part.number: try await accounts(.equal("gidNumber", part.id), after: part.token, isFixed: false)
        case Part.relative: try await accounts(.equal("primaryGroupID", part.id), after: part.token, isFixed: true)
        case Part.address: try await found(by: part.id, after: part.token)
        default: throw ServiceError(.invalidArgument, "page token corrupt: unknown part \"\(part.type.prefix(40))\"")
        }
    }

    // MARK: What the entry names

    private func named(
        after token: String, by entry: () async throws -> LDAPEntry?
    ) async throws -> (rows: [GroupMember], next: String?) {
        let place = try ListToken(parsing: token)
        let known = readings.take(place)
        var reading = known ?? Reading()
        if known == nil, let entry = try await entry() { reading.values = try await values(of: entry) }
        let end = min(reading.done + directory.sizes.members, reading.values.count)
        let rows = try await members(Array(reading.values[reading.done..<end]))
        guard end < reading.values.count else { return (rows, nil) }
        let next = try place.next(isFresh: known == nil)
        reading.done = end
        readings.keep(reading, at: next)
        return (rows, next.text)
    }

    /// All values that name members.
    func values(of entry: LDAPEntry) async throws -> [[UInt8]] {
        let ranges = RangedValues(directory: directory)
        var values: [[UInt8]] = []
        for attribute in Self.attributes { values += try await ranges.all(attribute, of: entry) }
        guard values.isEmpty else { return values }
        try await check(emptyGroup: entry)
        return []
    }

    /// A group that can't be without members has none to be seen.
    private func check(emptyGroup entry: LDAPEntry) async throws {
        let required = ["groupOfNames": "member", "groupOfUniqueNames": "uniqueMember"]
        guard let attribute = required.first(where: { entry.isOf($0.key) })?.value,
            try await directory.serverFacts().isOpenLDAP
        else { return }
        throw ServiceError(
            .permissionDenied,
            "\(String(decoding: entry.name, as: UTF8.self)): its members can't be seen. Let \(directory.settings.bindDN) read \(attribute) there."
        )
    }

    /// The members that values name: those that are names of entries, and those that are names to sign in with.
    private func members(_ values: [[UInt8]]) async throws -> [GroupMember] {
        var members: [GroupMember] = []
        var seen: Set<ResourceID> = []
        let parsed = values.map { DistinguishedName($0) }
        let named = try await names.entries(named: zip(values, parsed).filter { $0.1 == nil }.map(\.0))
        let groups = values.isEmpty ? [] : try await self.groups.all()
        for (value, name) in zip(values, parsed) {
            guard let name = name ?? named[ByteKey(value)] else { continue }
            let member = GroupMember(name, among: groups)
            if seen.insert(member.id).inserted { members.append(member) }
        }
        return members
    }

    // MARK: What has to be searched

    /// Accounts that name the group as their primary one.
    private func accounts(
        _ filter: LDAPFilter, after token: String, isFixed: Bool
    ) async throws -> (rows: [GroupMember], next: String?) {
        let search = LDAPSearch(
            base: try await bases.ofUsers, filter: filter.and(UserSyncer.filter), attributes: LDAPSearch.noAttributes)
        return try await directory.page(of: search, after: token, size: directory.sizes.members) {
            GroupMember(try $0.distinguishedName(), among: [], isFixed: isFixed)
        }
    }

    /// What the address of a dynamic group finds.
    private func found(by address: String, after token: String) async throws -> (rows: [GroupMember], next: String?) {
        let search = try MemberAddress(parsing: address).search
        let groups = try await groups.all()
        return try await directory.page(of: search, after: token, size: directory.sizes.members) {
            GroupMember(try $0.distinguishedName(), among: groups, isFixed: true)
        }
    }
}

/// A group of Active Directory that accounts can have as their primary one, by its number in the domain.
private struct PrimaryGroup {
    let number: UInt32

    /// Nil when the group can't be anybody's primary one: only global and universal security groups can.
    init?(_ group: LDAPEntry) {
        guard let sid = group.values("objectSid").first, sid.count >= 12, let kind = Int64(group.text("groupType")),
            kind & 0x8000_0000 != 0, kind & 0xA != 0
        else { return nil }
        number = sid.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
