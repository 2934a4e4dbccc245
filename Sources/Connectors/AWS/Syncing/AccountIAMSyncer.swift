import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

/// Accounts of the organization as those whose IAM is listed, where their role can be taken on.
struct AccountIAMSyncer: ResourceSyncer {
    let type = ResourceType.accountIAM
    let organizations: Organizations
    let accounts: Accounts

    /// What lives under an account that can be entered.
    private static let childTypes = [
        ResourceType.iamUser.id, ResourceType.role.id, ResourceType.group.id, ResourceType.policy.id,
    ]

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        var stack = try page.stack(of: type)
        let found = try await organizations.accounts(after: stack.place)
        let own = try await accounts.ownAccount()
        let rows = try await found.rows.mapped(atOnce: 4) { account in
            // What is in the own account is listed without a parent.
            guard account.id != own, try await accounts.canEnter(account.id) else {
                return Resource(account: account, children: [])
            }
            return Resource(account: account, children: Self.childTypes)
        }
        return Page(rows, next: try stack.following(found.next))
    }
}

extension Resource {
    /// An account, with what is listed under it.
    fileprivate init(account: Organizations.Account, children types: [String]) {
        self.init(
            ResourceID(.accountIAM, account.id), name: account.name ?? "",
            profile: ["aws_account_arn": .text(account.arn ?? ""), "aws_account_id": .text(account.id)],
            annotations: [v1Identifier(account.id)] + types.map(children(_:)) + [C1_Connector_V2_AppTrait()])
    }
}
