import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--revoke-grant`: takes an entitlement from a principal.
struct GrantRevocation: OneShotOperation {
    static let flags = [text("revoke-grant", "Revoke the grant with this id")]

    private let grant: String
    private let file: String
    private let environment: [String: String]

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        grant = flags.string("revoke-grant")
        file = flags.string("file")
        self.environment = environment
        if grant.isEmpty { return nil }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let grant = try StoredAccess(file, environment: environment).grant(grant)
        try grant.entitlement.resource.refuseExternal("cannot revoke grant on external resource")
        guard !grant.annotations.contains(GrantImmutable.self) else {
            throw ServiceError(
                .failedPrecondition,
                "grant \(grant.id): can't be revoked by itself, it follows from something else. See its sources and metadata."
            )
        }
        let response = try await connector.revoke(.with { $0.grant = grant })
        let isGone = response.annotations.contains(C1_Connector_V2_GrantAlreadyRevoked.self)
        report.tell(
            response, as: isGone ? "already revoked" : "revoked",
            ["grant_id": "\(grant.id)", "principal": "\(grant.holder)"])
    }
}
