import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

/// The API tokens: whose they are, when they were last used, when they end.
struct APITokenSyncer: TargetedSyncer {
    let type = OktaTypes.apiToken
    let okta: OktaClient

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await okta.list("/api/v1/api-tokens", after: page.token, most: nil, needs: .apiTokensRead)
            .page(Resource.init(apiToken:))
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await okta.existing("/api/v1/api-tokens/\(id.value)", needs: .apiTokensRead).map(Resource.init(apiToken:))
    }
}

extension Resource {
    /// A token, made of what Okta says of it.
    init(apiToken token: JSONValue) throws {
        let id = try token.required("id", of: "API token")
        let trait = C1_Connector_V2_SecretTrait.with {
            if let time = token.time("created") { $0.createdAt = time }
            if let time = token.time("expiresAt") { $0.expiresAt = time }
            if let time = token.time("lastUpdated") { $0.lastUsedAt = time }
            let owner = token.text("userId")
            if !owner.isEmpty {
                $0.createdByID = ResourceID(OktaTypes.user, owner).message
                $0.identityID = $0.createdByID
            }
            $0.credentialType = .staticSecret
            $0.credentialDetail = "okta.api_token"
        }
        self = .secret(ResourceID(OktaTypes.apiToken, id), name: token.text("name"), trait: trait)
        identify(v1: V1Identifier(id: id), raw: id)
    }
}
