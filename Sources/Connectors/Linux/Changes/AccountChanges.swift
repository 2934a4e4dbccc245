import AccessModel
import BatonWire

/// Changes accounts, groups and keys of the machine.
struct AccountChanges: Sendable {
    let inspection: Inspection
    let tools: AccountTools
    let caller: Caller
    private let queue = ChangeQueue()

    init(inspection: Inspection, tools: AccountTools, caller: Caller) {
        self.inspection = inspection
        self.tools = tools
        self.caller = caller
    }

    /// Does a change that is decided on the accounts as they are now; afterwards nothing is known that was read before.
    ///
    /// - Throws: `ServiceError` when this machine can't be changed or a tool refuses.
    func make<Outcome: Sendable>(
        _ change: @Sendable (Inspection.Accounts) async throws -> Outcome
    ) async throws -> Outcome {
        try admit()
        return try await queue.run {
            await inspection.forget()
            let accounts = try await inspection.accounts()
            do {
                let outcome = try await change(accounts)
                await inspection.forget()
                return outcome
            } catch {
                await inspection.forget()
                throw (error as? ToolFailure)?.asServiceError ?? error
            }
        }
    }

    private func admit() throws {
        guard !inspection.files.isForeign || tools.prefix != nil else {
            throw ServiceError(
                .failedPrecondition,
                "root \(inspection.files.path): is inspected, not changed. Run without --root on the machine itself.")
        }
        guard caller.isRoot else {
            throw ServiceError(
                .permissionDenied, "accounts can only be changed by root, and this runs as another. Use sudo.")
        }
    }

    /// Refuses what would lock everybody, or whoever runs this, out of the machine.
    func protect(_ account: Account, from act: String) throws {
        guard account.uid != 0 else {
            throw ServiceError(
                .failedPrecondition, "user \(account.name): has number 0, it is root. It is never \(act) here.")
        }
        guard tools.prefix != nil || !caller.ownNumbers.contains(account.uid) else {
            throw ServiceError(
                .failedPrecondition,
                "user \(account.name): is the account that runs this. Let another have it \(act).")
        }
    }
}

extension Inspection.Accounts {
    /// The place of the account that is to be changed.
    ///
    /// - Throws: `ServiceError` when it isn't there, comes from elsewhere, or has a name that no tool may be given.
    func changeableUser(_ id: ResourceID) throws -> Int {
        guard id.type.hasSameBytes(as: UserSyncer.type.id) else {
            throw ServiceError(.invalidArgument, "\(id): only a user can be in a group.")
        }
        guard let place = book.account(id.value) else {
            throw ServiceError(.notFound, "\(id): is not there any more. Sync again.")
        }
        try checkSource(book.accounts[place].source, of: id, file: "/etc/passwd")
        _ = try AccountName(id.value, of: "\(id)")
        return place
    }

    /// The place of the group that is to be changed.
    ///
    /// - Throws: `ServiceError` when it isn't there, comes from elsewhere, or has a name that no tool may be given.
    func changeableGroup(_ id: ResourceID) throws -> Int {
        guard let place = book.group(id.value) else {
            throw ServiceError(.notFound, "\(id): is not there any more. Sync again.")
        }
        try checkSource(book.groups[place].source, of: id, file: "/etc/group")
        _ = try AccountName(id.value, of: "\(id)")
        return place
    }

    private func checkSource(_ source: Account.Source, of id: ResourceID, file: String) throws {
        guard source == .files else {
            throw ServiceError(
                .failedPrecondition, "\(id): comes from a directory (NSS) and not from \(file). Change it there.")
        }
    }
}
