import StandinKit
import WireForm

extension Org {
    func customRole(named name: String) throws(OktaError) -> CustomRole {
        guard let role = customRoles[name] ?? customRoles.rows.first(where: { $0.label == name }) else {
            throw .notFound(name, "CustomRole")
        }
        return role
    }

    func resourceSet(named name: String) throws(OktaError) -> ResourceSet {
        guard let set = resourceSets[name] ?? resourceSets.rows.first(where: { $0.label == name }) else {
            throw .notFound(name, "ResourceSet")
        }
        return set
    }

    /// `GET /api/v1/iam/roles`.
    mutating func listCustomRoles(_ call: Call) throws -> Reply {
        let limit = try call.limit(default: 100, most: 100)
        let cursor = try call.cursor(self)
        let page = try Self.page(of: &customRoles, call, after: cursor, limit: limit) { _ in true }
        return iamList("roles", page.rows.map { json($0, call) }, page.hasMore ? page.last : nil, call)
    }

    /// A page as the role API has it: in an object, the next page in its links and in the header.
    private func iamList(_ name: String, _ rows: [JSONValue], _ last: Int?, _ call: Call) -> Reply {
        let next = last.map { call.next(after: $0, self) }
        let links: JSONValue = next.map { ["next": ["href": .string($0)]] } ?? [:]
        var reply = Reply(.object([(name, .array(rows)), ("_links", links)]))
        reply.link(own: call.own, next: next)
        return reply
    }

    private func json(_ role: CustomRole, _ call: Call) -> JSONValue {
        let own = "\(call.origin)/api/v1/iam/roles/\(role.id)"
        return [
            "id": .string(role.id), "label": .string(role.label), "description": .string(role.description),
            "created": .string(role.created.text), "lastUpdated": .string(role.lastUpdated.text),
            "_links": ["permissions": ["href": .string("\(own)/permissions")], "self": ["href": .string(own)]],
        ]
    }

    /// `GET /api/v1/iam/roles/{role}`.
    mutating func getCustomRole(_ call: Call) throws -> Reply {
        Reply(json(try customRole(named: call["role"]), call))
    }

    /// `GET /api/v1/iam/resource-sets`.
    mutating func listResourceSets(_ call: Call) throws -> Reply {
        let limit = try call.limit(default: 100, most: 100)
        let cursor = try call.cursor(self)
        let page = try Self.page(of: &resourceSets, call, after: cursor, limit: limit) { _ in true }
        return iamList("resource-sets", page.rows.map { json($0, call) }, page.hasMore ? page.last : nil, call)
    }

    private func json(_ set: ResourceSet, _ call: Call) -> JSONValue {
        let own = "\(call.origin)/api/v1/iam/resource-sets/\(set.id)"
        return [
            "id": .string(set.id), "label": .string(set.label), "description": .string(set.description),
            "created": .string(set.created.text), "lastUpdated": .string(set.lastUpdated.text),
            "_links": [
                "self": ["href": .string(own)], "resources": ["href": .string("\(own)/resources")],
                "bindings": ["href": .string("\(own)/bindings")],
            ],
        ]
    }

    /// `GET /api/v1/iam/resource-sets/{set}`.
    mutating func getResourceSet(_ call: Call) throws -> Reply {
        Reply(json(try resourceSet(named: call["set"]), call))
    }
}
