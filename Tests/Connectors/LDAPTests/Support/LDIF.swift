import Foundation

/// Entries as text.
enum LDIF {
    /// The top of the directory, and a place for people, groups and roles.
    static let places = """
        dn: dc=corp,dc=example
        objectClass: dcObject
        objectClass: organization
        o: Corp
        dc: corp


        """ + ["people", "groups", "roles"].map { unit($0) }.joined()

    static func unit(_ name: String, in parent: String = "dc=corp,dc=example") -> String {
        "dn: ou=\(name),\(parent)\nobjectClass: organizationalUnit\nou: \(name)\n\n"
    }

    static func person(_ uid: String, _ more: String...) -> String {
        entry(
            "uid=\(uid),ou=people,dc=corp,dc=example",
            ["objectClass: inetOrgPerson", "uid: \(uid)"] + (more.isEmpty ? ["cn: \(uid)", "sn: \(uid)"] : more))
    }

    static func group(_ name: String, of members: [String], _ more: String...) -> String {
        entry(
            "cn=\(name),ou=groups,dc=corp,dc=example",
            ["objectClass: groupOfNames", "cn: \(name)"] + members.map { "member: \($0)" } + more)
    }

    static func entry(_ name: String, _ lines: [String]) -> String {
        ([line("dn", name)] + lines).joined(separator: "\n") + "\n\n"
    }

    /// A line with a value that need not be plain text.
    static func line(_ attribute: String, _ value: String) -> String {
        line(attribute, Data(value.utf8))
    }

    static func line(_ attribute: String, _ value: Data) -> String {
        let isPlain =
            value.allSatisfy { (0x20...0x7E).contains($0) } && ![0x20, 0x3A, 0x3C].contains(value.first)
            && value.last != 0x20
        return isPlain
            ? "\(attribute): \(String(decoding: value, as: UTF8.self))"
            : "\(attribute):: \(value.base64EncodedString())"
    }

    static func name(_ uid: String) -> String { "uid=\(uid),ou=people,dc=corp,dc=example" }

    /// Twelve people, groups in each other and of all kinds, a role.
    static let small =
        places + (0..<12).map { person("u\($0)", "cn: Person \($0)", "sn: \($0)", "userPassword: old-\($0)") }.joined()
        + group("one", of: (0..<5).map { name("u\($0)") }, "description: The first")
        + group("two", of: (4..<9).map { name("u\($0)") })
        + group("all", of: ["one", "two"].map { "cn=\($0),ou=groups,dc=corp,dc=example" } + [name("u9")])
        + entry(
            "cn=unique,ou=groups,dc=corp,dc=example",
            ["objectClass: groupOfUniqueNames", "cn: unique", "uniqueMember: \(name("u1"))"])
        + entry(
            "cn=posix,ou=groups,dc=corp,dc=example",
            ["objectClass: posixGroup", "cn: posix", "gidNumber: 3000", "memberUid: u2", "memberUid: nobody"])
        + entry(
            "cn=boss,ou=roles,dc=corp,dc=example",
            ["objectClass: organizationalRole", "cn: boss", "roleOccupant: \(name("u0"))"])
}
