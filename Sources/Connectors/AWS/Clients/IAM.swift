import AWSCalls
import AccessModel
import BatonWire
import ConnectorHTTP
import SwiftProtobuf

/// IAM of one account.
struct IAM: Sendable {
    private let service: AWSService

    init(_ service: AWSService) { self.service = service }

    /// A kind of entity that policies are attached to, and how calls name it.
    enum Holder: String, Sendable {
        case user = "User"
        case group = "Group"
        case role = "Role"

        /// The kind of a resource; nil when policies aren't attached to such.
        init?(_ type: String) {
            switch type {
            case ResourceType.iamUser.id: self = .user
            case ResourceType.group.id: self = .group
            case ResourceType.role.id: self = .role
            default: return nil
            }
        }

        fileprivate func named(_ name: String) -> (name: String, value: String) { ("\(rawValue)Name", name) }
    }

    // MARK: Lists

    func users(after place: String) async throws -> Listing<IAMUser> {
        try await page("ListUsers", after: place, of: "Users", IAMUser.init)
    }

    func groups(after place: String) async throws -> Listing<IAMGroup> {
        try await page("ListGroups", after: place, of: "Groups", IAMGroup.init)
    }

    func roles(after place: String) async throws -> Listing<IAMRole> {
        try await page("ListRoles", after: place, of: "Roles", IAMRole.init)
    }

    func policies(onlyAttached: Bool, after place: String) async throws -> Listing<IAMPolicy> {
        try await page(
            "ListPolicies", [("OnlyAttached", onlyAttached ? "true" : "false")], after: place, of: "Policies",
            IAMPolicy.init)
    }

    func members(ofGroup name: String, after place: String) async throws -> Listing<IAMUser> {
        try await page("GetGroup", [Holder.group.named(name)], after: place, of: "Users", IAMUser.init)
    }

    func groups(ofUser name: String, after place: String) async throws -> Listing<IAMGroup> {
        try await page("ListGroupsForUser", [Holder.user.named(name)], after: place, of: "Groups", IAMGroup.init)
    }

    func accessKeys(ofUser name: String) async throws -> [IAMAccessKey] {
        try await Listing.all {
            try await page(
                "ListAccessKeys", [Holder.user.named(name)], after: $0, of: "AccessKeyMetadata", IAMAccessKey.init)
        }
    }

    func attachedPolicies(
        of holder: Holder, _ name: String, after place: String
    ) async throws -> Listing<IAMAttachedPolicy> {
        try await page(
            "ListAttached\(holder.rawValue)Policies", [holder.named(name)], after: place, of: "AttachedPolicies",
            IAMAttachedPolicy.init)
    }

    /// The names of the policies that are written into a user, group or role.
    func inlinePolicies(of holder: Holder, _ name: String, after place: String) async throws -> Listing<String> {
        try await page(
            "List\(holder.rawValue)Policies", [holder.named(name)], after: place, of: "PolicyNames", \.text)
    }

    /// The ids under a name of something that hangs on a user, such as its certificates.
    func ids(_ action: String, ofUser name: String, list: String, id: String) async throws -> [String] {
        try await Listing.all {
            try await page(action, [Holder.user.named(name)], after: $0, of: list) { element in
                guard let id = element[id], !id.isEmpty else { throw Self.malformed(action) }
                return id
            }
        }
    }

    /// The names of the account, of which most have one or none.
    func aliases() async throws -> [String] {
        try await page("ListAccountAliases", after: "", of: "AccountAliases", \.text).rows
    }

    // MARK: Single answers

    func user(_ name: String) async throws -> IAMUser {
        try await one("GetUser", [Holder.user.named(name)], "User", IAMUser.init)
    }

    func role(_ name: String) async throws -> IAMRole {
        try await one("GetRole", [Holder.role.named(name)], "Role", IAMRole.init)
    }

