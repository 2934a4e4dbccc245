import AWSCalls
import AccessModel

/// The users and groups of IAM Identity Center.
struct IdentityStore: Sendable {
    private let service: AWSService

    init(_ service: AWSService) { self.service = service }

    /// An id that another directory has for a user or group.
    struct ExternalID: Decodable, Sendable {
        let id: String?
        let issuer: String?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case issuer = "Issuer"
        }
    }

    /// An e-mail address of a user.
    struct Email: Codable, Sendable {
        var value: String?
        var type: String?
        var isPrimary: Bool?

        private enum CodingKeys: String, CodingKey {
            case value = "Value"
            case type = "Type"
            case isPrimary = "Primary"
        }
    }

    /// A user.
    struct User: Decodable, Sendable {
        let id: String
        let name: String?
        let displayName: String?
        let emails: [Email]?
        let externalIDs: [ExternalID]?
        /// `ENABLED`, `DISABLED`, or nothing where the service doesn't tell.
        let status: String?

        private enum CodingKeys: String, CodingKey {
            case id = "UserId"
            case name = "UserName"
            case displayName = "DisplayName"
            case emails = "Emails"
            case externalIDs = "ExternalIds"
            case status = "UserStatus"
        }
    }

    /// A group.
    struct Group: Decodable, Sendable {
        let id: String
        let name: String?
        let externalIDs: [ExternalID]?

        private enum CodingKeys: String, CodingKey {
            case id = "GroupId"
            case name = "DisplayName"
            case externalIDs = "ExternalIds"
        }
    }

    /// A user in a group.
    struct Membership: Decodable, Sendable {
        struct Member: Codable, Sendable {
            let user: String?

            enum CodingKeys: String, CodingKey { case user = "UserId" }
        }

        let id: String?
        let member: Member?

        private enum CodingKeys: String, CodingKey {
            case id = "MembershipId"
            case member = "MemberId"
        }
    }

    /// What is needed for a new user.
    struct NewUser: Sendable {
        let name: String
        let givenName: String
        let familyName: String
        let displayName: String
        let email: String
    }

    private struct Question: Encodable {
        struct Filter: Encodable {
            let path: String
            let value: String

            enum CodingKeys: String, CodingKey {
                case path = "AttributePath"
                case value = "AttributeValue"
            }
        }

        struct Name: Encodable {
            let given: String
            let family: String

            enum CodingKeys: String, CodingKey {
                case given = "GivenName"
                case family = "FamilyName"
            }
        }

        let store: String
        var nextToken: String?
        var pageSize: Int?
        var filters: [Filter]?
        var user: String?
        var group: String?
        var member: Membership.Member?
        var membership: String?
        var userName: String?
        var displayName: String?
        var name: Name?
        var emails: [Email]?

        init(_ store: String, after place: String = "") {
            self.store = store
            nextToken = place.isEmpty ? nil : place
        }

        enum CodingKeys: String, CodingKey {
            case store = "IdentityStoreId"
            case nextToken = "NextToken"
            case pageSize = "MaxResults"
            case filters = "Filters"
            case user = "UserId"
            case group = "GroupId"
            case member = "MemberId"
            case membership = "MembershipId"
            case userName = "UserName"
            case displayName = "DisplayName"
            case name = "Name"
            case emails = "Emails"
        }
    }

    private struct Answer: Decodable, Sendable {
        let users: [User]?
        let groups: [Group]?
        let memberships: [Membership]?
        let membership: String?
        let user: String?
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case users = "Users"
            case groups = "Groups"
            case memberships = "GroupMemberships"
            case membership = "MembershipId"
            case user = "UserId"
            case nextToken = "NextToken"
        }
    }

    // MARK: Lists

    func users(in store: String, after place: String) async throws -> Listing<User> {
        try await list("ListUsers", Question(store, after: place), \.users)
    }

    func groups(in store: String, after place: String) async throws -> Listing<Group> {
        try await list("ListGroups", Question(store, after: place), \.groups)
    }

    func memberships(ofGroup group: String, in store: String, after place: String) async throws -> Listing<Membership> {
        var question = Question(store, after: place)
        question.group = group
        return try await list("ListGroupMemberships", question, \.memberships)
    }

    private func list<Row: Sendable>(
        _ action: String, _ question: Question, _ rows: (Answer) -> [Row]?
    ) async throws -> Listing<Row> {
        var question = question
        question.pageSize = 100
        let answer = try await service.json(action, question, as: Answer.self).body
        guard let found = rows(answer) else { throw Self.malformed(action) }
        return Listing(rows: found, next: answer.nextToken)
    }

    // MARK: Users

    /// The user of a name; nil when there is none.
    func user(named name: String, in store: String) async throws -> User? {
        var question = Question(store)
        question.filters = [Question.Filter(path: "UserName", value: name)]
        return try await list("ListUsers", question, \.users).rows.first
    }

    /// Makes a user, and returns its id.
    func create(_ new: NewUser, in store: String) async throws -> String {
        var question = Question(store)
        question.userName = new.name
        question.displayName = new.displayName
        question.name = Question.Name(given: new.givenName, family: new.familyName)
        question.emails = [Email(value: new.email, type: "work", isPrimary: true)]
        guard let id = try await service.json("CreateUser", question, as: Answer.self).body.user else {
            throw Self.malformed("CreateUser")
        }
        return id
    }

    func deleteUser(_ id: String, in store: String) async throws {
        var question = Question(store)
        question.user = id
        _ = try await service.json("DeleteUser", question, as: Answer.self)
    }

    // MARK: Memberships

    /// Puts a user into a group, and returns the membership's id.
    func add(_ user: String, toGroup group: String, in store: String) async throws -> (id: String, requestID: String?) {
        let question = Self.membership(of: user, inGroup: group, store)
        let answer = try await service.json("CreateGroupMembership", question, as: Answer.self)
        guard let id = answer.body.membership else { throw Self.malformed("CreateGroupMembership") }
        return (id, answer.requestID)
    }

    /// The id of a membership.
    ///
    /// - Throws: ``AWSError``, whose code is `ResourceNotFoundException` when there is none.
    func membership(of user: String, inGroup group: String, in store: String) async throws -> String {
        let question = Self.membership(of: user, inGroup: group, store)
        guard let id = try await service.json("GetGroupMembershipId", question, as: Answer.self).body.membership else {
            throw Self.malformed("GetGroupMembershipId")
        }
        return id
    }

    /// Ends a membership.
    func remove(membership: String, in store: String) async throws -> String? {
        var question = Question(store)
        question.membership = membership
        return try await service.json("DeleteGroupMembership", question, as: Answer.self).requestID
    }

    private static func membership(of user: String, inGroup group: String, _ store: String) -> Question {
        var question = Question(store)
        question.group = group
        question.member = Membership.Member(user: user)
        return question
    }

    private static func malformed(_ action: String) -> AWSError {
        AWSError(.unavailable, "identitystore:\(action): the answer lacks what it is known for.")
    }
}
