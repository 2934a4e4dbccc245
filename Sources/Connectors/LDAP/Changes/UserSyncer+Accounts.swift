import AccessModel
import BatonWire
import ConnectorKit
import Logging

extension UserSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices {
        CredentialChoices(preferring: .randomPassword, or: .encryptedPassword, .noPassword)
    }

    var accountFields: [AccountField] { NewEntry.fields }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        try await telling {
            var entry = try NewEntry(account.profile)
            let password = try credential?.password()
            let way = try await PasswordWay(in: directory)
            if let password {
                let mustChange = credential?.mustChangeAtNextLogin == true
                try way.prepare(&entry, password, mustChange: mustChange, in: directory.settings)
            }
            if entry.wantsNumber { entry.set("uidNumber", [Array(String(try await nextNumber()).utf8)]) }
            do {
                try await directory.add(entry.name, entry.attributes)
            } catch let failure as LDAPFailure where failure.result == .entryExists {
                return CreatedAccount(.alreadyExists, await made(entry.name))
            }
            if let password, way == .server { try await setFirst(password, of: entry.name) }
            return CreatedAccount(.created, await made(entry.name), credentials: password.map { [.password($0)] } ?? [])
        }
    }

    /// The account as it is now.
    ///
    /// It is there whatever comes of looking at it, and its password must not be lost over that.
    private func made(_ name: String) async -> Resource? {
        guard let name = DistinguishedName(name) else { return nil }
        do {
            return try await entry(of: ResourceID(.user, name.text)).map(Resource.init(user:))
        } catch {
            directory.log.warning("\(name.text) was made, but can't be read: \(error)")
            return nil
        }
    }

    /// Sets the password of an account that was just made, which is removed again when that fails.
    private func setFirst(_ password: Secret, of name: String) async throws {
        do {
            try await directory.setPassword(of: name, to: password)
        } catch {
            do {
                try await directory.delete(name)
            } catch let second {
                throw ServiceError(
                    StatusCode(of: error),
                    "\(error). \(name) is there without a password, and could not be removed: \(second)")
            }
            throw ServiceError(StatusCode(of: error), "\(error). \(name) was removed again.")
        }
    }

    /// One more than the highest number that an account has.
    private func nextNumber() async throws -> Int64 {
        let highest = HighestNumber()
        let search = LDAPSearch(
            base: try await bases.ofUsers, filter: .classes("posixAccount"), attributes: ["uidNumber"])
        try await directory.forEach(search, isFiltered: false) { entry in
            for text in entry.texts("uidNumber") { highest.take(Int64(text)) }
        }
        return highest.next
    }
}

extension UserSyncer: CredentialRotator {
    var rotationCredentials: CredentialChoices {
        CredentialChoices(preferring: .encryptedPassword, or: .noPassword, .randomPassword)
    }

    func rotateCredential(of id: ResourceID, to request: CredentialRequest?) async throws -> [NewCredential] {
        try await telling {
            guard let request else { throw ServiceError(.invalidArgument, "\(id): say which credential it is to get.") }
            guard try await entry(of: id) != nil else {
                throw ServiceError(.notFound, "\(id): there is no such account. Sync again.")
            }
            let way = try await PasswordWay(in: directory)
            guard let password = try request.password() else {
                try await removePassword(of: id, way)
                return []
            }
            if way == .server {
                try PasswordWay.refuseChange(request.mustChangeAtNextLogin)
                try await directory.setPassword(of: id.value, to: password)
            } else {
                let changes = try way.changes(
                    to: password, mustChange: request.mustChangeAtNextLogin, in: directory.settings)
                try await directory.modify(id.value, changes)
            }
            return [.password(password)]
        }
    }

    private func removePassword(of id: ResourceID, _ way: PasswordWay) async throws {
        guard way != .activeDirectory else {
            throw ServiceError(
                .failedPrecondition, "\(id): Active Directory keeps a password for every account. Give it a random one."
            )
        }
        do {
            try await directory.modify(id.value, [.delete("userPassword")])
        } catch let failure as LDAPFailure where failure.result == .noSuchAttribute {
            return
        }
    }
}

extension UserSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await telling {
            guard DistinguishedName(id.value) != nil else { throw DistinguishedName.wrong(id.value, in: "\(id)") }
            if try await entry(of: id) == nil {
                let other = try await directory.entry(id.value, attributes: LDAPSearch.noAttributes, isFiltered: false)
                guard other == nil else {
                    throw ServiceError(
                        .failedPrecondition, "\(id): is no account that a sync lists, and is not deleted here.")
                }
                return .alreadySo
            }
            do {
                try await directory.delete(id.value)
                return .changed
            } catch let failure as LDAPFailure where failure.result == .noSuchObject {
                return .alreadySo
            } catch let failure as LDAPFailure where failure.result == .notOnParent {
                throw failure.curing("It has entries below it: delete these first.")
            }
        }
    }
}
