import StandinKit
import WireForm

extension Org {
    mutating func listRoles(ofUser call: Call) throws -> Reply {
        let user = try user(call, "userId")
        return Reply(roles(of: .user(user.id), call).map(\.json), own: call.own, next: nil)
    }

    mutating func listRoles(ofGroup call: Call) throws -> Reply {
        let group = try group(call, "groupId")
        return Reply(roles(of: .group(group.id), call).map(\.json), own: call.own, next: nil)
    }

    mutating func getRole(ofUser call: Call) throws -> Reply {
        try getRole(of: .user(try user(call, "userId").id), call)
    }

    mutating func getRole(ofGroup call: Call) throws -> Reply {
        try getRole(of: .group(try group(call, "groupId").id), call)
    }

    private func getRole(of assignee: Assignee, _ call: Call) throws(OktaError) -> Reply {
        guard let role = roles(of: assignee, call).first(where: { $0.id == call["roleId"] }) else {
            throw .notFound(call["roleId"], "RoleAssignment")
        }
        return Reply(role.json)
    }

    mutating func assignRole(toUser call: Call) throws -> Reply {
        let user = try user(call, "userId")
        guard user.status != .deprovisioned else { throw OktaError.wrongStatus }
        let role = try assignRole(to: .user(user.id), call)
        note("user.account.privilege.grant", by: call, targets: [target(user), roleTarget(role.label)])
        return Reply(role.json, status: 201)
    }

    mutating func assignRole(toGroup call: Call) throws -> Reply {
        let group = try group(call, "groupId")
        guard group.type != .builtIn else { throw OktaError.unsupportedOperation }
        let role = try assignRole(to: .group(group.id), call)
        note("group.privilege.grant", by: call, targets: [target(group), roleTarget(role.label)])
        return Reply(role.json)
    }

    mutating func unassignRole(fromUser call: Call) throws -> Reply {
        let user = try user(call, "userId")
        let label = try unassignRole(from: .user(user.id), call)
        note("user.account.privilege.revoke", by: call, targets: [target(user), roleTarget(label)])
        return .noContent
    }

    mutating func unassignRole(fromGroup call: Call) throws -> Reply {
        let group = try group(call, "groupId")
        let label = try unassignRole(from: .group(group.id), call)
        note("group.privilege.revoke", by: call, targets: [target(group), roleTarget(label)])
        return .noContent
    }

    /// A role as the API shows it.
    struct ShownRole {
        let id: String
        let label: String
        let json: JSONValue
    }

    /// What somebody has: standard roles, bindings, and for a user what comes by groups.
    private func roles(of assignee: Assignee, _ call: Call) -> [ShownRole] {
        var shown = ownRoles(of: assignee, by: assignee, call)
        guard case .user(let user) = assignee else { return shown }
        for group in groupIDs(of: user) { shown += ownRoles(of: .group(group), by: assignee, call) }
        return shown
    }

    private func ownRoles(of owner: Assignee, by assignee: Assignee, _ call: Call) -> [ShownRole] {
        let standard = roleAssignments.rows.filter { $0.assignee == owner }.map { shown($0, to: assignee, call) }
        var custom: [ShownRole] = []
        for set in resourceSets.rows {
            for binding in set.bindings.rows {
                for member in binding.members.rows where member.assignee == owner {
                    custom.append(shown(member, binding.roleID, set, to: assignee, call))
                }
            }
        }
        return standard + custom
    }

    private func shown(_ role: RoleAssignment, to assignee: Assignee, _ call: Call) -> ShownRole {
        let label = StandardRole.labels[role.type] ?? role.type
        return ShownRole(
            id: role.id, label: label,
            json: [
                "id": .string(role.id), "label": .string(label), "type": .string(role.type),
                "status": .string(role.status), "created": .string(role.created.text),
                "lastUpdated": .string(role.lastUpdated.text),
                "assignmentType": .string(role.assignee.kind),
                "_links": ["assignee": ["href": .string(assignee.href(call.origin))]],
            ])
    }

    private func shown(
        _ member: ResourceSet.Member, _ role: String, _ set: ResourceSet, to assignee: Assignee, _ call: Call
    ) -> ShownRole {
        let iam = "\(call.origin)/api/v1/iam"
        let label = customRoles[role]?.label ?? StandardRole.byResourceSet[role]?.label ?? role
        let type = StandardRole.byResourceSet[role] == nil ? "CUSTOM" : role
        return ShownRole(
            id: member.id, label: label,
            json: [
                "id": .string(member.id), "role": .string(role), "label": .string(label), "type": .string(type),
                "status": "ACTIVE", "created": .string(member.created.text),
                "lastUpdated": .string(member.created.text), "assignmentType": .string(member.assignee.kind),
                "resource-set": .string(set.id),
                "_links": [
                    "assignee": ["href": .string(assignee.href(call.origin))],
                    "resource-set": ["href": .string("\(iam)/resource-sets/\(set.id)")],
                    "role": ["href": .string("\(iam)/roles/\(role)")],
                    "permissions": ["href": .string("\(iam)/roles/\(role)/permissions")],
                    "member": [
                        "href": .string("\(iam)/resource-sets/\(set.id)/bindings/\(role)/members/\(member.id)")
                    ],
                ],
            ])
    }

