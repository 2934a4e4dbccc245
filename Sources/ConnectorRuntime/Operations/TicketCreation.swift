import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit

/// `--create-ticket`: opens a ticket as a template says.
struct TicketCreation: OneShotOperation {
    static let flags = [
        mark("create-ticket", "Open a ticket"),
        text("ticket-template-path", "As this JSON file says"),
    ]

    private let template: String

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        template = flags.string("ticket-template-path")
        guard flags.bool("create-ticket") else {
            if !template.isEmpty { throw UsageError("ticket-template-path: say --create-ticket to open the ticket") }
            return nil
        }
        guard !template.isEmpty else { throw UsageError("create-ticket: say as what with --ticket-template-path") }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let template = try TicketTemplate(contentsOf: template)
        let response = try await connector.createTicket(try await template.request(connector))
        report.tell(response, as: "created ticket", under: "resp")
    }
}

/// `--bulk-create-ticket`: opens several tickets.
struct BulkTicketCreation: OneShotOperation {
    static let flags = [
        mark("bulk-create-ticket", "Open several tickets"),
        text("bulk-ticket-template-path", "As this JSON file says"),
    ]

    private let template: String

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        template = flags.string("bulk-ticket-template-path")
        guard flags.bool("bulk-create-ticket") else {
            if !template.isEmpty {
                throw UsageError("bulk-ticket-template-path: say --bulk-create-ticket to open the tickets")
            }
            return nil
        }
        guard !template.isEmpty else {
            throw UsageError("bulk-create-ticket: say as what with --bulk-ticket-template-path")
        }
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        var request = C1_Connector_V2_TicketsServiceBulkCreateTicketsRequest()
        for template in try TicketTemplate.all(in: template) {
            request.ticketRequests.append(try await template.request(connector))
        }
        let response = try await connector.bulkCreateTickets(request)
        report.tell(response, as: "created tickets", under: "resp")
        let failures = response.tickets.filter { !$0.error.isEmpty }
        if let first = failures.first {
            throw ServiceError(
                .unknown, "\(failures.count) of \(response.tickets.count) tickets were not opened: \(first.error)")
        }
    }
}
