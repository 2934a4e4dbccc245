import AccessModel
import BatonWire
import ConnectorKit

/// What may be run through sudo, and by whom.
struct SudoRuleSyncer: ResourceSyncer {
    static let type = ResourceType("sudo_rule", displayName: "Sudo Rule", traits: [.role])
    static let run = "run"

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host().id
        guard parent == host else { return Page([]) }
        let sudo = try await inspection.readableSudo()
        return Page(fitting: sudo.rules, for: page, key: \.id) {
            .role(ResourceID(Self.type, $0.id), name: $0.display, under: host, profile: $0.profile)
        }
    }

    func entitlements(of rule: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .permission(
                Self.run, on: rule, grantableTo: UserSyncer.type, GroupSyncer.type, SudoAliasSyncer.type,
                displayName: "Run via sudo: \(rule.displayName)", description: "May run these commands through sudo")
        ])
    }

    func grants(on rule: Resource, page: PageRequest) async throws -> Page<Grant> {
        let rules = try await inspection.readableSudo().rules
        guard let found = rules.first(where: { $0.id.hasSameBytes(as: rule.identity.value) }) else {
            throw ServiceError(.notFound, "sudo rule \(rule.identity.value): is no longer there.")
        }
        return Page(
            ordering: found.holders.map { Grant(Self.run, on: rule.identity, to: $0, annotations: [GrantImmutable()]) },
            for: page)
    }
}

/// The user aliases of sudoers.
struct SudoAliasSyncer: ResourceSyncer {
    static let type = ResourceType("sudo_alias", displayName: "Sudo User Alias", traits: [.group])
    static let member = "member"

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host().id
        guard parent == host else { return Page([]) }
        let sudo = try await inspection.readableSudo()
        return Page(of: sudo.aliases, for: page, key: \.name) {
            .group(LinuxID.alias($0.name), name: $0.name, under: host)
        }
    }

    func entitlements(of alias: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .assignment(
                Self.member, on: alias, grantableTo: UserSyncer.type, GroupSyncer.type, Self.type,
                displayName: "\(alias.displayName) Sudo Alias Member", description: "Is in the alias")
        ])
    }

    func grants(on alias: Resource, page: PageRequest) async throws -> Page<Grant> {
        let aliases = try await inspection.readableSudo().aliases
        guard let found = aliases.first(where: { $0.name.hasSameBytes(as: alias.identity.value) }) else {
            throw ServiceError(.notFound, "sudo alias \(alias.identity.value): is no longer there.")
        }
        return Page(
            ordering: found.members.map {
                Grant(Self.member, on: alias.identity, to: $0, annotations: [GrantImmutable()])
            }, for: page)
    }
}

extension Inspection {
    /// What sudoers says, which has to be readable: a list without rows would look like the removal of every rule.
    func readableSudo() async throws -> Sudo {
        let sudo = try await sudo()
        guard let path = sudo.coverage.unreadable.first else { return sudo }
        throw ServiceError(.permissionDenied, InspectedRootError.permissionDenied(path).description)
    }
}
