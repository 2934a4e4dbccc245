import AWSCalls
import AccessModel
import BatonWire

/// IAM Identity Center: permission sets, and who has them in which account.
struct IdentityCenter: Sendable {
    private let service: AWSService

    init(_ service: AWSService) { self.service = service }

    /// An Identity Center, of which an organization has one.
    struct Instance: Codable, Sendable {
        let arn: String
        let identityStore: String

        private enum CodingKeys: String, CodingKey {
            case arn = "InstanceArn"
            case identityStore = "IdentityStoreId"
        }
    }

    /// A permission set.
    struct PermissionSet: Codable, Sendable {
        let arn: String
        let name: String
        let description: String?

        private enum CodingKeys: String, CodingKey {
            case arn = "PermissionSetArn"
            case name = "Name"
            case description = "Description"
        }
    }

    /// Somebody who has a permission set in an account.
    struct Assignment: Decodable, Sendable {
        let principalType: String
        let principalID: String

        private enum CodingKeys: String, CodingKey {
            case principalType = "PrincipalType"
            case principalID = "PrincipalId"
        }
    }

    /// A managed policy in a permission set.
    struct ManagedPolicy: Codable, Sendable {
        let arn: String
        let name: String?

        private enum CodingKeys: String, CodingKey {
            case arn = "Arn"
            case name = "Name"
        }
    }

