import AccessModel
import WireForm

/// A key, password or token that an application knows, in a list (`c1.connector.v2.SecretTrait`).
public struct ListedSecret: Sendable {
    /// The secret as a resource.
    public let resource: ListedResource
    /// What kind of credential it is; empty when that isn't told.
    public let type: String
    /// When it was made in its own system, in seconds since 1970.
    public let createdAt: Int64?
    /// When it stops being good, in seconds since 1970; nil when it never does or that isn't told.
    public let expiresAt: Int64?
    /// When it was last used, in seconds since 1970.
    public let lastUsedAt: Int64?
    /// Whose it is.
    public let identity: Holder?
    /// Who made it.
    public let createdBy: Holder?

    /// Somebody that a secret names.
    public struct Holder: Sendable {
        /// The account or other resource; nil when the data source names one that it doesn't tell of.
        public let resource: ListedResource?
        /// What people call it, else its id.
        public let name: String
    }

    /// - Parameter resolve: finds what a secret names.
    init(
        _ resource: ListedResource, _ record: ResourceRecord, resolve: (ResourceID) throws -> ListedResource?
    ) throws {
        func holder(_ name: String) throws -> Holder? {
            guard let id = record.reference(name) else { return nil }
            let known = try resolve(id)
            return Holder(resource: known, name: known?.name ?? id.value)
        }
        self.resource = resource
        let kind = Self.kinds[record["credentialType"]?.string ?? ""] ?? ""
        let detail = record["credentialDetail"]?.string ?? ""
        type = [kind, detail].filter { !$0.isEmpty }.joined(separator: ", ")
        createdAt = record.time("createdAt") ?? resource.createdAt
        expiresAt = record.time("expiresAt")
        lastUsedAt = record.time("lastUsedAt")
        identity = try holder("identityId")
        createdBy = try holder("createdById")
    }

    private static let kinds = [
        "CREDENTIAL_TYPE_STATIC_SECRET": "Static secret", "CREDENTIAL_TYPE_ASYMMETRIC_KEY": "Asymmetric key",
        "CREDENTIAL_TYPE_CERTIFICATE": "Certificate",
    ]
}
