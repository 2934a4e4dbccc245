import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import SwiftProtobuf

/// `--get-ticket`: shows a ticket.
struct TicketLookup: OneShotOperation {
    static let flags = [
        mark("get-ticket", "Show a ticket"),
        text("ticket-id", "The one with this id"),
    ]

    private let id: String

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        id = flags.string("ticket-id")
        guard flags.bool("get-ticket") else {
            if !id.isEmpty { throw UsageError("ticket-id: say --get-ticket to show the ticket") }
            return nil
        }
        guard !id.isEmpty else { throw UsageError("get-ticket: say which with --ticket-id") }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let response = try await connector.getTicket(.with { $0.id = id })
        report.tell(response, as: "ticket", under: "resp")
    }
}

/// `--list-ticket-schemas`: tells which kinds of tickets there are.
struct TicketSchemaListing: OneShotOperation {
    static let flags = [mark("list-ticket-schemas", "List the kinds of tickets")]

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        guard flags.bool("list-ticket-schemas") else { return nil }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        var all = C1_Connector_V2_TicketsServiceListTicketSchemasResponse()
        var token = ""
        repeat {
            let page = try await connector.listTicketSchemas(.with { $0.pageToken = token })
            all.list += page.list
            token = page.nextPageToken
        } while !token.isEmpty
        report.tell(all, as: "Ticket Schemas", under: "schemas", count: all.list.count)
    }
}
