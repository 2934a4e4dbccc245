import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import WireForm

/// Who holds a custom role on a resource set.
struct BindingSyncer: TargetedSyncer {
    static let member = "member"

    let type = OktaTypes.binding
    let okta: OktaClient
    let filter: EmailDomainFilter

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        var lists = try PageStack(token: page.token)
        guard let list = lists.current else { return try await sets(after: "", lists) }
        guard list.type == OktaTypes.binding.id else { return try await sets(after: list.token, lists) }
        let roles = try await okta.bindings(ofResourceSet: list.id, after: list.token)
        var bindings: [Resource] = []
        for role in roles.rows {
            bindings.append(
                try await binding(BindingID(set: list.id, role: try role.required("id", of: "bound role"))))
        }
        return Page(bindings, next: try lists.next(roles.next), annotations: roles.annotations)
    }

    /// Puts the bindings of each set of a page before the sets after it.
    private func sets(after: String, _ stack: PageStack) async throws -> Page<Resource> {
        var lists = stack
        let sets = try await okta.resourceSets(after: after)
        lists.pop()
        if let next = sets.next { lists.push(.init(type: OktaTypes.resourceSet.id, token: next)) }
        for set in sets.rows.reversed() {
            lists.push(.init(type: OktaTypes.binding.id, id: try set.required("id", of: "resource set")))
        }
        return Page([], next: lists.token, annotations: sets.annotations)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        let binding = try BindingID(parsing: id)
        let path = binding.path
        guard try await okta.existing(path, needs: .rolesRead) != nil else { return nil }
        return try await self.binding(binding)
    }

    private func binding(_ id: BindingID) async throws -> Resource {
        let set = try await okta.existing("/api/v1/iam/resource-sets/\(id.set)", needs: .rolesRead)?.text("label")
        let role = try await okta.customRole(id.role)?.text("label")
        var binding = Resource(
            id.resource, name: "\(set ?? id.set): \(role ?? id.role)")
        binding.profile = Profile(["resource_set_id": .text(id.set), "role_id": .text(id.role)])
        binding.identify(v1: V1Identifier(id: id.text), raw: id.text)
        return binding
    }

    func entitlements(of binding: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        var entitlement = Entitlement.assignment(
            Self.member, on: binding, grantableTo: OktaTypes.user, OktaTypes.group,
            displayName: "\(binding.displayName) Resource Set Binding Member",
            description: "Member of the \(binding.displayName) resource set binding in Okta")
        entitlement.annotations = [Annotation(carrying: V1Identifier.membership(binding.identity.value))]
        return Page([entitlement])
    }

    func grants(on binding: Resource, page: PageRequest) async throws -> Page<Grant> {
        let members = try await okta.members(ofBinding: BindingID(parsing: binding.identity), after: page.token)
        var grants: [Grant] = []
        for member in members.rows {
            guard let holder = BindingMember(member)?.holder, try await lists(holder, page.session) else { continue }
            let grant = Grant(
                Self.member, on: binding.identity, to: holder,
                annotations: [V1Identifier.grant(of: .membership(binding.identity.value), to: holder)])
            let isGroup = holder.type == OktaTypes.group.id
            grants.append(isGroup ? grant.expanding(GroupSyncer.member, shallow: true) : grant)
        }
        return Page(grants, next: members.next, annotations: members.annotations)
    }

    private func lists(_ holder: ResourceID, _ session: any SessionStore) async throws -> Bool {
        guard holder.type == OktaTypes.user.id else { return true }
        if let known = try await filter.remembered(holder.value, in: session) { return known }
        guard let user = try await okta.user(holder.value) else { return false }
        return filter.admits(profile: user["profile"] ?? .null)
    }
}
