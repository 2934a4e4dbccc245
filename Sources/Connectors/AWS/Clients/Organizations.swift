import AWSCalls
import AccessModel

/// AWS Organizations: the accounts, and the tree they are in.
struct Organizations: Sendable {
    private let service: AWSService

    init(_ service: AWSService) { self.service = service }

    /// An account of the organization.
    struct Account: Decodable, Sendable {
        let id: String
        let arn: String?
        let name: String?
        private let status: String?
        private let state: String?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case arn = "Arn"
            case name = "Name"
            case status = "Status"
            case state = "State"
        }

        /// Whether it is in use; what is suspended or being closed isn't.
        var isActive: Bool { condition == "ACTIVE" }

        /// Such as `ACTIVE` or `SUSPENDED`.
        var condition: String { status ?? state ?? "" }
    }

    /// A root or an organizational unit.
    struct Node: Decodable, Sendable {
        let id: String
        let name: String?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case name = "Name"
        }
    }

    func accounts(after place: String) async throws -> Listing<Account> {
        let answer = try await service.json("ListAccounts", Question(nextToken: place), as: AccountsAnswer.self).body
        return Listing(rows: answer.accounts, next: answer.nextToken)
    }

    func roots(after place: String) async throws -> Listing<Node> {
        let answer = try await service.json("ListRoots", Question(nextToken: place), as: RootsAnswer.self).body
        return Listing(rows: answer.roots, next: answer.nextToken)
    }

    func units(under parent: String, after place: String) async throws -> Listing<Node> {
        let answer = try await service.json(
            "ListOrganizationalUnitsForParent", Question(nextToken: place, parentID: parent), as: UnitsAnswer.self
        ).body
        return Listing(rows: answer.units, next: answer.nextToken)
    }

    /// The root or unit in which an account is; nil when nobody tells.
    func parent(ofAccount id: String) async throws -> ResourceID? {
        let answer = try await service.json("ListParents", Question(childID: id), as: ParentsAnswer.self).body
        guard let parent = answer.parents.first else { return nil }
        switch parent.type {
        case "ROOT": return ResourceID(.organization, parent.id)
        case "ORGANIZATIONAL_UNIT": return ResourceID(.organizationalUnit, parent.id)
        default: return nil
        }
    }

    func account(_ id: String) async throws -> Account {
        try await service.json("DescribeAccount", Question(accountID: id), as: AccountAnswer.self).body.account
    }

    private struct Question: Encodable {
        var nextToken: String?
        var parentID: String?
        var childID: String?
        var accountID: String?

        init(
            nextToken: String = "", parentID: String? = nil, childID: String? = nil, accountID: String? = nil
        ) {
            self.nextToken = nextToken.isEmpty ? nil : nextToken
            self.parentID = parentID
            self.childID = childID
            self.accountID = accountID
        }

        enum CodingKeys: String, CodingKey {
            case nextToken = "NextToken"
            case parentID = "ParentId"
            case childID = "ChildId"
            case accountID = "AccountId"
        }
    }

    private struct AccountsAnswer: Decodable, Sendable {
        let accounts: [Account]
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case accounts = "Accounts"
            case nextToken = "NextToken"
        }
    }

    private struct RootsAnswer: Decodable, Sendable {
        let roots: [Node]
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case roots = "Roots"
            case nextToken = "NextToken"
        }
    }

    private struct UnitsAnswer: Decodable, Sendable {
        let units: [Node]
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case units = "OrganizationalUnits"
            case nextToken = "NextToken"
        }
    }

    private struct ParentsAnswer: Decodable, Sendable {
        struct Parent: Decodable, Sendable {
            let id: String
            let type: String

            enum CodingKeys: String, CodingKey {
                case id = "Id"
                case type = "Type"
            }
        }

        let parents: [Parent]

        enum CodingKeys: String, CodingKey { case parents = "Parents" }
    }

    private struct AccountAnswer: Decodable, Sendable {
        let account: Account

        enum CodingKeys: String, CodingKey { case account = "Account" }
    }
}
