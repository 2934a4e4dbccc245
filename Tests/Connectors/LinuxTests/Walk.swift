import AccessModel
import BatonWire
import ChildProcesses
import ConnectorKit
import Logging
import SwiftProtobuf
import Synchronization
import Testing

@testable import LinuxConnector

/// All that a connector lists, taken in pages of a given size.
struct Walk {
    private(set) var resources: [Resource] = []
    private(set) var entitlements: [Entitlement] = []
    private(set) var grants: [Grant] = []
    private let pageSize: Int

    init(of connector: LinuxConnector, pageSize: Int = 100_000) async throws {
        self.pageSize = pageSize
        let syncers = connector.syncers
        for syncer in syncers { try await list(syncer, under: nil) }
        for host in resources {
            let children = try host.annotations.all(C1_Connector_V2_ChildResourceType.self).map(\.resourceTypeID)
            for syncer in syncers where children.contains(syncer.type.id) {
                try await list(syncer, under: host.identity)
            }
        }
    }

    private mutating func list(_ syncer: any ResourceSyncer, under parent: ResourceID?) async throws {
        let found = try await all { try await syncer.resources(under: parent, page: $0) }
        resources += found
        guard !syncer.type.annotations.contains(SkipEntitlementsAndGrants.self) else { return }
        for resource in found {
            entitlements += try await all { try await syncer.entitlements(of: resource, page: $0) }
            grants += try await all { try await syncer.grants(on: resource, page: $0) }
        }
    }

    private func all<Row>(_ page: (PageRequest) async throws -> Page<Row>) async throws -> [Row] {
        var rows: [Row] = []
        var token = ""
        for _ in 0..<1_000_000 {
            let answer = try await page(PageRequest(after: token, size: pageSize))
            rows += answer.rows
            guard let next = answer.next, !next.isEmpty else { return rows }
            #expect(next != token)
            token = next
        }
        throw TestFailure("the pages never end")
    }

    func ids(_ type: String) -> [String] {
        resources.map(\.identity).filter { $0.type == type }.map(\.value)
    }

    func resource(_ type: String, _ id: String) throws -> Resource {
        try #require(resources.first { $0.identity == ResourceID(type, id) })
    }

    /// The principals of an entitlement, each as `type/id`.
    func holders(_ entitlement: String) -> [String] {
        grants.filter { $0.entitlement.id == entitlement }.map(\.holder.description).sorted()
    }

    func grant(_ entitlement: String, _ principal: String) throws -> Grant {
        try #require(grants.first { $0.entitlement.id == entitlement && $0.holder.description == principal })
    }
}

extension LinuxConnector {
    /// A connector over a prepared root.
    static func over(
        _ root: PreparedRoot, _ values: [String: GivenValue] = [:], commands: (any CommandRunner)? = nil,
        now: @escaping @Sendable () -> Int64 = { 1_764_000_000 }
    ) throws -> LinuxConnector {
        try over(root.path, values, commands: commands, now: now)
    }

    /// A connector that changes a prepared root.
    static func changing(
        _ root: PreparedRoot, with tools: any CommandRunner = SystemCommands(), as caller: Caller = .root
    ) throws -> LinuxConnector {
        try over("/", ["provision-prefix": .string(root.path)], tools: tools, caller: caller)
    }

    static func over(
        _ root: String, _ values: [String: GivenValue] = [:], commands: (any CommandRunner)? = nil,
        tools: any CommandRunner = ScriptedCommands(), caller: Caller = .root,
        now: @escaping @Sendable () -> Int64 = { 1_764_000_000 }
    ) throws -> LinuxConnector {
        let configuration = LinuxConfiguration()
        for (name, value) in values.merging(["root": .string(root)], uniquingKeysWith: { $1 }) {
            let setting = try #require(configuration.settings.first { $0.declaration.name == name })
            setting.take(value)
        }
        var log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        log.logLevel = .critical
        return try LinuxConnector(
            configuration, context: ConnectorContext(log: log), commands: commands, tools: tools, caller: caller,
            now: now)
    }
}

extension Caller {
    static let root = Caller(isRoot: true, ownNumbers: [0])
}

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_764_000_000)

    var now: @Sendable () -> Int64 { { self.seconds.withLock { $0 } } }

    func advance(by count: Int64) { seconds.withLock { $0 += count } }
}

/// Tools whose answers are given; any other one is not installed.
struct ScriptedCommands: CommandRunner {
    var answers: [String: CommandOutput] = [:]
    let calls = CallLog()

    init(_ answers: [String: String] = [:], status: Int32 = 0) {
        self.answers = answers.mapValues { CommandOutput(status: status, output: Array($0.utf8)) }
    }

    func run(_ program: String, _ arguments: [String], input: [UInt8]?) async throws -> CommandOutput {
        let call = ([program] + arguments).joined(separator: " ")
        calls.add(call)
        if let answer = answers[call] { return answer }
        if program == "getent" { return CommandOutput(status: 2, output: []) }
        throw CommandError.notFound(program)
    }
}

final class CallLog: Sendable {
    private let calls = Mutex<[String]>([])

    var all: [String] { calls.withLock { $0 } }

    func add(_ call: String) { calls.withLock { $0.append(call) } }
}

extension Resource {
    func text(_ key: String) -> String? { profile.string(key) }

    func number(_ key: String) -> Double? { profile.fields[key]?.numberValue }

    func flag(_ key: String) -> Bool? { profile.fields[key]?.boolValue }

    func list(_ key: String) -> [String]? { profile.fields[key]?.listValue.values.map(\.stringValue) }
}

extension Grant {
    var isImmutable: Bool { annotations.contains(GrantImmutable.self) }

    func expansion() throws -> [String] { try annotations.first(GrantExpandable.self)?.entitlementIds ?? [] }

    func metadata(_ key: String) throws -> String? {
        try annotations.first(GrantMetadata.self)?.metadata.string(key)
    }
}

extension Walk {
    /// When a user last logged in, in Unix seconds.
    func lastLogin(_ user: String) throws -> Int64? {
        let trait = try #require(try resource("user", user).annotations.first(C1_Connector_V2_UserTrait.self))
        return trait.hasLastLogin ? trait.lastLogin.seconds : nil
    }
}
