import AccessModel
import CommandLineKit
import ConnectorKit
import Logging

/// Something that is done once, instead of a sync.
protocol AskedOperation: Sendable {
    /// The flags that ask for it and say its particulars.
    static var flags: [Flag] { get }

    /// The operation that `flags` ask for; nil when they ask for something else.
    ///
    /// - Throws: `UsageError` when they ask for half of it. The reference does something else then, mostly a sync.
    init?(_ flags: ParsedFlags, environment: [String: String]) throws
}

/// Something that the connector does.
protocol OneShotOperation: AskedOperation {
    /// Does it.
    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws
}

/// Something that is done with files, for which neither the connector nor its settings are needed.
protocol FileOperation: AskedOperation {
    /// Does it.
    func run(_ log: Logger) throws
}

/// The operations there are.
enum Operations {
    /// In the order in which they are looked for (connector-runtime.md §6).
    static let all: [any AskedOperation.Type] = [
        GrantCreation.self, GrantRevocation.self, EventListing.self, AccountCreation.self, ActionInvocation.self,
        ActionListing.self, ResourceDeletion.self, ResourceCreation.self, CredentialRotation.self,
        TicketCreation.self, BulkTicketCreation.self, TicketSchemaListing.self, TicketLookup.self,
        SyncDifference.self, FileCompaction.self,
    ]

    /// The operation that `flags` ask for; nil when they ask for a sync.
    ///
    /// - Throws: `UsageError` when they ask for two or for half of one.
    static func asked(_ flags: ParsedFlags, environment: [String: String]) throws -> (any AskedOperation)? {
        var asked: (name: String, operation: any AskedOperation)?
        for type in all {
            guard let operation = try type.init(flags, environment: environment) else { continue }
            let name = type.name(in: flags)
            if let asked { throw UsageError("--\(asked.name) and --\(name): one at a time") }
            asked = (name, operation)
        }
        return asked?.operation
    }

    /// Refuses whatever isn't a sync, for a command that syncs.
    static func refuse(in flags: ParsedFlags, of command: String) throws {
        let names = all.flatMap { $0.flags.map(\.name) }
        // The arguments of an action have a default, which says nothing.
        guard let name = names.first(where: { flags.isGiven($0) && !flags[$0].isZero }) else { return }
        throw UsageError("\(name): not together with \(command), which syncs")
    }
}

extension AskedOperation {
    /// What people call it: the first of its flags that they gave.
    static func name(in flags: ParsedFlags) -> String {
        self.flags.first { flags.isGiven($0.name) }?.name ?? ""
    }

    static func text(_ name: String, _ help: String, default: String? = nil) -> Flag {
        SharedFlags.flag(name, help, default: `default`, hidden: true)
    }

    static func list(_ name: String, _ help: String) -> Flag {
        SharedFlags.flag(name, .strings, help, hidden: true)
    }

    static func mark(_ name: String, _ help: String) -> Flag {
        SharedFlags.flag(name, .bool, help, hidden: true)
    }
}
