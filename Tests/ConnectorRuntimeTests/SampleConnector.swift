import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf
import Synchronization

/// What the connector of these tests answers.
struct Script: Sendable {
    var resources: @Sendable (ResourceID?, PageRequest) async throws -> Page<Resource> = { _, _ in Page([]) }
    var entitlements: @Sendable (Resource, PageRequest) async throws -> Page<Entitlement> = { _, _ in Page([]) }
    var grants: @Sendable (Resource, PageRequest) async throws -> Page<Grant> = { _, _ in Page([]) }
    var templates: @Sendable (PageRequest) async throws -> Page<Entitlement> = { _ in Page([]) }
    var one: @Sendable (ResourceID, ResourceID?) async throws -> Resource? = { _, _ in nil }
    var validate: @Sendable () async throws -> Void = {}
}

/// A syncer with nothing but the necessary.
struct PlainSyncer: ResourceSyncer {
    var type = ResourceType("user", displayName: "User", traits: [.user])
    var script = Script()

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        try await script.resources(parent, page)
    }
    func entitlements(of resource: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        try await script.entitlements(resource, page)
    }
    func grants(on resource: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await script.grants(resource, page)
    }
}

/// A syncer that can do everything.
struct FullSyncer: TargetedSyncer, StaticEntitlementSyncer, TypeScopedEntitlementSyncer, TypeScopedGrantSyncer {
    var type = ResourceType("group", displayName: "Group", traits: [.group])
    var script = Script()

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        try await script.resources(parent, page)
    }
    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await script.one(id, parent)
    }
    func staticEntitlements(page: PageRequest) async throws -> Page<Entitlement> { try await script.templates(page) }
    func entitlements(page: PageRequest) async throws -> Page<Entitlement> { try await script.templates(page) }
    func grants(page: PageRequest) async throws -> Page<Grant> {
        Page([Grant("whole", on: ResourceID(type, "type"), to: ResourceID("user", "u1"))])
    }
}

struct SampleConfiguration: ConnectorConfiguration {
    @Setting("url", "Where it is") var url: String
    @Setting("api-key", "What opens it") var key: Secret
    @Setting("page-size", "How much at once", default: 50, in: 1...500) var pageSize: Int
    @Setting("flavour", "Which kind", default: "", oneOf: ["sweet", "sour"], exported: .ops) var flavour: String
    @Setting("domains", "Which ones", default: ["a", "b,c"]) var domains: [String]
    @Setting("labels", "Marks", default: [:]) var labels: [String: String]
    @Setting("deep", "Look deeper", default: false, exported: .cli) var deep: Bool
    @Setting("code", "A mark", default: "", placeholder: "X1") var code: String

    static var constraints: [SettingConstraint] {
        [.settings(["code"], dependOn: ["flavour"]), .mutuallyExclusive("deep", "code")]
    }
}

struct SampleConnector: Connector {
    static let metadata = ConnectorMetadata(
        name: "baton-sample", displayName: "Sample", description: "Collects who may do what in Sample.",
        helpURL: "https://docs.example.com", example: "baton-sample --url https://sample.example.com")

    let syncers: [any ResourceSyncer]
    let configuration: SampleConfiguration

    init(_ configuration: SampleConfiguration, context: ConnectorContext) async throws {
        if configuration.url == "refused" { throw ServiceError(.permissionDenied, "url: refused") }
        self.configuration = configuration
        syncers = [PlainSyncer(), FullSyncer()]
        context.log.info("made", metadata: ["timeout": "\(context.httpTimeout)", "agent": "\(context.userAgent)"])
    }

    func validate() async throws {}
}

/// A connector made of given syncers.
struct ScriptedConnector: Connector {
    static let metadata = ConnectorMetadata(name: "baton-scripted", displayName: "Scripted")

    let syncers: [any ResourceSyncer]
    let script: Script

    init(_ syncers: [any ResourceSyncer], script: Script = Script()) {
        self.syncers = syncers
        self.script = script
    }

    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws { self.init([]) }

    func validate() async throws { try await script.validate() }
}

/// Something to write down from anywhere.
final class Notes<Note: Sendable>: Sendable {
    private let notes = Mutex<[Note]>([])

    var all: [Note] { notes.withLock { $0 } }

    func add(_ note: Note) { notes.withLock { $0.append(note) } }
}