    private mutating func assignRole(to assignee: Assignee, _ call: Call) throws(OktaError) -> ShownRole {
        guard let type = call.body["type"]?.string else {
            throw .validation("type", "type: The field cannot be left blank")
        }
        if StandardRole.labels[type] != nil {
            guard call.body["role"] == nil, call.body["resource-set"] == nil else { throw .malformedBody }
            return try assignStandardRole(type, to: assignee, call)
        }
        let (set, role) = try boundRole(type, call)
        guard let (member, binding) = bind(role, in: set, to: assignee, call.now) else { throw .roleAlreadyAssigned }
        return shown(member, role, binding, to: assignee, call)
    }

    private mutating func assignStandardRole(
        _ type: String, to assignee: Assignee, _ call: Call
    ) throws(OktaError) -> ShownRole {
        if roleAssignments.rows.contains(where: { $0.assignee == assignee && $0.type == type }) {
            throw .roleAlreadyAssigned
        }
        let assignment = RoleAssignment(
            id: newID("ra1"), type: type, assignee: assignee, status: "ACTIVE", created: call.now,
            lastUpdated: call.now)
        roleAssignments.put(assignment, id: assignment.id, staleReads: settings.staleReads)
        return shown(assignment, to: assignee, call)
    }

    /// The resource set and the role that a body names.
    private mutating func boundRole(_ type: String, _ call: Call) throws(OktaError) -> (set: String, role: String) {
        if let standard = StandardRole.byResourceSet[type] {
            if resourceSets[standard.resourceSet] == nil {
                resourceSets.put(
                    ResourceSet(
                        id: standard.resourceSet, label: standard.resourceSet, description: "Made by Okta",
                        resources: [], created: call.now, lastUpdated: call.now), id: standard.resourceSet)
            }
            return (standard.resourceSet, type)
        }
        guard type == "CUSTOM" else { throw .validation("type", "type: '\(type)' is not a valid role type") }
        guard let role = call.body["role"]?.string, let set = call.body["resource-set"]?.string else {
            throw .validation("role", "role: The field cannot be left blank")
        }
        return (try resourceSet(named: set).id, try customRole(named: role).id)
    }

    private mutating func unassignRole(from assignee: Assignee, _ call: Call) throws(OktaError) -> String {
        let id = call["roleId"]
        if let role = roleAssignments[id], role.assignee == assignee {
            roleAssignments.remove(id, staleReads: settings.staleReads)
            return StandardRole.labels[role.type] ?? role.type
        }
        guard let role = ownRoles(of: assignee, by: assignee, call).first(where: { $0.id == id }) else {
            throw .notFound(id, "RoleAssignment")
        }
        removeBindingMember(id)
        return role.label
    }

    /// `GET /api/v1/iam/assignees/users`: who has a role, by a group too.
    mutating func listAdministrators(_ call: Call) throws -> Reply {
        let limit = try call.limit(default: 100, most: 200)
        let start = try call.cursor(self) ?? users.start
        let places = administrators.compactMap { id in users.ordinal(of: id).map { ($0, id) } }
            .filter { $0.0 > start && users[$0.1] != nil }.sorted { $0.0 < $1.0 }
        let isEmpty = call.effects.contains(.emptyPage)
        let rows = isEmpty ? [] : Array(places.prefix(limit))
        let last = isEmpty ? start : rows.last?.0 ?? start
        let next = places.count > rows.count ? call.next(after: last, self) : nil
        let value = rows.map { administrator($0.1, call) }
        let links: JSONValue = next.map { ["next": ["href": .string($0)]] } ?? [:]
        var reply = Reply(["value": .array(value), "_links": links])
        reply.link(own: call.own, next: next)
        return reply
    }

    private var administrators: Set<String> {
        var assignees = Set(roleAssignments.rows.map(\.assignee))
        for set in resourceSets.rows {
            for binding in set.bindings.rows { assignees.formUnion(binding.members.rows.map(\.assignee)) }
        }
        var ids: Set<String> = []
        for assignee in assignees {
            switch assignee {
            case .user(let id): ids.insert(id)
            case .group(let id): ids.formUnion(groups[id]?.members.rows.map(\.userID) ?? [])
            }
        }
        return ids
    }

    private func administrator(_ id: String, _ call: Call) -> JSONValue {
        let own = "\(call.origin)/api/v1/users/\(id)"
        return [
            "id": .string(id), "orn": .string("orn:okta:directory:\(settings.id):users:\(id)"),
            "_links": ["self": ["href": .string(own)], "roles": ["href": .string("\(own)/roles")]],
        ]
    }
}

extension Assignee {
    /// As assignments name it.
    var kind: String {
        switch self {
        case .user: "USER"
        case .group: "GROUP"
        }
    }

    func href(_ origin: String) -> String { "\(origin)/api/v1/\(collection)/\(id)" }
}
