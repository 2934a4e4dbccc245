import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// Accounts of the organization, and who has which permission set in them.
struct AccountSyncer: ResourceSyncer {
    let type = ResourceType.account
    let organizations: Organizations
    let permissionSets: PermissionSets
    /// Which tiers of the tree above are synced: an account never points at a parent that isn't.
    let tiers: Set<String>
    let changes: AssignmentChanges
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        var stack = try page.stack(of: type)
        let found = try await organizations.accounts(after: stack.place)
        let rows = try await found.rows.filter(\.isActive).mapped(atOnce: 2) { account in
            Resource(account: account, under: try await self.parent(of: account))
        }
        return Page(rows, next: try stack.following(found.next))
    }

    private func parent(of account: Organizations.Account) async throws -> ResourceID? {
        guard tiers.contains(ResourceType.organization.id) else { return nil }
        do {
            return try await organizations.parent(ofAccount: account.id).flatMap { tiers.contains($0.type) ? $0 : nil }
        } catch let error as AWSError where error.isDenied {
            log.debug("account without its place in the organization", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func entitlements(of account: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        var place = try PlaceToken(page.token)
        let all = try await permissionSets.all(page.session)
        let batch = all.dropFirst(place.index).prefix(PermissionSets.batch)
        let rows = try await Array(batch).mapped(atOnce: 4) { arn in
            Entitlement(permissionSet: try await permissionSets.one(arn, page.session), on: account)
        }
        place.index += batch.count
        return Page(rows, next: place.index < all.count ? place.text : nil)
    }

    func grants(on account: Resource, page: PageRequest) async throws -> Page<Grant> {
        var place = try PlaceToken(page.token)
        let ids = try await permissionSets.ofAccount(account.identity.value, page.session)
        guard place.index < ids.count else { return Page([]) }
        let set = try await permissionSets.one(ids[place.index], page.session)
        let directory = permissionSets.directory
        let found = try await directory.center.assignments(
            of: set.arn, in: account.identity.value, directory.instance(), after: place.assignments)
        let entitlement = Entitlement(permissionSet: set, on: account, isOnGrant: true)
        let names = try await directory.names()
        let grants = found.rows.compactMap { Grant(assignment: $0, of: entitlement, names) }
        guard let next = found.next else {
            place = PlaceToken(after: place)
            return Page(grants, next: place.index < ids.count ? place.text : nil)
        }
        guard !next.hasSameBytes(as: place.assignments) else {
            throw ServiceError(.internal, "pagination does not advance: AWS names the page just read as the next one.")
        }
        place.assignments = next
        return Page(grants, next: place.text)
    }
}

extension PlaceToken {
    /// The beginning of the next permission set.
    fileprivate init(after place: PlaceToken) {
        self.init()
        index = place.index + 1
    }
}

extension Resource {
    /// An account of the organization.
    fileprivate init(account: Organizations.Account, under parent: ResourceID?) {
        self.init(
            ResourceID(.account, account.id), name: account.name ?? "", under: parent,
            profile: ["aws_account_arn": .text(account.arn ?? ""), "aws_account_id": .text(account.id)],
            annotations: [
                v1Identifier(account.id), children(ResourceType.assignment.id), C1_Connector_V2_AppTrait(),
            ])
    }
}

extension Entitlement {
    /// The permission set in an account, whose id is formed in a way of its own.
    ///
    /// - Parameter isOnGrant: whether it is shown with a grant, where the ecosystem leaves the slug out.
    init(permissionSet: IdentityCenter.PermissionSet, on account: Resource, isOnGrant: Bool = false) {
        self.init(
            isOnGrant ? "" : "\(permissionSet.name) access", on: account,
            grantableTo: isOnGrant ? [.ssoGroup, .ssoUser] : [.ssoUser, .ssoGroup],
            displayName: "\(permissionSet.name) Permission Set", description: permissionSet.description ?? "")
        id = "\(account.identity.value)|\(permissionSet.arn)"
        annotations = [Annotation(carrying: v1Identifier(id))]
    }
}

extension Grant {
    /// Who has a permission set in an account: a user, or a group and with it its members.
    ///
    /// Nil for anything else.
    init?(assignment: IdentityCenter.Assignment, of entitlement: Entitlement, _ names: DirectoryNames) {
        self.init()
        let holder: ResourceID
        switch assignment.principalType {
        case "USER": holder = names.user(assignment.principalID)
        case "GROUP": holder = names.group(assignment.principalID)
        default: return nil
        }
        id = "grant:\(holder.type):\(holder.value):\(entitlement.id)"
        self.entitlement = entitlement
        principal.id = holder.message
        annotations = [Annotation(carrying: v1Identifier("grant:\(entitlement.id):\(holder.value)"))]
        if holder.type == ResourceType.ssoGroup.id { self = expanding(DirectoryGroupSyncer.member) }
    }
}
