import AccessModel
import BatonWire
import SwiftProtobuf

/// Works out who gets into the host, and who is root there.
struct HostAccess {
    private let accounts: Inspection.Accounts
    private let ssh: Inspection.SSH
    private let sudo: Inspection.Sudo
    private let logins: Inspection.Logins
    private let options: Inspection.Options
    private let now: Int64
    private let today: Day

    init(_ inspection: Inspection) async throws {
        accounts = try await inspection.accounts()
        ssh = try await inspection.ssh()
        sudo = try await inspection.sudo()
        logins = try await inspection.logins()
        options = inspection.options
        now = inspection.now()
        today = Day(at: now)
    }

    private var book: AccountBook { accounts.book }

    /// Who may log in at a terminal.
    func localLogins(on host: ResourceID) -> [Grant] {
        listed.compactMap { place in
            let account = book.accounts[place]
            let status = AccountStatus(
                of: account, shells: accounts.shells, keys: ssh.keyKnowledge(of: account), today: today)
            let password = account.password
            guard status.isEnabled, password.isUsable || password.state == .unknown else { return nil }
            let answer = admission(of: place, under: logins.local, from: .local)
            guard answer != .no else { return nil }
            let isUnverified = password.state == .unknown || answer == .maybe
            let remark = GrantMetadata(["unverified": isUnverified ? .flag(true) : nil])
            return Grant(
                HostSyncer.login, on: host, to: LinuxID.user(account.name), annotations: isUnverified ? [remark] : [])
        }
    }

    /// Who may log in through sshd.
    func remoteLogins(on host: ResourceID) -> [Grant] {
        guard let policy = ssh.policy else { return [] }
        return listed.compactMap { place in
            let account = book.accounts[place]
            guard accounts.shells.admit(account.shell), !account.hasExpired(on: today) else { return nil }
            let groups = book.groupNames(ofAccount: place)
            let variants = policy.variants(for: account.name, groups: groups)
            let login = DaemonLogin(of: candidate(place, groups: groups), under: variants)
            guard !login.methods.isEmpty else { return nil }
            let usesPAM = variants.contains { $0.isOn("usepam", default: false) }
            let answer = usesPAM ? admission(of: place, under: logins.remote, from: .remote) : .yes
            guard answer != .no else { return nil }
            let isUnverified = login.isUnverified || answer == .maybe || ssh.isPartial
            let remark = GrantMetadata([
                "methods": .list(login.methods), "unverified": isUnverified ? .flag(true) : nil,
            ])
            return Grant(
                HostSyncer.ssh, on: host, to: LinuxID.user(account.name), annotations: [remark])
        }
    }

    /// Who may do everything: accounts with the number 0, holders of unrestricted sudo rules, members of certain groups.
    func rootHolders(on host: ResourceID) -> [Grant] {
        var reasons: [ResourceID: (holder: SudoPolicy.Holder, reasons: [String])] = [:]
        func add(_ holder: SudoPolicy.Holder, _ reason: String) {
            reasons[LinuxID.principal(holder), default: (holder, [])].reasons.append(reason)
        }
        for place in listed where book.accounts[place].uid == 0 { add(.user(book.accounts[place].name), "uid0") }
        for rule in sudo.rules where rule.isUnrestricted && rule.isActive {
            for holder in rule.holders where exists(holder) { add(holder, "sudo:\(rule.id)") }
        }
        for name in Set(options.rootEquivalentGroups).sorted() where exists(.group(name)) {
            add(.group(name), "group:\(name)")
        }
        return reasons.values.map { holder, reasons in
            let remark = GrantMetadata(["reason": .text(reasons.joined(separator: ", "))])
            // What follows from being in a group ends when the membership does.
            let isImmutable = if case .group = holder { false } else { true }
            return Grant(
                HostSyncer.root, on: host, to: holder,
                annotations: (isImmutable ? [GrantImmutable()] : []) as [any Message] + [remark])
        }
    }

    /// The places of the accounts that are listed.
    private var listed: [Int] { book.accounts.indices.filter { accounts.lists($0, options) } }

    /// Whether a holder is somebody: an account, a group with members or an alias.
    private func exists(_ holder: SudoPolicy.Holder) -> Bool {
        switch holder {
        case .user(let name): book.account(name).map { accounts.lists($0, options) } ?? false
        case .group(let name): book.group(name).map { !book.members[$0].isEmpty } ?? false
        case .alias: true
        }
    }

    private func admission(
        of place: Int, under rules: Inspection.AccessRules?, from origin: LoginOrigin
    ) -> Likelihood {
        rules?.admits(book.accounts[place].name, groups: book.groupNames(ofAccount: place), from: origin) ?? .yes
    }

    private func candidate(_ place: Int, groups: [String]) -> DaemonLogin.Candidate {
        let account = book.accounts[place]
        return DaemonLogin.Candidate(
            name: account.name, groups: groups, uid: account.uid, password: account.password,
            keys: ssh.keys(of: account).filter { $0.isEffective && !$0.key.hasExpired(at: now) }.map(\.key),
            mayHaveOtherKeys: ssh.mayHaveOtherKeys(account), hasPasswordAgedOut: account.hasPasswordAgedOut(on: today)
        )
    }
}
