import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension UserSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword, or: .noPassword) }

    var accountFields: [AccountField] { AccountPlan.fields }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        let given = account.profile.string("username") ?? account.login
        let name = try AccountName(given, of: "username \(given)")
        let password = try credential?.password()
        let isNew = try await changes.make { accounts in
            guard accounts.book.account(name.text) == nil else { return false }
            let plan = try AccountPlan(account.profile, name: name, among: accounts, in: inspection.files)
            guard try await add(name, plan) else { return false }
            guard let password else { return true }
            do {
                try await set(password, of: name)
                if credential?.mustChangeAtNextLogin == true { try await expirePassword(of: name) }
            } catch {
                throw await undone(name, because: error)
            }
            return true
        }
        // The account is there whatever comes of looking at it, and its password must not be lost over that.
        let resource = try? await self.resource(LinuxID.user(name.text))
        guard isNew else { return CreatedAccount(.alreadyExists, resource) }
        return CreatedAccount(.created, resource, credentials: password.map { [.password($0)] } ?? [])
    }

    /// Makes the account, without a password and so locked; false when somebody else has made it in the meantime.
    private func add(_ name: AccountName, _ plan: AccountPlan) async throws -> Bool {
        do {
            try await changes.tools.run(.useradd, plan.arguments)
            return true
        } catch let failure as ToolFailure where failure.leftAccount {
            throw await undone(name, because: failure)
        } catch {
            guard try isThere(name, after: error) else { throw error }
            // 9 is also said of a group with that name, and then there is no account.
            if (error as? ToolFailure)?.status == 9 { return false }
            throw ServiceError(telling: error).adding(
                sentence: "Yet an account \(name.text) is there now: finish or delete it.")
        }
    }

    /// Looks at the file itself, which a cancelled run can do too.
    private func isThere(_ name: AccountName, after problem: any Error) throws -> Bool {
        do {
            let accounts = PasswdFile.parse(try inspection.files.read("/etc/passwd")).content
            return accounts.contains { $0.name.hasSameBytes(as: name.text) }
        } catch {
            throw ServiceError(telling: problem).adding(
                sentence: "Whether there is an account \(name.text) now could not be seen: \(error)")
        }
    }

    /// Removes the account that was just made, together with its home, and tells what is there now.
    private func undone(_ name: AccountName, because problem: any Error) async -> ServiceError {
        let problem = ServiceError(telling: problem)
        do {
            try await changes.tools.run(.userdel, ["--remove", "--", name.text])
            return problem.adding(sentence: "The account \(name.text) was removed again.")
        } catch {
            return problem.adding(
                sentence:
                    "The account \(name.text) is there and could not be removed: \(ServiceError(telling: error)). Delete it."
            )
        }
    }
}

extension UserSyncer: CredentialRotator {
    var rotationCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword) }

    func rotateCredential(of id: ResourceID, to request: CredentialRequest?) async throws -> [NewCredential] {
        guard let request, let password = try request.password() else {
            throw ServiceError(.invalidArgument, "\(id): can only get a random password.")
        }
        try await changes.make { accounts in
            let account = accounts.book.accounts[try accounts.changeableUser(id)]
            guard account.password.state != .locked else {
                throw ServiceError(
                    .failedPrecondition, "\(id): its password is locked, and a new one would open it. Enable it first.")
            }
            let name = try AccountName(account.name, of: "\(id)")
            try await set(password, of: name)
            guard request.mustChangeAtNextLogin else { return }
            do {
                try await expirePassword(of: name)
            } catch {
                throw ServiceError(telling: error).adding(
                    sentence: "The password of \(name.text) is another by now, and nobody was told it. Rotate it again."
                )
            }
        }
        return [.password(password)]
    }

    fileprivate func set(_ password: Secret, of name: AccountName) async throws {
        try await changes.tools.run(.chpasswd, [], input: Array("\(name.text):\(password.reveal())\n".utf8))
    }

    fileprivate func expirePassword(of name: AccountName) async throws {
        try await changes.tools.run(.chage, ["--lastday", "0", "--", name.text])
    }
}

extension UserSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await changes.make { accounts in
            guard accounts.book.account(id.value) != nil else { return .alreadySo }
            let account = accounts.book.accounts[try accounts.changeableUser(id)]
            try changes.protect(account, from: "deleted")
            // Without --remove: what somebody has worked on is not deleted along with the account.
            try await changes.tools.run(.userdel, ["--", account.name])
            return .changed
        }
    }
}

extension CredentialRequest {
    /// Most bytes of a password that PAM takes (`PAM_MAX_RESP_SIZE`), its end counted.
    private static let longestPassword = 511

    /// The password to set; nil when there is to be none.
    ///
    /// A line break in it would be another line for chpasswd, and so the password of another account.
    fileprivate func password() throws -> Secret? {
        switch kind {
        case .noPassword: return nil
        case .sso:
            throw ServiceError(.invalidArgument, "credential: an account of this machine can't sign in elsewhere.")
        case .password(let password):
            let bytes = password.reveal().utf8
            guard (1...Self.longestPassword).contains(bytes.count), !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else {
                throw ServiceError(
                    .invalidArgument, "credential: a password has 1 to 511 bytes and no control characters.")
            }
            return password
        }
    }
}

extension ServiceError {
    /// The error as it would be told.
    fileprivate init(telling error: any Error) {
        self =
            (error as? ToolFailure)?.asServiceError ?? error as? ServiceError
            ?? ServiceError(StatusCode(of: error), "\(error)")
    }

    /// The error with another sentence behind it; a tool's own remark has no full stop.
    fileprivate func adding(sentence: String) -> ServiceError {
        ServiceError(code, message + (message.hasSuffix(".") ? " " : ". ") + sentence)
    }
}
