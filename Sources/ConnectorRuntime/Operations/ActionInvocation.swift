import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--invoke-action`: does an action and waits for it.
struct ActionInvocation: OneShotOperation {
    static let flags = [
        text("invoke-action", "Do the action of this name"),
        text("invoke-action-args", "With these arguments, a JSON object", default: "{}"),
        text("invoke-action-resource-type", "An action on resources of this type"),
        // These are declared everywhere and do nothing anywhere.
        text("invoke-resource-action", ""), text("invoke-resource-action-args", "", default: "{}"),
        text("invoke-resource-action-resource-type", ""), text("list-resource-actions", ""),
    ]

    private let name: String
    private let type: String
    private let arguments: Profile

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        name = flags.string("invoke-action")
        type = flags.string("invoke-action-resource-type")
        arguments = try Profile(json: flags.string("invoke-action-args"), of: "failed to parse invoke-action-args")
        let dead = ["invoke-resource-action", "invoke-resource-action-args", "invoke-resource-action-resource-type"]
            .first { flags.isGiven($0) }
        if let dead {
            throw UsageError("\(dead): say --invoke-action NAME --invoke-action-resource-type TYPE")
        }
        if flags.isGiven("list-resource-actions") {
            throw UsageError(
                "list-resource-actions: say --list-action-schemas --list-action-schemas-resource-type TYPE")
        }
        guard !name.isEmpty else {
            let rest = ["invoke-action-args", "invoke-action-resource-type"].first { flags.isGiven($0) }
            if let rest { throw UsageError("\(rest): say which action with --invoke-action") }
            return nil
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        try checkNames(connector)
        let response = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await connector.actionRuns.serve() }
            defer { group.cancelAll() }
            return try await settled(connector)
        }
        guard response.status != .failed else {
            throw ServiceError(
                .unknown, "action invoke failed: \(response.response.string("error") ?? "no reason given")")
        }
        report.tell(response, as: "ActionInvoke response", under: "response")
    }

    /// Does it, and asks each second how far it is.
    private func settled(_ connector: ConnectorAdapter<some Connector>) async throws
        -> C1_Connector_V2_InvokeActionResponse
    {
        var response = try await connector.invokeAction(
            .with {
                $0.name = name
                $0.args = arguments
                $0.resourceTypeID = type
            })
        while response.status == .pending || response.status == .running {
            try await Task.sleep(for: .seconds(1))
            let state = try await connector.getActionStatus(.with { $0.id = response.id })
            response.status = state.status
            response.response = state.response
        }
        return response
    }

    /// A misspelt argument would be ignored by the action.
    private func checkNames(_ connector: ConnectorAdapter<some Connector>) throws {
        guard let action = try connector.actions(on: type).first(where: { $0.schema.name.hasSameBytes(as: name) })
        else { return }
        let known = action.schema.arguments.map(\.name)
        for key in arguments.fields.keys.sorted() where !known.contains(key) {
            let cure = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
            throw UsageError("invoke-action-args: \(name) has no argument \(key), \(cure)")
        }
    }
}
