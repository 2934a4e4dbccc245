import AccessModel
import BatonWire
import ConnectorKit

/// How one account is, or would be, a member of one group.
struct Membership {
    /// The group's name as the server spells it.
    let group: String
    /// The attribute that a new membership goes into.
    let attribute: String
    /// What a new membership is written as.
    let value: [UInt8]
    /// What there is of it already: values by attribute.
    let stored: [(attribute: String, values: [[UInt8]])]

    var exists: Bool { !stored.isEmpty }
}

extension GroupMembers {
    /// How `account` is or would be a member of the group of `entry`.
    ///
    /// - Throws: a `ServiceError` when the group's members aren't written into it, or the account is gone.
    func membership(of account: ResourceID, in entry: LDAPEntry) async throws -> Membership {
        let group = String(decoding: entry.name, as: UTF8.self)
        guard !entry.isOf("groupOfURLs") else {
            throw ServiceError(
                .failedPrecondition,
                "\(group): is a dynamic group, whose members follow from its memberURL. Change that.")
        }
        let person = try await directory.entry(account.value, UserSyncer.filter, attributes: ["uid", "cn"])
        guard let person, let name = DistinguishedName(account.value) else {
            throw ServiceError(.notFound, "\(account): not there any more. Sync again.")
        }
        let stored = try await stored(name, person, in: entry)
        let attribute = Self.attribute(of: entry)
        let login = person.values("uid").first ?? name.firstValue
        return Membership(
            group: group, attribute: attribute, value: attribute == "memberUid" ? login : person.name, stored: stored)
    }

    /// The attribute that new members of a group go into, by its classes; where these leave a choice, the one that is used.
    static func attribute(of group: LDAPEntry) -> String {
        let hasNames = ["groupOfNames", "group", "groupOfMembers", "ipausergroup"].contains { group.isOf($0) }
        let isUnique = group.isOf("groupOfUniqueNames")
        if group.isOf("posixGroup") {
            let usesLogins = !group.values("memberUid").isEmpty && group.values("member").isEmpty
            if usesLogins || !(hasNames || isUnique || !group.values("objectGUID").isEmpty) { return "memberUid" }
        }
        return isUnique && !hasNames ? "uniqueMember" : "member"
    }

    /// The values of a group that mean the account, as they are spelled there.
    private func stored(
        _ name: DistinguishedName, _ person: LDAPEntry, in group: LDAPEntry
    ) async throws -> [(attribute: String, values: [[UInt8]])] {
        let logins = person.values("uid") + person.values("cn") + [name.firstValue]
        // A login may belong to somebody else, who then is the member.
        let owners = try await names.entries(named: logins)
        var found: [(attribute: String, values: [[UInt8]])] = []
        for attribute in Self.attributes {
            let values = try await RangedValues(directory: directory).all(attribute, of: group).filter { value in
                if let member = DistinguishedName(value) { return member == name }
                let text = String(decoding: value, as: UTF8.self)
                let login = logins.first { String(decoding: $0, as: UTF8.self).isSameName(as: text) }
                return login.flatMap { owners[ByteKey($0)] } == name
            }
            if !values.isEmpty { found.append((attribute, values)) }
        }
        return found
    }

    /// Says why an account is in a group that doesn't name it; nil when it isn't.
    func otherReason(of account: ResourceID, in group: LDAPEntry) async throws -> String? {
        for part in try await parts(of: group) where !part.id.isEmpty {
            let filter = LDAPFilter.equal(part.type, part.id)
            guard part.type.hasSameBytes(as: "gidNumber") || part.type.hasSameBytes(as: "primaryGroupID") else {
                continue
            }
            guard try await directory.entry(account.value, filter, attributes: LDAPSearch.noAttributes) != nil else {
                continue
            }
            return "it is the primary group of \(account.value). Change its \(part.type) instead."
        }
        return nil
    }
}
