import StandinKit
import WireForm

extension Org {
    private func binding(_ call: Call) throws(OktaError) -> (set: ResourceSet, binding: ResourceSet.Binding) {
        let set = try resourceSet(named: call["set"])
        let role = customRoles[call["role"]]?.id ?? customRoles.rows.first { $0.label == call["role"] }?.id
        guard let binding = set.bindings[role ?? call["role"]] else { throw .notFound(call["role"], "Binding") }
        return (set, binding)
    }

    private func address(_ set: String, _ call: Call, role: String? = nil) -> String {
        "\(call.origin)/api/v1/iam/resource-sets/\(set)" + (role.map { "/bindings/\($0)" } ?? "")
    }

    /// `GET …/bindings`.
    mutating func listBindings(_ call: Call) throws -> Reply {
        let set = try resourceSet(named: call["set"])
        let limit = try call.limit(default: 100, most: 100)
        let cursor = try call.cursor(self)
        var bindings = set.bindings
        let page = try Self.page(of: &bindings, call, after: cursor, limit: limit) { _ in true }
        let rows: [JSONValue] = page.rows.map { binding in
            [
                "id": .string(binding.roleID),
                "_links": [
                    "self": ["href": .string("\(call.origin)/api/v1/iam/roles/\(binding.roleID)")],
                    "members": ["href": .string("\(address(set.id, call, role: binding.roleID))/members")],
                ],
            ]
        }
        let own = address(set.id, call)
        let links: JSONValue = [
            "self": ["href": .string("\(own)/bindings")], "resource-set": ["href": .string(own)],
        ]
        return page.reply("roles", rows, links, call, self)
    }

    /// `POST …/bindings`: adds to a binding that is there.
    mutating func createBinding(_ call: Call) throws -> Reply {
        let set = try resourceSet(named: call["set"]).id
        guard let name = call.body["role"]?.string else {
            throw OktaError.validation("role", "role: The field cannot be left blank")
        }
        let role = try customRole(named: name).id
        try bindAll(call.body["members"], role, in: set, call)
        return edited(set, role, call)
    }

    private func edited(_ set: String, _ role: String, _ call: Call) -> Reply {
        let own = address(set, call)
        return Reply([
            "_links": [
                "self": ["href": .string(address(set, call, role: role))],
                "bindings": ["href": .string("\(own)/bindings")],
                "resource-set": ["href": .string(own)],
            ]
        ])
    }

    private mutating func bindAll(
        _ members: JSONValue?, _ role: String, in set: String, _ call: Call
    ) throws(OktaError) {
        var assignees: [Assignee] = []
        for href in (members?.elements ?? []).compactMap(\.string) {
            guard let assignee = Assignee(href: href) else {
                throw .validation("members", "members: '\(href)' is not a valid member")
            }
            switch assignee {
            case .user(let id): guard users[id] != nil else { throw .notFound(id, "User") }
            case .group(let id): guard groups[id] != nil else { throw .notFound(id, "UserGroup") }
            }
            assignees.append(assignee)
        }
        guard !assignees.isEmpty else { throw .validation("members", "members: The field cannot be left blank") }
        for assignee in assignees { _ = bind(role, in: set, to: assignee, call.now) }
    }

    /// Adds a member to a binding; nil when it is one already.
    mutating func bind(
        _ role: String, in set: String, to assignee: Assignee, _ now: Timestamp
    ) -> (ResourceSet.Member, ResourceSet)? {
        let isMember = resourceSets[set]?.bindings[role]?.members.rows.contains { $0.assignee == assignee }
        guard isMember != true else { return nil }
        let member = ResourceSet.Member(id: newID("irb"), assignee: assignee, created: now)
        let staleReads = settings.staleReads
        resourceSets.edit(set) { set in
            if set.bindings[role] == nil { set.bindings.put(.init(roleID: role), id: role) }
            set.bindings.edit(role) { $0.members.put(member, id: member.id, staleReads: staleReads) }
        }
        return resourceSets[set].map { (member, $0) }
    }

