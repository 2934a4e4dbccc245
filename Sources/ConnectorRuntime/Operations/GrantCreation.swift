import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--grant-entitlement`: gives a principal an entitlement.
struct GrantCreation: OneShotOperation {
    static let flags = [
        text("grant-entitlement", "Grant the entitlement with this id"),
        text("grant-principal", "To the principal with this id"),
        text("grant-principal-type", "Of this resource type"),
    ]

    private let entitlement: String
    private let principal: ResourceID
    private let file: String
    private let environment: [String: String]

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        entitlement = flags.string("grant-entitlement")
        principal = ResourceID(flags.string("grant-principal-type"), flags.string("grant-principal"))
        file = flags.string("file")
        self.environment = environment
        guard !entitlement.isEmpty else {
            if !principal.type.isEmpty || !principal.value.isEmpty {
                throw UsageError("grant-principal: say what to grant with --grant-entitlement")
            }
            return nil
        }
        guard !principal.value.isEmpty else {
            throw UsageError("grant-entitlement: say to whom with --grant-principal")
        }
        guard !principal.type.isEmpty else {
            throw UsageError("grant-principal: say its resource type with --grant-principal-type")
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let stored = try StoredAccess(file, environment: environment)
        let entitlement = try stored.entitlement(entitlement)
        let principal = try stored.resource(principal)
        try entitlement.resource.refuseExternal("cannot grant entitlement on external resource")
        let response = try await connector.grant(
            .with {
                $0.entitlement = entitlement
                $0.principal = principal
            })
        let isOld = response.annotations.contains(C1_Connector_V2_GrantAlreadyExists.self)
        report.tell(
            response, as: isOld ? "already granted" : "granted",
            ["entitlement_id": "\(entitlement.id)", "principal": "\(principal.identity)"])
    }
}

extension Resource {
    /// Refuses a resource that belongs to another connector: the platform knows it by the mark it put there.
    func refuseExternal(_ problem: String) throws {
        guard annotations.contains(C1_Connector_V2_BatonID.self) else { return }
        throw ServiceError(.failedPrecondition, "\(problem) \(identity). Use the connector it comes from.")
    }
}
