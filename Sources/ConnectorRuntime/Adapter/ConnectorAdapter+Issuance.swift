import AccessModel
import BatonWire
import ConnectorKit
import CredentialCipher
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConnectorAdapter {
    /// Issues a credential for an identity, and encrypts it for the recipients.
    ///
    /// All that can be wrong with the order is found before the author's code runs, which is never asked twice.
    ///
    /// - Parameter now: seconds since 1970.
    func issueCredential(
        _ request: C1_Connector_V2_IssueCredentialRequest, now: Int64 = Int64(Date().timeIntervalSince1970)
    ) async throws -> Issued<C1_Connector_V2_IssueCredentialResponse> {
        try IssuanceRules.check(requestID: request.requestID)
        let identity = ResourceID(request.identityID)
        guard !identity.type.isEmpty, !identity.value.isEmpty else {
            throw ServiceError(.invalidArgument, "identity: its type or its id is missing")
        }
        let issuer = try syncers.credentialIssuer(for: identity.type)
        guard !request.encryptionConfigs.isEmpty else {
            throw ServiceError(.invalidArgument, "encryption configs: say for whom to encrypt the credential")
        }
        let recipients = try request.encryptionConfigs.map { try Recipient($0) }
        let (offer, order) = try IssuanceRules.order(request, among: issuer.issuableCredentials, now: now)
        let issued = try await naming("issue credential failed") { try await issuer.issueCredential(order) }
        let encrypted = try await naming("a credential was issued for \(identity), but can't be handed on") {
            try IssuanceRules.check(issued, for: order, as: offer)
            return try issued.credentials.encrypted(to: recipients)
        }
        return Issued(
            response: .with {
                $0.secret = issued.secret
                $0.encryptedData = encrypted
                $0.annotations = issued.annotations
                $0.resourceMode = offer.mode.message
                $0.requestID = request.requestID
            }, credentials: issued.credentials)
    }
}
