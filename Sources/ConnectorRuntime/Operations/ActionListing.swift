import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import SwiftProtobuf

/// `--list-action-schemas`: tells which actions there are.
struct ActionListing: OneShotOperation {
    static let flags = [
        mark("list-action-schemas", "List the actions"),
        text("list-action-schemas-resource-type", "Only those on resources of this type"),
    ]

    private let type: String

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        type = flags.string("list-action-schemas-resource-type")
        guard flags.bool("list-action-schemas") else {
            if !type.isEmpty {
                throw UsageError("list-action-schemas-resource-type: say --list-action-schemas to list the actions")
            }
            return nil
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let response = try await connector.listActionSchemas(.with { $0.resourceTypeID = type })
        report.tell(response, as: "Action Schemas", under: "schemas", count: response.schemas.count)
    }
}