    /// A policy of an account's own, which a permission set names without saying the account.
    struct PolicyReference: Codable, Sendable {
        let name: String
        let path: String?

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case path = "Path"
        }
    }

    /// How far an assignment has come.
    struct Progress: Decodable, Sendable {
        let status: String
        let requestID: String?
        let failure: String?

        private enum CodingKeys: String, CodingKey {
            case status = "Status"
            case requestID = "RequestId"
            case failure = "FailureReason"
        }
    }

    /// What is asked: the parts that a call takes, and no others.
    private struct Question: Encodable {
        var instance: String?
        var account: String?
        var permissionSet: String?
        var nextToken: String?
        var pageSize: Int?
        var principalID: String?
        var principalType: String?
        var target: String?
        var targetType: String?
        var creation: String?
        var deletion: String?

        enum CodingKeys: String, CodingKey {
            case instance = "InstanceArn"
            case account = "AccountId"
            case permissionSet = "PermissionSetArn"
            case nextToken = "NextToken"
            case pageSize = "MaxResults"
            case principalID = "PrincipalId"
            case principalType = "PrincipalType"
            case target = "TargetId"
            case targetType = "TargetType"
            case creation = "AccountAssignmentCreationRequestId"
            case deletion = "AccountAssignmentDeletionRequestId"
        }

        func after(_ place: String) -> Question {
            var question = self
            question.nextToken = place.isEmpty ? nil : place
            question.pageSize = 100
            return question
        }
    }

    private struct Answer: Decodable, Sendable {
        let instances: [Instance]?
        let permissionSets: [String]?
        let permissionSet: PermissionSet?
        let assignments: [Assignment]?
        let managedPolicies: [ManagedPolicy]?
        let policyReferences: [PolicyReference]?
        let inlinePolicy: String?
        let creation: Progress?
        let deletion: Progress?
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case instances = "Instances"
            case permissionSets = "PermissionSets"
            case permissionSet = "PermissionSet"
            case assignments = "AccountAssignments"
            case managedPolicies = "AttachedManagedPolicies"
            case policyReferences = "CustomerManagedPolicyReferences"
            case inlinePolicy = "InlinePolicy"
            case creation = "AccountAssignmentCreationStatus"
            case deletion = "AccountAssignmentDeletionStatus"
            case nextToken = "NextToken"
        }
    }

    // MARK: Lists

    func instances() async throws -> [Instance] {
        try await Listing.all { try await list("ListInstances", Question(), after: $0, \.instances) }
    }

    func permissionSets(in instance: Instance, after place: String) async throws -> Listing<String> {
        try await list("ListPermissionSets", Question(instance: instance.arn), after: place, \.permissionSets)
    }

    /// The permission sets that somebody has in an account, or had.
    func permissionSets(in instance: Instance, ofAccount account: String) async throws -> [String] {
        try await Listing.all {
            try await list(
                "ListPermissionSetsProvisionedToAccount", Question(instance: instance.arn, account: account), after: $0,
                \.permissionSets)
        }
    }

    func assignments(
        of permissionSet: String, in account: String, _ instance: Instance, after place: String
    ) async throws -> Listing<Assignment> {
        try await list(
            "ListAccountAssignments",
            Question(instance: instance.arn, account: account, permissionSet: permissionSet), after: place,
            \.assignments)
    }

    func managedPolicies(
        in permissionSet: String, _ instance: Instance, after place: String
    ) async throws -> Listing<ManagedPolicy> {
        try await list(
            "ListManagedPoliciesInPermissionSet",
            Question(instance: instance.arn, permissionSet: permissionSet), after: place, \.managedPolicies)
    }

    func policyReferences(
        in permissionSet: String, _ instance: Instance, after place: String
    ) async throws -> Listing<PolicyReference> {
        try await list(
            "ListCustomerManagedPolicyReferencesInPermissionSet",
            Question(instance: instance.arn, permissionSet: permissionSet), after: place, \.policyReferences)
    }

    /// A list whose absence is an error: nothing may look like the end of everything.
    private func list<Row: Sendable>(
        _ action: String, _ question: Question, after place: String, _ rows: (Answer) -> [Row]?
    ) async throws -> Listing<Row> {
        let answer = try await service.json(action, question.after(place), as: Answer.self).body
        guard let found = rows(answer) else { throw Self.malformed(action) }
        return Listing(rows: found, next: answer.nextToken)
    }

    // MARK: Single answers

    func permissionSet(_ arn: String, in instance: Instance) async throws -> PermissionSet {
        let question = Question(instance: instance.arn, permissionSet: arn)
        let answer = try await service.json("DescribePermissionSet", question, as: Answer.self).body
        guard let found = answer.permissionSet else { throw Self.malformed("DescribePermissionSet") }
        return found
    }

    /// The policy that is written into a permission set, as JSON; empty when there is none.
    func inlinePolicy(of permissionSet: String, _ instance: Instance) async throws -> String {
        let question = Question(instance: instance.arn, permissionSet: permissionSet)
        return try await service.json("GetInlinePolicyForPermissionSet", question, as: Answer.self).body.inlinePolicy
            ?? ""
    }

    // MARK: Changes

    /// A permission set of somebody in an account.
    struct Holding: Sendable {
        let permissionSet: String
        let account: String
        let principal: Assignment
    }

    /// Begins to give or take away; it is done when ``progress(of:creating:_:)`` says so.
    func begin(
        creating: Bool, _ holding: Holding, _ instance: Instance
    ) async throws -> (progress: Progress, requestID: String?) {
        let action = creating ? "CreateAccountAssignment" : "DeleteAccountAssignment"
        let question = Question(
            instance: instance.arn, permissionSet: holding.permissionSet, principalID: holding.principal.principalID,
            principalType: holding.principal.principalType, target: holding.account, targetType: "AWS_ACCOUNT")
        let answer = try await service.json(action, question, as: Answer.self)
        guard let progress = creating ? answer.body.creation : answer.body.deletion else {
            throw Self.malformed(action)
        }
        return (progress, answer.requestID)
    }

    /// How far it has come.
    func progress(of request: String, creating: Bool, _ instance: Instance) async throws -> Progress {
        let action = "DescribeAccountAssignment\(creating ? "Creation" : "Deletion")Status"
        let question = Question(
            instance: instance.arn, creation: creating ? request : nil, deletion: creating ? nil : request)
        let answer = try await service.json(action, question, as: Answer.self).body
        guard let progress = creating ? answer.creation : answer.deletion else { throw Self.malformed(action) }
        return progress
    }

    private static func malformed(_ action: String) -> AWSError {
        AWSError(.unavailable, "sso:\(action): the answer lacks what it is known for.")
    }
}

extension IdentityCenter.Assignment {
    /// A user or group of Identity Center as one who has something.
    ///
    /// - Throws: a `ServiceError` when the resource is neither.
    init(_ principal: ResourceID) throws {
        principalID = try DirectoryNames.id(of: principal)
        principalType = principal.type == ResourceType.ssoUser.id ? "USER" : "GROUP"
    }
}
