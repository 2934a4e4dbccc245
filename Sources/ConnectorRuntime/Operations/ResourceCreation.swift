import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--create-resource`: creates a resource, such as a group.
struct ResourceCreation: OneShotOperation {
    static let flags = [
        text("create-resource", "Create a resource of this name"),
        text("create-resource-type", "Of this resource type"),
        text("create-resource-profile", "With these attributes, a JSON object"),
    ]

    private let name: String
    private let type: String
    private let profile: Profile

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        name = flags.string("create-resource")
        type = flags.string("create-resource-type")
        profile = try Profile(json: flags.string("create-resource-profile"), of: "create-resource-profile")
        guard !name.isEmpty else {
            let rest = ["create-resource-type", "create-resource-profile"].first { !flags.string($0).isEmpty }
            if let rest { throw UsageError("\(rest): say the new resource's name with --create-resource") }
            return nil
        }
        guard !type.isEmpty else {
            throw UsageError("create-resource: say its resource type with --create-resource-type")
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let response = try await connector.createResource(
            .with {
                $0.resource.id = ResourceID(type, name).message
                $0.resource.displayName = name
                if !profile.fields.isEmpty { $0.resource.profile = profile }
            })
        report.tell(response, as: "resource created", ["resource": "\(response.created.identity)"])
    }
}