    func createUser(_ name: String, tags: [(String, String)]) async throws -> (user: IAMUser, requestID: String?) {
        var parameters = [Holder.user.named(name)]
        for (number, tag) in tags.enumerated() {
            parameters.append(("Tags.member.\(number + 1).Key", tag.0))
            parameters.append(("Tags.member.\(number + 1).Value", tag.1))
        }
        let answer = try await service.query("CreateUser", parameters)
        guard let user = answer.body.first("CreateUserResult/User") else { throw Self.malformed("CreateUser") }
        return (try IAMUser(user), answer.requestID)
    }

    /// When a key was last used; nil when never, or nobody knows.
    func lastUse(ofKey id: String) async throws -> Google_Protobuf_Timestamp? {
        let answer = try await service.query("GetAccessKeyLastUsed", [("AccessKeyId", id)])
        return answer.body["GetAccessKeyLastUsedResult/AccessKeyLastUsed/LastUsedDate"]
            .flatMap(Google_Protobuf_Timestamp.init(instant:))
    }

    /// The document of a managed policy, as it is written.
    func document(of policy: IAMPolicy) async throws -> String {
        var version = policy.defaultVersion
        if version.isEmpty {
            version = try await one("GetPolicy", [("PolicyArn", policy.arn)], "Policy", IAMPolicy.init).defaultVersion
        }
        let answer = try await service.query(
            "GetPolicyVersion", [("PolicyArn", policy.arn), ("VersionId", version)])
        return try Self.document(answer.body["GetPolicyVersionResult/PolicyVersion/Document"], "GetPolicyVersion")
    }

    /// The document of a policy that is written into a user, group or role.
    func document(ofInlinePolicy policy: String, in holder: Holder, _ name: String) async throws -> String {
        let action = "Get\(holder.rawValue)Policy"
        let answer = try await service.query(action, [holder.named(name), ("PolicyName", policy)])
        return try Self.document(answer.body["\(action)Result/PolicyDocument"], action)
    }

    // MARK: Changes

    /// Does something to a user, group or role.
    ///
    /// - Returns: the id under which IAM knows the call.
    @discardableResult
    func change(
        _ action: String, _ holder: Holder, _ name: String, _ parameters: [(name: String, value: String)] = []
    ) async throws -> String? {
        try await service.query(action, [holder.named(name)] + parameters).requestID
    }

    // MARK: Reading answers

    private func page<Row: Sendable>(
        _ action: String, _ parameters: [(name: String, value: String)] = [], after place: String, of list: String,
        _ row: (XMLElement) throws -> Row
    ) async throws -> Listing<Row> {
        // The largest page that IAM gives; it gives a hundred by itself.
        var place = place.isEmpty ? [] : [(name: "Marker", value: place)]
        place.append((name: "MaxItems", value: "1000"))
        let answer = try await service.query(action, parameters + place).body
        guard let result = answer.first("\(action)Result"), result.first(list) != nil else {
            throw Self.malformed(action)
        }
        let next = result["Marker"] ?? ""
        let isTruncated = result["IsTruncated"] == "true"
        guard !isTruncated || !next.isEmpty else {
            throw AWSError(.unavailable, "iam:\(action): says that there is more, but not where.")
        }
        return Listing(rows: try result.members(list).map(row), next: isTruncated ? next : nil)
    }

    private func one<Row>(
        _ action: String, _ parameters: [(name: String, value: String)], _ name: String,
        _ row: (XMLElement) throws -> Row
    ) async throws -> Row {
        let answer = try await service.query(action, parameters).body
        guard let element = answer.first("\(action)Result/\(name)") else { throw Self.malformed(action) }
        return try row(element)
    }

    private static func document(_ text: String?, _ action: String) throws -> String {
        guard let text else { throw malformed(action) }
        return PercentEncoding.decoded(text)
    }

    fileprivate static func malformed(_ action: String) -> AWSError {
        AWSError(.unavailable, "iam:\(action): the answer lacks what it is known for.")
    }
}