    /// `GET …/bindings/{role}`.
    mutating func getBinding(_ call: Call) throws -> Reply {
        let (set, binding) = try binding(call)
        let own = address(set.id, call, role: binding.roleID)
        return Reply([
            "id": .string(binding.roleID),
            "_links": [
                "self": ["href": .string(own)], "members": ["href": .string("\(own)/members")],
                "resource-set": ["href": .string(address(set.id, call))],
            ],
        ])
    }

    /// `DELETE …/bindings/{role}`.
    mutating func deleteBinding(_ call: Call) throws -> Reply {
        let (set, binding) = try binding(call)
        resourceSets.edit(set.id) { _ = $0.bindings.remove(binding.roleID) }
        return .noContent
    }

    /// `GET …/members`.
    mutating func listBindingMembers(_ call: Call) throws -> Reply {
        let (set, binding) = try binding(call)
        let limit = try call.limit(default: 100, most: 100)
        let cursor = try call.cursor(self)
        let page = try resourceSets.edit(set.id) { set in
            try set.bindings.edit(binding.roleID) { binding in
                try Self.page(of: &binding.members, call, after: cursor, limit: limit) { _ in true }
            }
        }
        guard let page = page ?? nil else { throw OktaError.notFound(call["role"], "Binding") }
        let own = address(set.id, call, role: binding.roleID)
        let links: JSONValue = ["self": ["href": .string("\(own)/members")], "binding": ["href": .string(own)]]
        return page.reply("members", page.rows.map { json($0, call) }, links, call, self)
    }

    private func json(_ member: ResourceSet.Member, _ call: Call) -> JSONValue {
        [
            "id": .string(member.id), "created": .string(member.created.text),
            "lastUpdated": .string(member.created.text),
            "_links": ["self": ["href": .string(member.assignee.href(call.origin))]],
        ]
    }

    /// `PATCH …/members`.
    mutating func addBindingMembers(_ call: Call) throws -> Reply {
        let (set, binding) = try binding(call)
        try bindAll(call.body["additions"], binding.roleID, in: set.id, call)
        return edited(set.id, binding.roleID, call)
    }

    /// `GET …/members/{member}`.
    mutating func getBindingMember(_ call: Call) throws -> Reply {
        guard let member = try binding(call).binding.members[call["member"]] else {
            throw OktaError.notFound(call["member"], "Member")
        }
        return Reply(json(member, call))
    }

    /// `DELETE …/members/{member}`.
    mutating func removeBindingMember(_ call: Call) throws -> Reply {
        guard try binding(call).binding.members[call["member"]] != nil else {
            throw OktaError.notFound(call["member"], "Member")
        }
        removeBindingMember(call["member"])
        return .noContent
    }

    mutating func removeBindingMember(_ id: String) {
        removeBindingMembers { $0.id == id }
    }

    mutating func removeFromBindings(_ assignee: Assignee) {
        removeBindingMembers { $0.assignee == assignee }
    }

    private mutating func removeBindingMembers(_ isMeant: (ResourceSet.Member) -> Bool) {
        let staleReads = settings.staleReads
        for set in resourceSets.rows {
            for binding in set.bindings.rows {
                for member in binding.members.rows where isMeant(member) {
                    resourceSets.edit(set.id) { set in
                        _ = set.bindings.edit(binding.roleID) {
                            _ = $0.members.remove(member.id, staleReads: staleReads)
                        }
                    }
                }
            }
        }
    }
}

extension RowPage {
    /// The page in an object, with links of its own.
    fileprivate func reply(
        _ name: String, _ rows: [JSONValue], _ links: JSONValue, _ call: Call, _ org: Org
    ) -> Reply {
        let next = hasMore ? call.next(after: last, org) : nil
        let allLinks = links.adding("next", next.map { ["href": .string($0)] })
        var reply = Reply(.object([(name, .array(rows)), ("_links", allLinks)]))
        reply.link(own: call.own, next: next)
        return reply
    }
}
