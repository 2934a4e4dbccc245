import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf
import WireForm

/// Permission sets in accounts: each pair a thing of its own, which users and groups have.
struct AssignmentSyncer: ResourceSyncer {
    static let assigned = "assigned"

    let type = ResourceType.assignment
    let permissionSets: PermissionSets
    let policiesAreListed: Bool
    let changes: AssignmentChanges

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent, parent.type == ResourceType.account.id else { return Page([]) }
        var place = try PlaceToken(page.token)
        let ids = try await permissionSets.ofAccount(parent.value, page.session)
        let batch = ids.dropFirst(place.index).prefix(PermissionSets.batch)
        let rows = try await Array(batch).mapped(atOnce: 4) { arn in
            Resource(permissionSet: try await permissionSets.one(arn, page.session), in: parent)
        }
        place.index += batch.count
        return Page(rows, next: place.index < ids.count ? place.text : nil)
    }

    func entitlements(of assignment: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([Self.entitlement(on: assignment)])
    }

    private static func entitlement(on assignment: Resource) -> Entitlement {
        Entitlement(
            assigned, on: assignment, grantableTo: [.ssoUser, .ssoGroup], displayName: assigned, description: "")
    }

    func grants(on assignment: Resource, page: PageRequest) async throws -> Page<Grant> {
        let scope = try Scope(of: assignment)
        let place = page.token.isEmpty ? nil : try PlaceToken.members(of: page.token)
        if place?["pp"]?.isTrue == true { return Page(try await policies(of: scope, assignment, page.session)) }
        let directory = permissionSets.directory
        let token = place?["t"]?.string ?? ""
        let found = try await directory.center.assignments(
            of: scope.permissionSet, in: scope.account, directory.instance(), after: token)
        let entitlement = Self.entitlement(on: assignment)
        let names = try await directory.names()
        let grants = found.rows.compactMap { Grant(assignment: $0, of: entitlement, names) }
        if let next = found.next {
            guard !next.hasSameBytes(as: token) else {
                throw ServiceError(
                    .internal, "pagination does not advance: AWS names the page just read as the next one.")
            }
            return Page(grants, next: PlaceToken.text([("t", .string(next))]))
        }
        return Page(grants, next: policiesAreListed ? PlaceToken.text([("pp", .bool(true))]) : nil)
    }

    /// The policies in the permission set, which whoever has it in this account has too.
    private func policies(
        of scope: Scope, _ assignment: Resource, _ session: any SessionStore
    ) async throws -> [Grant] {
        let managed = try await permissionSets.managedPolicies(in: scope.permissionSet, session)
            .map { ($0.arn, $0.name ?? "") }
        let own = try await permissionSets.policyReferences(in: scope.permissionSet, session).map { reference in
            let path = reference.path.flatMap { $0.isEmpty ? nil : $0 } ?? "/"
            return ("arn:aws:iam::\(scope.account):policy\(path)\(reference.name)", reference.name)
        }
        return (managed + own).map { policy in
            Grant.attachment(of: policy.0, named: policy.1, to: assignment.identity).expanding(Self.assigned)
        }
    }
}

extension AssignmentSyncer {
    /// What an assignment is about; its id is never taken apart for that.
    struct Scope: Sendable {
        let permissionSet: String
        let account: String

        /// - Throws: a `ServiceError` when the resource doesn't say.
        init(of assignment: Resource) throws {
            guard let trait = try assignment.annotations.first(C1_Connector_V2_ScopeBindingTrait.self),
                !trait.roleID.resource.isEmpty, !trait.scopeResourceID.resource.isEmpty
            else {
                throw ServiceError(
                    .invalidArgument, "\(assignment.identity): doesn't say which permission set in which account it is."
                )
            }
            permissionSet = trait.roleID.resource
            account = trait.scopeResourceID.resource
        }
    }
}

extension Resource {
    /// A permission set in an account.
    fileprivate init(permissionSet: IdentityCenter.PermissionSet, in account: ResourceID) {
        let trait = C1_Connector_V2_ScopeBindingTrait.with {
            $0.roleID = ResourceID(.permissionSet, permissionSet.arn).message
            $0.scopeResourceID = ResourceID(.account, account.value).message
        }
        self.init(
            ResourceID(.assignment, "\(permissionSet.arn)-\(account.value)"),
            name: "\(permissionSet.name) on \(account.value)", under: account, annotations: [trait])
    }
}
