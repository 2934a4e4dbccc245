import AccessModel
import ConnectorHTTP
import ConnectorKit
import Logging
import WireForm

extension UserSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { CredentialChoices(preferring: .noPassword, or: .randomPassword) }

    var accountFields: [AccountField] { AccountPlan.fields }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        var password: Secret?
        if case .password(let secret)? = credential?.kind { password = secret }
        let plan = try AccountPlan(account, hasPassword: password != nil)
        let made: JSONValue
        do {
            made = try await okta.change(
                .post, "/api/v1/users", query: plan.query, json: plan.body(password: password), needs: .usersManage)
        } catch let refusal as OktaRefusal where refusal.saysLoginIsTaken {
            return CreatedAccount(.alreadyExists, try await known(plan.login))
        }
        let id = try made.required("id", of: "new user")
        if plan.activatesQuietly { try await activate(id) }
        // The account is there whatever comes of looking at it, and its password must not be lost over that.
        let user = plan.activatesQuietly ? (try? await okta.user(id, isFresh: true)) ?? made : made
        return CreatedAccount(
            .created, try Resource(user: user, skippingSecondaryEmail: skipsSecondaryEmails),
            credentials: password.map { [.password($0)] } ?? [])
    }

    private func known(_ login: String) async throws -> Resource? {
        try await okta.user(login).map { try Resource(user: $0, skippingSecondaryEmail: skipsSecondaryEmails) }
    }

    private func activate(_ id: String) async throws {
        do {
            try await UserLifecycle(okta: okta).activate(id)
        } catch {
            throw ServiceError("user/\(id) was created, but is staged: activating it failed", because: error)
        }
    }
}

extension AccountPlan {
    /// What Okta is sent.
    fileprivate func body(password: Secret?) -> JSONValue {
        var members: [(String, JSONValue)] = [("profile", profile)]
        var credentials: [(String, JSONValue)] = []
        if let password { credentials.append(("password", .object([("value", .string(password.reveal()))]))) }
        if isFederated {
            credentials.append(
                ("provider", .object([("type", .string("FEDERATION")), ("name", .string("FEDERATION"))])))
        }
        if !credentials.isEmpty { members.append(("credentials", .object(credentials))) }
        return .object(members)
    }
}

extension OktaRefusal {
    /// Whether a new user's login is somebody's already.
    fileprivate var saysLoginIsTaken: Bool {
        code == "E0000001" && causes.contains { $0.hasPrefix("login:") && $0.contains("already exists") }
    }
}

extension UserSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await UserLifecycle(okta: okta).delete(id.value)
    }
}
