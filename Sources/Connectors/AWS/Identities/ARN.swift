import AccessModel
import BatonWire

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
struct ARN: Sendable {
    let partition: String
    let service: String
    let region: String
    /// The twelve digits of an account; `aws` for what AWS itself has, empty where no account is meant.
    let account: String
    /// What is named in it, such as `user/engineering/ann`.
    let resource: String

    /// Reads an ARN; nil for what is none.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty, !parts[2].isEmpty, !parts[5].isEmpty else {
            return nil
        }
        (partition, service, region, account, resource) = (parts[1], parts[2], parts[3], parts[4], parts[5])
    }

    /// The name at the end, without type and path.
    var name: String { resource.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? "" }

    /// The name in the id of a user, group or role.
    ///
    /// - Throws: a `ServiceError` when it is no ARN.
    static func name(of id: ResourceID) throws(ServiceError) -> String {
        guard let arn = ARN(id.value), !arn.name.isEmpty else {
            throw ServiceError(.invalidArgument, "\(id): its id is no ARN of IAM.")
        }
        return arn.name
    }
}

/// The names that users and groups of Identity Center have as resources.
struct DirectoryNames: Sendable {
    let region: String
    let identityStore: String

    func user(_ id: String) -> ResourceID {
        ResourceID(.ssoUser, "arn:aws:identitystore:\(region)::\(identityStore)/user/\(id)")
    }

    func group(_ id: String) -> ResourceID {
        ResourceID(.ssoGroup, "arn:aws:identitystore:\(region)::\(identityStore)/group/\(id)")
    }

    /// The id by which the identity store knows a user or group.
    ///
    /// - Throws: a `ServiceError` when the resource is neither.
    static func id(of resource: ResourceID) throws(ServiceError) -> String {
        let kind = resource.type == ResourceType.ssoUser.id ? "/user/" : "/group/"
        guard [ResourceType.ssoUser.id, ResourceType.ssoGroup.id].contains(resource.type),
            let arn = ARN(resource.value),
            let mark = arn.resource.firstRange(of: kind), mark.upperBound < arn.resource.endIndex
        else {
            throw ServiceError(.invalidArgument, "\(resource): is no user and no group of Identity Center.")
        }
        return String(arn.resource[mark.upperBound...])
    }
}
