public import AccessModel
public import BatonWire
public import SwiftProtobuf

/// A connector, or a syncer for its type, that offers actions.
public protocol ActionProvider: Sendable {
    /// The actions, each with a name of its own.
    var actions: [Action] { get }
}

/// Something that can be done in the application, such as disabling an account.
public struct Action: Sendable {
    /// What an action is for, by which platforms find the one to disable an account.
    public typealias Purpose = C1_Connector_V2_ActionType

    /// What it is called, takes and gives back.
    public let schema: ActionSchema

    /// Does it.
    ///
    /// It may take up to an hour, and then is cancelled, which it has to heed. Its error is told to whoever asked.
    public let perform: @Sendable (ActionArguments) async throws -> Profile

    /// An action.
    ///
    /// - Parameters:
    ///   - name: in snake case, such as `disable_user`.
    ///   - perform: gets arguments that were checked against `arguments`, and returns what `results` declare.
    public init(
        _ name: String, displayName: String, description: String = "", purposes: [Purpose] = [],
        arguments: [ActionField] = [], constraints: [SettingConstraint] = [],
        results: [ActionField] = [.flag("success", "Success")],
        perform: @escaping @Sendable (ActionArguments) async throws -> Profile
    ) {
        schema = .with {
            $0.name = name
            $0.displayName = displayName
            $0.description_p = description
            $0.actionType = purposes
            $0.arguments = arguments
            $0.constraints = constraints.map(\.message)
            $0.returnTypes = results
        }
        self.perform = perform
    }
}

extension ActionField {
    /// A text.
    public static func text(_ name: String, _ displayName: String, description: String = "") -> ActionField {
        field(name, displayName, description) { $0.stringField = .init() }
    }

    /// A whole number.
    public static func number(_ name: String, _ displayName: String, description: String = "") -> ActionField {
        field(name, displayName, description) { $0.intField = .init() }
    }

    /// True or false.
    public static func flag(_ name: String, _ displayName: String, description: String = "") -> ActionField {
        field(name, displayName, description) { $0.boolField = .init() }
    }

    /// A list of texts.
    public static func list(_ name: String, _ displayName: String, description: String = "") -> ActionField {
        field(name, displayName, description) { $0.stringSliceField = .init() }
    }

    /// A resource, given by its id.
    ///
    /// - Parameter types: the only types it may be of; empty means any.
    public static func resource(
        _ name: String, _ displayName: String, of types: [ResourceType] = [], description: String = ""
    ) -> ActionField {
        field(name, displayName, description) {
            $0.resourceIDField = .with { field in
                if !types.isEmpty { field.rules.allowedResourceTypeIds = types.map(\.id) }
            }
        }
    }

    /// Texts by name.
    public static func map(_ name: String, _ displayName: String, description: String = "") -> ActionField {
        field(name, displayName, description) { $0.stringMapField = .init() }
    }

    /// A list of resources, given by their ids.
    ///
    /// - Parameter types: the only types they may be of; empty means any.
    public static func resources(
        _ name: String, _ displayName: String, of types: [ResourceType] = [], description: String = ""
    ) -> ActionField {
        field(name, displayName, description) {
            $0.resourceIDSliceField = .with { field in
                if !types.isEmpty { field.rules.allowedResourceTypeIds = types.map(\.id) }
            }
        }
    }

    /// A resource as the application has it now, which an action gives back.
    public static func found(_ name: String, _ displayName: String, description: String = "") -> ActionField {
        field(name, displayName, description) { $0.resourceField = .init() }
    }

    /// The same field, without which the action isn't done.
    public var required: ActionField {
        var field = self
        field.isRequired = true
        return field
    }

    private static func field(
        _ name: String, _ displayName: String, _ description: String, _ kind: (inout ActionField) -> Void
    ) -> ActionField {
        .with {
            $0.name = name
            $0.displayName = displayName
            $0.description_p = description
            kind(&$0)
        }
    }
}

/// What an action was given.
public struct ActionArguments: Sendable {
    /// Everything, by name.
    public let values: Profile

    /// Arguments by name.
    public init(_ values: Profile) {
        self.values = values
    }

    /// The text under `name`.
    ///
    /// - Throws: a `ServiceError` when it isn't there or not a text.
    public func text(_ name: String) throws -> String {
        guard let text = values.string(name) else { throw Self.wrong(name, "a text") }
        return text
    }

    /// The resource under `name`: an object with `resource_type_id` and `resource_id`, or a plain id of type `type`.
    ///
    /// - Throws: a `ServiceError` when it isn't there or something else.
    public func resource(_ name: String, of type: ResourceType) throws -> ResourceID {
        guard let value = values.fields[name], let id = Self.resource(value, of: type) else {
            throw Self.wrong(name, "a resource: {\"resource_type_id\": \"\(type.id)\", \"resource_id\": \"…\"}")
        }
        return id
    }

    /// The resources under `name`, each as ``resource(_:of:)`` takes it; none when nothing is there.
    ///
    /// - Throws: a `ServiceError` when it is no list, or one of them something else.
    public func resources(_ name: String, of type: ResourceType) throws -> [ResourceID] {
        switch values.fields[name]?.kind {
        case nil, .nullValue?: return []
        case .listValue(let list)?:
            return try list.values.map { value in
                guard let id = Self.resource(value, of: type) else { throw Self.wrong(name, "a list of resources") }
                return id
            }
        default: throw Self.wrong(name, "a list of resources")
        }
    }

    private static func resource(_ value: Google_Protobuf_Value, of type: ResourceType) -> ResourceID? {
        switch value.kind {
        case .stringValue(let id)? where !id.isEmpty: return ResourceID(type, id)
        case .structValue(let object)?:
            // Platforms spell the keys one way, older ones the other (wire/README.md §11).
            guard let id = object.string("resource_id") ?? object.string("resource"), !id.isEmpty else { break }
            let given = object.string("resource_type_id") ?? object.string("resource_type") ?? type.id
            guard given.hasSameBytes(as: type.id) else { break }
            return ResourceID(given, id)
        default: break
        }
        return nil
    }

    private static func wrong(_ name: String, _ expected: String) -> ServiceError {
        ServiceError(.invalidArgument, "argument \(name): must be \(expected)")
    }
}

extension Google_Protobuf_Value {
    /// A resource that an action gives back, as platforms read it (wire/README.md §11).
    public static func found(_ resource: Resource) -> Self {
        let id = Profile([
            "resourceTypeId": .text(resource.identity.type), "resourceId": .text(resource.identity.value),
        ])
        let description = resource.description_p
        return Self(
            structValue: Profile([
                "resourceId": Self(structValue: id), "displayName": .text(resource.displayName),
                "description": description.isEmpty ? nil : .text(description),
            ]))
    }
}
