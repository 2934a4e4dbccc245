import AccessModel
public import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ConnectorAdapter {
    /// The actions on resources of a type, or for an empty type those of the whole connector.
    func actions(on type: String) throws -> [Action] {
        guard !type.isEmpty else { return (connector as? any ActionProvider)?.actions ?? [] }
        guard let syncer = syncers.syncer(of: type) else {
            throw ServiceError(.notFound, "resource type \(type): this connector has no such type")
        }
        return (syncer as? any ActionProvider)?.actions ?? []
    }

    /// Lists the actions on a type or, without one, all there are.
    public func listActionSchemas(
        _ request: C1_Connector_V2_ListActionSchemasRequest
    ) async throws -> C1_Connector_V2_ListActionSchemasResponse {
        let types = request.resourceTypeID.isEmpty ? [""] + syncers.types.map(\.id) : [request.resourceTypeID]
        let schemas = try types.flatMap { type in try actions(on: type).map { $0.schema(on: type) } }
        return .with { $0.schemas = schemas }
    }

    /// Describes an action of the whole connector.
    public func getActionSchema(
        _ request: C1_Connector_V2_GetActionSchemaRequest
    ) async throws -> C1_Connector_V2_GetActionSchemaResponse {
        let action = try action(request.name, on: "")
        return .with { $0.schema = action.schema }
    }

    /// Begins an action and waits for it as long as asked, a second if nothing was said.
    public func invokeAction(
        _ request: C1_Connector_V2_InvokeActionRequest
    ) async throws -> C1_Connector_V2_InvokeActionResponse {
        let action = try action(request.name, on: request.resourceTypeID)
        try ActionRules.check(request.args, for: action.schema)
        let asked = request.inlineWait
        let wait =
            asked.seconds > 0 || asked.nanos > 0
            ? Duration.seconds(min(asked.seconds, 3600)) + .nanoseconds(asked.nanos) : .seconds(1)
        let id = await actionRuns.begin(action, with: ActionArguments(request.args))
        guard let run = await actionRuns.run(id, waiting: wait) else {
            throw ServiceError(.internal, "action \(request.name): its state was lost")
        }
        return .with {
            $0.id = run.id
            $0.name = run.name
            $0.status = run.status
            $0.response = run.response
        }
    }

    /// How far an action is.
    public func getActionStatus(
        _ request: C1_Connector_V2_GetActionStatusRequest
    ) async throws -> C1_Connector_V2_GetActionStatusResponse {
        guard let run = await actionRuns.run(request.id) else {
            throw ServiceError(.notFound, "action \(request.id): unknown, or done so long ago that it is forgotten")
        }
        return .with {
            $0.id = run.id
            $0.name = run.name
            $0.status = run.status
            $0.response = run.response
        }
    }

    private func action(_ name: String, on type: String) throws -> Action {
        let known = try actions(on: type)
        guard let action = known.first(where: { $0.schema.name.hasSameBytes(as: name) }) else {
            let names = known.map(\.schema.name).joined(separator: ", ")
            let place = type.isEmpty ? "this connector" : "resource type \(type)"
            let cure = names.isEmpty ? "\(place) has no actions" : "\(place) has \(names)"
            throw ServiceError(.notFound, "action \(name): not there, \(cure)")
        }
        return action
    }
}

extension Action {
    /// The schema with the type the action belongs to.
    fileprivate func schema(on type: String) -> ActionSchema {
        var schema = schema
        schema.resourceTypeID = type
        return schema
    }
}

/// What the arguments of an action must satisfy.
enum ActionRules {
    /// Checks arguments against the fields and constraints of a schema.
    static func check(_ arguments: Profile, for schema: ActionSchema) throws {
        let given = schema.arguments.map(\.name).filter { arguments.has($0) }
        for field in schema.arguments where field.isRequired && !given.contains(where: field.name.hasSameBytes) {
            throw ServiceError(.invalidArgument, "action \(schema.name): argument \(field.name) is required")
        }
        for constraint in schema.constraints { try check(given, constraint) }
    }

    private static func check(_ given: [String], _ constraint: C1_Config_V1_Constraint) throws {
        let names = constraint.fieldNames
        let present = names.filter { name in given.contains(where: name.hasSameBytes) }
        switch constraint.kind {
        case .requiredTogether where !present.isEmpty && present.count < names.count:
            throw broken("fields required together: \(list(names))")
        case .mutuallyExclusive where present.count > 1:
            throw broken("fields are mutually exclusive: \(list(names))")
        case .atLeastOne where present.isEmpty:
            throw broken("at least one required: \(list(names))")
        case .dependentOn where !present.isEmpty:
            let others = constraint.secondaryFieldNames
            guard !others.allSatisfy({ other in given.contains(where: other.hasSameBytes) }) else { return }
            throw broken("fields \(list(names)) depend on \(list(others)) which must also be present")
        default: return
        }
    }

    private static func list(_ names: [String]) -> String { "[" + names.joined(separator: " ") + "]" }

    private static func broken(_ problem: String) -> ServiceError { ServiceError(.invalidArgument, problem) }
}

extension Profile {
    /// Whether there is a value other than null under `name`.
    func has(_ name: String) -> Bool {
        switch fields[name]?.kind {
        case nil, .nullValue?: false
        default: true
        }
    }
}
