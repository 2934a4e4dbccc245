import AccessModel
import BatonWire
import ConnectorKit

extension GroupSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let list = try GroupList(slug: entitlement.slug)
        let id = entitlement.resource.identity
        return try await changes.make { accounts in
            let group = try accounts.changeableGroup(id)
            let user = try accounts.changeableUser(principal.identity)
            let name = accounts.book.accounts[user].name
            switch list {
            case .member:
                guard accounts.book.membership(of: user, in: group) == nil else { return .alreadySo }
                try await changes.tools.run(.usermod, ["--append", "--groups", id.value, "--", name])
            case .admin:
                let administrators = try accounts.administrators(of: group)
                guard !administrators.contains(where: name.hasSameBytes) else { return .alreadySo }
                try await setAdministrators(administrators + [name], of: id)
            }
            return .changed(bringing: [Grant(list.rawValue, on: id, to: principal.identity)])
        }
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let list = try GroupList(slug: grant.entitlement.slug)
        let id = grant.entitlement.resource.identity
        return try await changes.make { accounts in
            let book = accounts.book
            // Whoever is gone holds nothing, and nothing is held on what is gone.
            guard book.group(id.value) != nil, book.account(grant.holder.value) != nil else { return .alreadySo }
            let group = try accounts.changeableGroup(id)
            let user = try accounts.changeableUser(grant.holder)
            let name = book.accounts[user].name
            switch list {
            case .member:
                guard let membership = book.membership(of: user, in: group) else { return .alreadySo }
                try refusePrimary(membership, of: name, in: id)
                try await removeMember(name, of: id)
            case .admin:
                let administrators = try accounts.administrators(of: group)
                let others = administrators.filter { !$0.hasSameBytes(as: name) }
                guard others.count < administrators.count else { return .alreadySo }
                try await setAdministrators(others, of: id)
            }
            return .changed
        }
    }

    private func refusePrimary(_ membership: AccountBook.Member, of name: String, in group: ResourceID) throws {
        guard membership.isPrimary else { return }
        throw ServiceError(
            .failedPrecondition,
            "\(group): is the primary group of \(name). Give the account another one first: usermod -g GROUP \(name).")
    }

    private func removeMember(_ name: String, of group: ResourceID) async throws {
        do {
            try await changes.tools.run(.usermod, ["--remove", "--groups", group.value, "--", name])
        } catch let failure as ToolFailure where failure.status == 2 {
            // An usermod from before `--remove` takes it for bad usage.
            try await changes.tools.run(.gpasswd, ["--delete", name, "--", group.value])
        }
    }

    private func setAdministrators(_ names: [String], of group: ResourceID) async throws {
        try await changes.tools.run(
            .gpasswd, ["--administrators", names.joined(separator: ","), "--", group.value])
    }
}

/// The two lists of names that a group has, by the slugs of what they give.
private enum GroupList: String {
    case member, admin

    init(slug: String) throws {
        guard let list = GroupList(rawValue: slug) else {
            throw ServiceError(.invalidArgument, "a group has no entitlement \(slug)")
        }
        self = list
    }
}

extension AccountBook {
    /// How the account is in the group; nil when it isn't.
    fileprivate func membership(of account: Int, in group: Int) -> Member? {
        members[group].first { $0.account == account }
    }
}

extension Inspection.Accounts {
    /// The names of a group's administrators, which are always written as a whole.
    fileprivate func administrators(of group: Int) throws -> [String] {
        guard !coverage.unreadable.contains("/etc/gshadow") else {
            throw ServiceError(
                .failedPrecondition, "/etc/gshadow: can't be read, so the administrators of the group are not known.")
        }
        return book.groups[group].administrators
    }
}
