public import AccessModel

/// A connector of an application with tickets.
public protocol TicketingConnector: Sendable {
    /// Where tickets are opened; nil when this configuration has no such place.
    var ticketDesk: (any TicketDesk)? { get }
}

/// Opens tickets and looks them up.
public protocol TicketDesk: Sendable {
    /// One page of the kinds of tickets there are.
    func schemas(page: PageRequest) async throws -> Page<TicketSchema>

    /// The kind of ticket with this id; nil when there is none.
    func schema(_ id: String) async throws -> TicketSchema?

    /// Opens a ticket of the kind `schema`.
    func create(_ request: TicketRequest, as schema: TicketSchema) async throws -> Ticket

    /// The ticket as it is now; nil when there is none of that id.
    func ticket(_ id: String) async throws -> Ticket?
}
