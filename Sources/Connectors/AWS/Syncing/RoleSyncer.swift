import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf

/// Roles of IAM, who may take them on, and the managed policies they have.
struct RoleSyncer: ResourceSyncer {
    let type = ResourceType.role
    let accounts: Accounts
    let policies: AttachedPolicies

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        var stack = try page.stack(of: type)
        let found = try await accounts.iam(under: parent).roles(after: stack.place)
        return Page(found.rows.map { Resource(role: $0, under: parent) }, next: try stack.following(found.next))
    }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            Entitlement(
                "assignment", on: role, grantableTo: [.iamUser, .role, .group, .ssoUser],
                displayName: "\(role.displayName) Role",
                description: "Can assume the \(role.displayName) role in AWS",
                v1ID: Entitlement.v1ID(on: role.identity))
        ])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        var stack = try page.stack(of: type)
        let iam = await accounts.iam(under: role.parent)
        var grants: [Grant] = []
        if page.token.isEmpty {
            guard let trusted = try await trusted(by: role, iam) else { return Page([]) }
            grants = trusted
        }
        guard policies.areListed else { return Page(grants) }
        let found = try await policies.grants(of: role.identity, .role, in: iam, after: stack.place)
        return Page(grants + found.rows, next: try stack.following(found.next))
    }

    /// Who may take on the role; nil when the role is gone or may not be read.
    private func trusted(by role: Resource, _ iam: IAM) async throws -> [Grant]? {
        do {
            guard let text = try await iam.role(ARN.name(of: role.identity)).trust else { return [] }
            return try TrustPolicy(text).principals.map { principal in
                let grant = Grant("assignment", on: role, to: principal)
                return principal.type == type.id ? grant.expanding("assignment") : grant
            }
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            remark("role left out", role, error)
            return nil
        } catch let error as ServiceError where error.code == .invalidArgument {
            remark("trust policy left out", role, error)
            return []
        }
    }

    private func remark(_ what: Logger.Message, _ role: Resource, _ error: any Error) {
        policies.log.warning(what, metadata: ["resource": "\(role.identity)", "error": "\(error)"])
    }
}

extension Resource {
    /// A role of IAM.
    fileprivate init(role: IAMRole, under parent: ResourceID?) {
        self.init(
            ResourceID(.role, role.arn), name: role.name, under: parent,
            profile: [
                "aws_arn": .text(role.arn), "aws_path": .text(role.path), "aws_tags": .map(role.tags),
                "aws_role_name": .text(role.name), "aws_role_description": .text(role.description),
                "aws_max_session_duration_seconds": role.longestSession.map { .number($0) },
            ],
            annotations: [
                v1Identifier(role.arn), children(ResourceType.inlinePolicy.id), role.nonHumanIdentity,
                C1_Connector_V2_RoleTrait(),
            ])
    }
}

extension IAMRole {
    /// What kind of identity it is; AWS itself keeps the path of roles for its services.
    fileprivate var nonHumanIdentity: C1_Connector_V2_NonHumanIdentityTrait {
        .with {
            if path.hasPrefix("/aws-service-role/") {
                $0.nhiType = .managedIdentity
                $0.nhiDetail = "aws.service_linked_role"
            } else {
                $0.nhiType = .assumableRole
                let policy = trust.flatMap { try? TrustPolicy($0) }
                $0.nhiDetail = policy?.kind(in: ARN(arn)?.account ?? "") ?? "aws.role"
            }
        }
    }
}
