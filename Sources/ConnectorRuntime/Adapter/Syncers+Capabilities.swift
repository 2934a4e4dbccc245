import AccessModel
import ConnectorKit

extension Syncers {
    /// Who grants and revokes what can be held on resources of a type.
    func grantProvisioner(for type: String) throws -> any GrantProvisioner {
        try capable(of: type, "does not have provisioner configured")
    }

    /// Who creates resources of a type.
    func creator(for type: String) throws -> any ResourceCreator {
        try capable(of: type, "does not have resource manager configured")
    }

    /// Who deletes resources of a type.
    func deleter(for type: String) throws -> any ResourceDeleter {
        try capable(of: type, "does not have resource deleter configured")
    }

    /// Who gives resources of a type new credentials.
    func credentialRotator(for type: String) throws -> any CredentialRotator {
        try capable(of: type, "does not have credential manager configured")
    }

    /// Who issues credentials for resources of a type.
    func credentialIssuer(for type: String) throws -> any CredentialIssuer {
        try capable(of: type, "does not have credential issuer configured")
    }

    /// Who creates accounts of a type; with no type given the only one who can, or else the one for users.
    func accountProvisioner(for type: String) throws -> any AccountProvisioner {
        if !type.isEmpty { return try capable(of: type, "does not have account manager configured") }
        let all = all.compactMap { $0 as? any AccountProvisioner }
        if all.count == 1 { return all[0] }
        guard let one = syncer(of: "user") as? any AccountProvisioner else {
            let problem =
                all.isEmpty
                ? "this connector can't create accounts"
                : "several resource types have accounts: say which with --create-account-resource-type"
            throw ServiceError(.unimplemented, problem)
        }
        return one
    }

    private func capable<Capability>(of type: String, _ lack: String) throws -> Capability {
        guard let syncer = syncer(of: type) else {
            throw ServiceError(.notFound, "resource type \(type): this connector has no such type")
        }
        guard let syncer = syncer as? Capability else {
            throw ServiceError(.unimplemented, "resource type \(type) \(lack)")
        }
        return syncer
    }
}
