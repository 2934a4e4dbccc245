import AccessModel
public import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ConnectorAdapter {
    /// Where the connector opens tickets; nil for most.
    var ticketDesk: (any TicketDesk)? { (connector as? any TicketingConnector)?.ticketDesk }

    /// Lists one page of the kinds of tickets.
    public func listTicketSchemas(
        _ request: C1_Connector_V2_TicketsServiceListTicketSchemasRequest
    ) async throws -> C1_Connector_V2_TicketsServiceListTicketSchemasResponse {
        let desk = try requiredDesk()
        let page = try await naming("error: listing ticket schemas failed") {
            try await retries.ticketSchemas.run(log) {
                try await desk.schemas(
                    page: PageRequest(
                        after: request.pageToken, size: request.pageSize == 0 ? nil : Int(request.pageSize)))
            }
        }
        try page.checkProgress(after: request.pageToken, "listing ticket schemas failed: next page token unchanged")
        return .with {
            $0.list = page.rows
            $0.nextPageToken = page.next ?? ""
            $0.annotations = page.annotations
        }
    }

    /// Looks up a kind of ticket.
    public func getTicketSchema(
        _ request: C1_Connector_V2_TicketsServiceGetTicketSchemaRequest
    ) async throws -> C1_Connector_V2_TicketsServiceGetTicketSchemaResponse {
        let desk = try requiredDesk()
        let schema = try await naming("error: getting ticket schema failed") { try await desk.schema(request.id) }
        guard let schema else { throw ServiceError(.notFound, "ticket schema \(request.id): there is none of that id") }
        return .with { $0.schema = schema }
    }

    /// Opens a ticket.
    public func createTicket(
        _ request: C1_Connector_V2_TicketsServiceCreateTicketRequest
    ) async throws -> C1_Connector_V2_TicketsServiceCreateTicketResponse {
        let desk = try requiredDesk()
        let ticket = try await naming("error: creating ticket failed") {
            try await desk.create(request.request, as: request.schema)
        }
        return .with { $0.ticket = ticket }
    }

    /// Opens several tickets; what goes wrong with one is said in its answer and doesn't stop the others.
    public func bulkCreateTickets(
        _ request: C1_Connector_V2_TicketsServiceBulkCreateTicketsRequest
    ) async throws -> C1_Connector_V2_TicketsServiceBulkCreateTicketsResponse {
        _ = try requiredDesk()
        var response = C1_Connector_V2_TicketsServiceBulkCreateTicketsResponse()
        for item in request.ticketRequests {
            // Those opened before an interruption must not be lost with the others.
            guard !Task.isCancelled else {
                response.tickets.append(.with { $0.error = "not tried: interrupted" })
                continue
            }
            do {
                response.tickets.append(try await createTicket(item))
            } catch let error where StatusCode(of: error) == .cancelled {
                response.tickets.append(.with { $0.error = "interrupted: look whether it was opened" })
            } catch {
                response.tickets.append(.with { $0.error = "\(error)" })
            }
        }
        return response
    }

    /// Looks up a ticket.
    public func getTicket(
        _ request: C1_Connector_V2_TicketsServiceGetTicketRequest
    ) async throws -> C1_Connector_V2_TicketsServiceGetTicketResponse {
        let desk = try requiredDesk()
        let ticket = try await naming("error: getting ticket failed") { try await desk.ticket(request.id) }
        guard let ticket else { throw ServiceError(.notFound, "ticket \(request.id): there is none of that id") }
        return .with { $0.ticket = ticket }
    }

    /// Looks up several tickets; what goes wrong with one is said in its answer.
    public func bulkGetTickets(
        _ request: C1_Connector_V2_TicketsServiceBulkGetTicketsRequest
    ) async throws -> C1_Connector_V2_TicketsServiceBulkGetTicketsResponse {
        _ = try requiredDesk()
        var response = C1_Connector_V2_TicketsServiceBulkGetTicketsResponse()
        for item in request.ticketRequests {
            do {
                response.tickets.append(try await getTicket(item))
            } catch let error as ServiceError {
                response.tickets.append(.with { $0.error = error.message })
            }
        }
        return response
    }

    private func requiredDesk() throws -> any TicketDesk {
        guard let ticketDesk else { throw ServiceError(.unimplemented, "this connector opens no tickets") }
        return ticketDesk
    }
}
