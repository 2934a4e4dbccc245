import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--delete-resource`: deletes a resource, such as an account.
struct ResourceDeletion: OneShotOperation {
    static let flags = [
        text("delete-resource", "Delete the resource with this id"),
        text("delete-resource-type", "Of this resource type"),
    ]

    private let id: ResourceID

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        id = ResourceID(flags.string("delete-resource-type"), flags.string("delete-resource"))
        guard !id.type.isEmpty || !id.value.isEmpty else { return nil }
        guard !id.value.isEmpty else { throw UsageError("delete-resource-type: say which one with --delete-resource") }
        guard !id.type.isEmpty else {
            throw UsageError("delete-resource: say its resource type with --delete-resource-type")
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let done = try await connector.delete(.with { $0.resourceID = id.message })
        let response = C1_Connector_V2_DeleteResourceResponse.with { $0.annotations = done.annotationsOfDeletion }
        let line = done.outcome == .changed ? "resource deleted" : "nothing to delete, it was not there"
        report.tell(response, as: line, ["resource": "\(id)"])
    }
}
