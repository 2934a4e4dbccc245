import StandinKit
import WireForm

/// The attributes of Okta's own user profile, and their limits.
enum UserProfile {
    /// Attributes and the most characters that each may have.
    private static let lengths: [String: Int?] = [
        "login": 100, "email": 100, "secondEmail": 100, "firstName": 50, "lastName": 50, "middleName": nil,
        "honorificPrefix": nil, "honorificSuffix": nil, "title": nil, "displayName": nil, "nickName": nil,
        "profileUrl": nil, "primaryPhone": 100, "mobilePhone": 100, "streetAddress": 1024, "city": 128, "state": 128,
        "zipCode": 50, "countryCode": 2, "postalAddress": 4096, "preferredLanguage": nil, "locale": nil,
        "timezone": nil, "userType": nil, "employeeNumber": nil, "costCenter": nil, "organization": nil,
        "division": nil, "department": nil, "managerId": nil, "manager": nil,
    ]

    /// What every user has, in the order in which Okta complains.
    static let required = ["login", "firstName", "lastName", "email"]

    static func isKnown(_ name: String) -> Bool { lengths.keys.contains(name) }

    /// What is wrong with a profile; nothing when it is right.
    static func problems(_ profile: JSONObject) -> [String] {
        var problems = required.filter { profile[$0]?.string?.isEmpty ?? true }
            .map { "\($0): The field cannot be left blank" }
        for (name, value) in profile.members {
            if let problem = problem(name, value) { problems.append("\(name): \(problem)") }
        }
        if !isAddress(profile["login"]?.string ?? "") {
            problems.append("login: Username must be in the form of an email address")
        }
        for name in ["email", "secondEmail"] {
            if let address = profile[name]?.string, !address.isEmpty, !isAddress(address) {
                problems.append("\(name): Does not match required pattern")
            }
        }
        return problems
    }

    private static func problem(_ name: String, _ value: JSONValue) -> String? {
        switch value {
        case .object: return "The value is not of the attribute's type"
        case .string(let text):
            guard let most = lengths[name] ?? nil, text.count > most else { return nil }
            return "String is too long (maximum \(most))"
        case .null: return nil
        default: return isKnown(name) ? "The value is not of the attribute's type" : nil
        }
    }

    static func isAddress(_ text: String) -> Bool {
        let sides = text.split(separator: "@", omittingEmptySubsequences: false)
        return sides.count == 2 && !sides[0].isEmpty && !sides[1].isEmpty && !text.contains(" ")
    }
}

extension Org {
    func hasProfileAttribute(_ name: String) -> Bool {
        UserProfile.isKnown(name) || settings.customAttributes.contains(name)
    }

    /// Refuses a profile that no user may have.
    ///
    /// - Parameter id: the user that it is for; nil for a new one.
    func checkProfile(_ profile: JSONObject, of id: String?) throws(OktaError) {
        let problems = UserProfile.problems(profile)
        if let first = problems.first {
            throw .validation(String(first.prefix { $0 != ":" }), problems)
        }
        if let name = profile.names.first(where: { !hasProfileAttribute($0) }) {
            throw .validation(
                id == nil ? "newUser" : "profile", "Property name '\(name)' is not defined in profile")
        }
        if let login = profile["login"]?.string, let owner = logins[login.lowercased()], owner != id {
            throw .validation(
                "login", "login: An object with this field already exists in the current organization")
        }
    }

    /// Refuses a password that Okta's standard policy doesn't allow.
    func checkPassword(_ password: String) throws(OktaError) {
        let isLongEnough = password.count >= 8
        let isMixed =
            password.contains(where: \.isLowercase) && password.contains(where: \.isUppercase)
            && password.contains(where: \.isNumber)
        guard isLongEnough, isMixed else {
            throw .validation(
                "password",
                "password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username."
            )
        }
    }
}
