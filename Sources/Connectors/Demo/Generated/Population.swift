import AccessModel
import BatonWire
import SwiftProtobuf

/// Makes the users, groups and roles of a scale, each from its number alone.
///
/// The formulas are those of the measured reference files, so that both can be compared.
struct Population: Sendable {
    let scale: Scale

    private static let firstNames = [
        "Ada", "Bram", "Chidi", "Dina", "Emil", "Farah", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mina", "Nils",
        "Olga", "Pia", "Quinn", "Rosa", "Sven", "Tara",
    ]
    private static let lastNames = [
        "Okafor", "Lindqvist", "Marsh", "Tanaka", "Novak", "Ibarra", "Weiss", "Dlamini", "Petrov", "Costa", "Haugen",
        "Singh", "Moreau", "Walsh", "Yilmaz", "Zhang", "Abbott", "Bianchi", "Farkas",
    ]
    private static let departments = [
        "Engineering", "Sales", "Finance", "Legal", "Support", "Marketing", "People", "Security",
    ]

    func userID(_ number: Int) -> ResourceID { ResourceID("user", "u" + number.padded(to: 7)) }
    func groupID(_ number: Int) -> ResourceID { ResourceID("group", "g" + number.padded(to: 5)) }
    func roleID(_ number: Int) -> ResourceID { ResourceID("role", "r" + number.padded(to: 3)) }

    func user(_ number: Int) -> Resource {
        let mixed = number * 2_654_435_761 + scale.seed * 40503
        let first = Self.firstNames[mixed / 8 % Self.firstNames.count]
        let last = Self.lastNames[mixed / 512 % Self.lastNames.count]
        let login = "\(first.lowercased()).\(last.lowercased())\(number)"
        var attributes = UserAttributes()
        attributes.emails = [login + "@corp.example"]
        attributes.login = login
        attributes.status = number % 23 == 7 ? .disabled : .enabled
        attributes.profile = Profile([
            "first_name": .text(first), "last_name": .text(last), "login": .text(login),
            "department": .text(Self.departments[mixed / 16384 % Self.departments.count]),
            "title": .text("Level \(mixed / 32 % 7)"), "employee_id": .text("E" + number.padded(to: 7)),
        ])
        attributes.createdAt = .with { $0.seconds = 1_600_000_000 + Int64(number) * 37 }
        attributes.lastLogin = .with { $0.seconds = 1_750_000_000 + Int64(mixed % 1_000_000) }
        return .user(userID(number), name: "\(first) \(last)", attributes: attributes)
    }

    func group(_ number: Int) -> Resource {
        let department = Self.departments[number % Self.departments.count]
        return .group(
            groupID(number), name: "Group " + number.padded(to: 5),
            profile: Profile(["description": .text("\(department) team \(number)"), "index": .number(number)]))
    }

    func role(_ number: Int) -> Resource {
        .role(roleID(number), name: "Role " + number.padded(to: 3))
    }

    /// Picks different users for a group, one for each place in it.
    func members(ofGroup number: Int) -> (_ place: Int) -> ResourceID {
        let start = number * 7919 + scale.seed
        var stride = 1 + (number * 37 + 11 * scale.seed) % 97
        while !Self.areCoprime(stride, scale.users) { stride += 1 }
        return { userID((start + $0 * stride) % scale.users) }
    }

    /// The user at a place in a role.
    func holder(ofRole number: Int, place: Int) -> ResourceID {
        userID((number * 101 + place) % scale.users)
    }

    private static func areCoprime(_ one: Int, _ other: Int) -> Bool {
        var (one, other) = (one, other)
        while other != 0 { (one, other) = (other, one % other) }
        return one == 1
    }
}

extension Int {
    /// In decimal, with leading zeros up to a width.
    fileprivate func padded(to width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
