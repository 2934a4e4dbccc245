import AccessModel
import BatonWire
public import ConnectorKit
import SwiftProtobuf

extension LinuxConnector: ActionProvider {
    /// What can be done with accounts and keys beside creating and deleting them.
    public var actions: [Action] {
        [
            change(
                "disable_user", "Disable user",
                "Locks the password and lets the account expire, so that keys don't open it either",
                for: [.account, .accountDisable], to: "user", of: UserSyncer.type, changes.disable),
            change(
                "enable_user", "Enable user", "Takes back what disable_user did; the account then has no day of expiry",
                for: [.account, .accountEnable], to: "user", of: UserSyncer.type, changes.enable),
            change(
                "expire_password", "Expire password", "Asks for a new password at the next log-in", for: [.account],
                to: "user", of: UserSyncer.type, changes.expirePassword),
            change(
                "remove_ssh_key", "Remove SSH key", "Takes a key out of all key files of its account", for: [],
                to: "key", of: SSHKeySyncer.type, changes.removeKey),
        ]
    }

    /// An action on one resource, which tells whether anything had to be done.
    private func change(
        _ name: String, _ displayName: String, _ description: String, for purposes: [Action.Purpose],
        to argument: String, of type: ResourceType, _ perform: @escaping @Sendable (ResourceID) async throws -> Bool
    ) -> Action {
        Action(
            name, displayName: displayName, description: description, purposes: purposes,
            arguments: [.resource(argument, type.displayName, of: [type]).required],
            results: [.flag("success", "Success"), .flag("changed", "Changed")]
        ) { arguments in
            let changed = try await perform(try arguments.resource(argument, of: type))
            return Profile(["success": .flag(true), "changed": .flag(changed)])
        }
    }
}

extension AccountChanges {
    /// Locks the password and lets the account expire; false when it was so.
    func disable(_ id: ResourceID) async throws -> Bool {
        try await make { accounts in
            let account = accounts.book.accounts[try accounts.changeableUser(id)]
            try protect(account, from: "disabled")
            guard account.password.isUsable || !account.hasExpired(on: Day(at: inspection.now())) else { return false }
            // Day 1, because some programs take day 0 for no day at all.
            try await tools.run(.usermod, ["--lock", "--expiredate", "1", "--", account.name])
            return true
        }
    }

    /// Unlocks the password, if there is one, and takes the day of expiry away; false when it was so.
    func enable(_ id: ResourceID) async throws -> Bool {
        try await make { accounts in
            let account = accounts.book.accounts[try accounts.changeableUser(id)]
            // Each takes one lock away, so that nothing is left of several.
            for _ in 0..<account.password.locks {
                try await tools.run(.usermod, ["--unlock", "--", account.name])
            }
            if account.age?.expires != nil {
                try await tools.run(.usermod, ["--expiredate", "", "--", account.name])
            }
            return account.password.locks > 0 || account.age?.expires != nil
        }
    }

    /// Asks for a new password at the next log-in; false when it was so.
    func expirePassword(_ id: ResourceID) async throws -> Bool {
        try await make { accounts in
            let account = accounts.book.accounts[try accounts.changeableUser(id)]
            guard account.password.state != .disabled else {
                throw ServiceError(
                    .failedPrecondition,
                    "\(id): has no password, and to ask for a new one would only keep its keys out. Set one first.")
            }
            guard account.age?.lastChange != 0 else { return false }
            try await tools.run(.chage, ["--lastday", "0", "--", account.name])
            return true
        }
    }

    /// Takes a key out of all key files of its account; false when it is in none.
    ///
    /// A file that accounts share, such as root's and toor's, loses it for all of them.
    func removeKey(_ id: ResourceID) async throws -> Bool {
        try await make { accounts in
            let ssh = try await inspection.ssh()
            var isRemoved = false
            for account in accounts.book.accounts where id.value.utf8.starts(with: account.keyPrefix.utf8) {
                guard !ssh.mayHaveOtherKeys(account) else {
                    throw ServiceError(
                        .failedPrecondition,
                        "user \(account.name): not all of its key files can be read, so the key may stay in one of them. Look at the warnings of a sync."
                    )
                }
                let fingerprint = String(
                    decoding: id.value.utf8.dropFirst(account.keyPrefix.utf8.count), as: UTF8.self)
                let keys = ssh.keys(of: account).filter { $0.key.fingerprint.hasSameBytes(as: fingerprint) }
                for file in Set(keys.map { ByteKey($0.file) }).sorted() {
                    let rewrite = KeyFileRewrite(file.text, home: account.home, files: inspection.files)
                    if try rewrite.remove(fingerprint) { isRemoved = true }
                }
            }
            return isRemoved
        }
    }
}

extension Account {
    /// What the ids of its keys start with.
    fileprivate var keyPrefix: String { LinuxID.user(name).value + "/" }
}
