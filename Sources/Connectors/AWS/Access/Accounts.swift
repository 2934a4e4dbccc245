import AWSCalls
import AccessModel
import Logging

/// The accounts whose IAM is asked: the connector's own, and those below it.
actor Accounts {
    /// IAM of the account that the connector is in.
    nonisolated let own: IAM
    private let access: AWSAccess
    private let readsChildren: Bool
    private var children: [ByteKey: IAM] = [:]
    private var ownID: String?

    init(_ access: AWSAccess, readsChildren: Bool) {
        self.access = access
        self.readsChildren = readsChildren
        own = IAM(access.service(.iam))
    }

    /// Who asks: the user, or the role's session, and its account (GetCallerIdentity).
    func caller() async throws -> (arn: String, account: String) {
        let answer = try await access.service(.sts).query("GetCallerIdentity").body.first("GetCallerIdentityResult")
        guard let arn = answer?["Arn"], let account = answer?["Account"], !account.isEmpty else {
            throw AWSError(.unavailable, "sts:GetCallerIdentity: answers without a name.")
        }
        ownID = account
        return (arn, account)
    }

    /// The id of the connector's own account.
    func ownAccount() async throws -> String {
        if let ownID { return ownID }
        return try await caller().account
    }

    /// IAM of the account that lists resources under `parent`: the own one when that is nil.
    func iam(under parent: ResourceID?) -> IAM {
        guard let parent else { return own }
        return child(parent.value)
    }

    /// IAM of the account in which a user, group or role is.
    func iam(holding id: ResourceID) async throws -> IAM {
        guard readsChildren, let arn = ARN(id.value), !arn.account.isEmpty else { return own }
        return try await arn.account == ownAccount() ? own : child(arn.account)
    }

    /// Whether the role in an account below can be taken on.
    ///
    /// - Throws: what may be different in a moment; then nobody knows.
    func canEnter(_ account: String) async throws -> Bool {
        let (iam, credentials) = access.iam(ofChild: account)
        do {
            _ = try await credentials.credentials()
        } catch let error as AWSError where error.isDenied || error.isAbsent {
            access.environment.log.warning(
                "account left out: its role can't be taken on",
                metadata: ["account": "\(account)", "error": "\(error)"])
            return false
        }
        children[ByteKey(account)] = iam
        return true
    }

    private func child(_ account: String) -> IAM {
        if let known = children[ByteKey(account)] { return known }
        let iam = access.iam(ofChild: account).iam
        children[ByteKey(account)] = iam
        return iam
    }
}

extension AWSError {
    /// Whether a policy forbids it, and that is all that is wrong.
    var isDenied: Bool { ["AccessDenied", "AccessDeniedException"].contains(code) }

    /// Whether what was asked for isn't there.
    var isAbsent: Bool { ["NoSuchEntity", "ResourceNotFoundException"].contains(code) }
}
