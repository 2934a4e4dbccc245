import AccessModel
import CommandLineKit
import ConnectorKit

/// Something that a connector does once, instead of a sync.
protocol OneShotOperation: Sendable {
    /// The flags that ask for it and say its particulars.
    static var flags: [Flag] { get }

    /// The operation that `flags` ask for; nil when they ask for something else.
    ///
    /// - Throws: `UsageError` when they ask for half of it. The reference does something else then, mostly a sync.
    init?(_ flags: ParsedFlags, environment: [String: String]) throws

    /// Does it.
    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws
}

/// The operations there are.
enum OneShotOperations {
    /// In the order in which they are looked for (connector-runtime.md §6).
    static let all: [any OneShotOperation.Type] = [
        GrantCreation.self, GrantRevocation.self, EventListing.self, AccountCreation.self, ActionInvocation.self,
        ActionListing.self, ResourceDeletion.self, ResourceCreation.self, CredentialRotation.self,
        TicketCreation.self, BulkTicketCreation.self, TicketSchemaListing.self, TicketLookup.self,
    ]

    /// The operation that `flags` ask for; nil when they ask for a sync.
    static func asked(_ flags: ParsedFlags, environment: [String: String]) throws -> (any OneShotOperation)? {
        var asked: (name: String, operation: any OneShotOperation)?
        for type in all {
            guard let operation = try type.init(flags, environment: environment) else { continue }
            let name = type.flags.first { flags.isGiven($0.name) }?.name ?? ""
            if let asked { throw UsageError("--\(asked.name) and --\(name): one at a time") }
            asked = (name, operation)
        }
        return asked?.operation
    }
}

extension OneShotOperation {
    static func text(_ name: String, _ help: String, default: String? = nil) -> Flag {
        SharedFlags.flag(name, help, default: `default`, hidden: true)
    }

    static func mark(_ name: String, _ help: String) -> Flag {
        SharedFlags.flag(name, .bool, help, hidden: true)
    }
}
