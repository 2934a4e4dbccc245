import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// The machine itself, and who gets into it.
struct HostSyncer: ResourceSyncer {
    static let type = ResourceType("host", displayName: "Host", traits: [.app])
    static let login = "login"
    static let ssh = "ssh"
    static let root = "root"

    let inspection: Inspection
    /// The types whose resources live under the host.
    let childTypes: [String]

    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        let host = try await inspection.host()
        var resource = Resource.app(host.id, name: host.name.full, profile: try await profile(of: host))
        resource.addChildren(ofTypes: childTypes)
        return Page([resource])
    }

    func entitlements(of host: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        let (user, group, alias) = (UserSyncer.type, GroupSyncer.type, SudoAliasSyncer.type)
        return Page([
            .assignment(
                Self.login, on: host, grantableTo: user, displayName: "\(host.displayName) Local Login",
                description: "May log in at a terminal of the host"),
            .assignment(
                Self.ssh, on: host, grantableTo: user, displayName: "\(host.displayName) SSH Login",
                description: "May log in through SSH"),
            childTypes.contains(alias.id)
                ? .permission(
                    Self.root, on: host, grantableTo: user, group, alias, displayName: "\(host.displayName) Root",
                    description: "May do everything on the host")
                : .permission(
                    Self.root, on: host, grantableTo: user, group, displayName: "\(host.displayName) Root",
                    description: "May do everything on the host"),
        ])
    }

    func grants(on host: Resource, page: PageRequest) async throws -> Page<Grant> {
        let access = try await HostAccess(inspection)
        let id = host.identity
        return Page(
            ordering: access.localLogins(on: id) + access.remoteLogins(on: id) + access.rootHolders(on: id), for: page)
    }

    private func profile(of host: Inspection.Host) async throws -> Profile {
        let accounts = try await inspection.accounts()
        let sudo = try await inspection.sudo()
        let ssh = try await inspection.ssh()
        let logins = try await inspection.logins()
        var coverage = host.coverage
        for part in [accounts.coverage, sudo.coverage, ssh.coverage, logins.coverage] { coverage.add(part) }
        if !inspection.options.paths.isEmpty { coverage.add(try await inspection.paths().coverage) }
        if inspection.options.listsServices { coverage.add(try await inspection.services().coverage) }
        return Profile([
            "os_id": host.release["ID"].map { .text($0) },
            "os_version": host.release["VERSION_ID"].map { .text($0) },
            "os_name": host.release["PRETTY_NAME"].map { .text($0) },
            "kernel": host.kernel.map { .text($0) },
            "machine_id": host.machineID.map { .text($0) },
            "boot_time": host.bootTime.map { .number($0) },
            "virtualization": host.virtualization.map { .text($0) },
            "sudoers_errors": inspection.options.readsSudo ? .number(sudo.errors) : nil,
            "coverage": .list(coverage.read),
            "coverage_missing": .list(coverage.missing),
            "nss_passwd": .text(accounts.sources.passwd.joined(separator: " ")),
            "sshd_config_source": ssh.settingsSource.map { .text($0) },
            "authorized_keys_command": ssh.authorizedKeysCommand.map { .text($0) },
            "pam_modifiers": .list(logins.modifiers),
            "nologin": .flag(host.refusesLogins),
        ])
    }
}
