import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--rotate-credentials`: gives a resource, such as an account, a new credential.
struct CredentialRotation: OneShotOperation {
    static let flags = [
        text("rotate-credentials", "Give the resource with this id a new credential"),
        text("rotate-credentials-type", "Of this resource type"),
    ]

    private let id: ResourceID
    private let credentials: CredentialOrder

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        id = ResourceID(flags.string("rotate-credentials-type"), flags.string("rotate-credentials"))
        guard !id.type.isEmpty || !id.value.isEmpty else { return nil }
        guard !id.value.isEmpty else {
            throw UsageError("rotate-credentials-type: say which one with --rotate-credentials")
        }
        guard !id.type.isEmpty else {
            throw UsageError("rotate-credentials: say its resource type with --rotate-credentials-type")
        }
        credentials = try CredentialOrder(flags)
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let rotator = try connector.syncers.credentialRotator(for: id.type)
        let order = try credentials.options(among: rotator.rotationCredentials, "rotate-credentials")
        let made = try await connector.rotateCredential(
            .with {
                $0.resourceID = id.message
                $0.credentialOptions = order
                $0.encryptionConfigs = credentials.recipients
            })
        report.tell(
            made.response, as: "credentials rotated", ["resource": "\(id)"],
            issued: IssuedCredentials(
                shown: credentials.isShown ? made.credentials : [], encrypted: made.response.encryptedData))
    }
}
