import AccessModel
import BatonWire
import SwiftProtobuf

extension Resource {
    /// The account that an entry describes.
    ///
    /// - Throws: a `ServiceError` when its state can't be read.
    init(user entry: LDAPEntry) throws {
        let name = try entry.distinguishedName().text
        let names = PersonNames(entry)
        let logins = LoginNames(entry)
        var trait = C1_Connector_V2_UserTrait()
        trait.emails = [entry.text("mail")].filter { !$0.isEmpty }.map { address in
            .with {
                $0.address = address
                $0.isPrimary = true
            }
        }
        trait.login = logins.main
        trait.loginAliases = logins.others
        trait.accountType = Self.isService(entry) ? .service : .human
        let isEnabled = try Self.isEnabled(entry, named: name)
        trait.status.status = isEnabled ? .enabled : .disabled
        if let lastLogin = Self.lastLogin(entry) { trait.lastLogin = lastLogin }

        self.init(ResourceID(.user, name), name: names.display.shortened(toBytes: 1024))
        status.status = isEnabled ? .enabled : .disabled
        let created = DirectoryTime.generalized(entry.text("createTimestamp"))
        if let created = created ?? DirectoryTime.generalized(entry.text("whenCreated")) { createdAt = created }
        profile = Self.profile(entry, name: name, names, login: logins.main)
        annotations = [Annotation(carrying: trait)]
    }

    /// What is known of an account: what others need, and every attribute with one value that can be printed.
    private static func profile(_ entry: LDAPEntry, name: String, _ names: PersonNames, login: String) -> Profile {
        var profile = Profile([
            "user_id": .text(entry.text("uid")), "first_name": .text(names.first), "last_name": .text(names.last),
            "path": .text(name),
        ])
        for attribute in entry.attributes where attribute.values.count == 1 && !attribute.isSecret {
            guard attribute.values[0].allSatisfy(isPrintable) else { continue }
            profile.fields[attribute.name] = .text(String(decoding: attribute.values[0], as: UTF8.self))
        }
        if !login.isEmpty { profile.fields["login"] = .text(login) }
        return profile
    }

    private static func isService(_ entry: LDAPEntry) -> Bool {
        entry.isOf("computer") || entry.isOf("msDS-ManagedServiceAccount")
    }

    private static func isEnabled(_ entry: LDAPEntry, named name: String) throws -> Bool {
        let control = entry.text("userAccountControl")
        if !control.isEmpty {
            guard let flags = Int64(control) else {
                throw ServiceError(
                    .dataLoss, "\(name): its userAccountControl is \"\(control.prefix(40))\", which is no number.")
            }
            return flags & 2 == 0
        }
        return !["1", "t", "T", "true", "TRUE", "True"].contains(entry.text("nsAccountLock"))
    }

    private static func lastLogin(_ entry: LDAPEntry) -> Google_Protobuf_Timestamp? {
        ["lastLogonTimestamp", "authTimestamp"].lazy.map { entry.text($0) }.compactMap {
            DirectoryTime.generalized($0) ?? DirectoryTime.windows($0)
        }.first
    }
}

/// What a person is called.
private struct PersonNames {
    let display: String
    let first: String
    let last: String

    init(_ entry: LDAPEntry) {
        let common = entry.text("cn")
        let parts = common.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let given = [entry.text("givenName"), entry.text("sn")]
        let isComplete = !given.contains("")
        first = isComplete ? given[0] : parts.first ?? ""
        last = isComplete ? given[1] : parts.dropFirst().first ?? ""
        display = [entry.text("displayName"), common, entry.text("uid")].first { !$0.isEmpty } ?? ""
    }
}

/// What an account signs in with.
private struct LoginNames {
    let main: String
    let others: [String]

    init(_ entry: LDAPEntry) {
        var seen: Set<ByteKey> = []
        let names = ["sAMAccountName", "uid", "cn", "userPrincipalName", "objectGUID"]
            .compactMap { entry.values($0).first }
            .filter { !$0.isEmpty && $0.allSatisfy(isPrintable) && seen.insert(ByteKey($0)).inserted }
            .map { String(decoding: $0, as: UTF8.self) }
        main = names.first ?? ""
        others = Array(names.dropFirst())
    }
}

private func isPrintable(_ byte: UInt8) -> Bool { (32...126).contains(byte) }

extension LDAPEntry.Attribute {
    /// Whether it may hold a password, or the digest of one, by its name.
    var isSecret: Bool {
        let name = name.lowercased()
        return ["password", "pwdhistory", "unicodepwd", "dbcspwd"].contains { name.contains($0) }
            || name == "ms-mcs-admpwd"
    }
}

extension String {
    /// The beginning of the text that has no more than `limit` bytes, whole scalars of it.
    func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return String(self[..<end])
    }
}
