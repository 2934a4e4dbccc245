import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The desk of the example directory, where people ask for access.
struct AccessDesk: TicketDesk {
    let database: DemoDatabase

    private static let schema = TicketSchema.with {
        $0.id = "access_request"
        $0.displayName = "Access request"
        $0.statuses = [
            .with {
                $0.id = "open"
                $0.displayName = "Open"
            },
            .with {
                $0.id = "done"
                $0.displayName = "Done"
            },
        ]
        $0.customFields = [
            "reason": .with {
                $0.id = "reason"
                $0.displayName = "Reason"
                $0.required = true
                $0.stringValue = .init()
            },
            "urgency": .with {
                $0.id = "urgency"
                $0.displayName = "Urgency"
                $0.pickStringValue = .with { $0.allowedValues = ["low", "normal", "high"] }
            },
            "days": .with {
                $0.id = "days"
                $0.displayName = "For how many days"
                $0.numberValue = .init()
            },
            "needed_by": .with {
                $0.id = "needed_by"
                $0.displayName = "Needed by"
                $0.timestampValue = .init()
            },
        ]
    }

    func schemas(page: PageRequest) async throws -> Page<TicketSchema> { Page([Self.schema]) }

    func schema(_ id: String) async throws -> TicketSchema? {
        id.hasSameBytes(as: Self.schema.id) ? Self.schema : nil
    }

    func create(_ request: TicketRequest, as schema: TicketSchema) async throws -> Ticket {
        let status = request.hasStatus ? request.status.id : "open"
        guard let known = Self.schema.statuses.first(where: { $0.id.hasSameBytes(as: status) }) else {
            throw ServiceError(.invalidArgument, "status \(status): must be open or done")
        }
        let time = Int64(Date().timeIntervalSince1970)
        var ticket = Ticket.with {
            $0.displayName = request.displayName
            $0.description_p = request.description_p
            $0.labels = request.labels
            $0.customFields = request.customFields
            $0.status = known
            if request.hasRequestedFor { $0.requestedFor = request.requestedFor }
            $0.createdAt = Google_Protobuf_Timestamp(seconds: time)
            $0.updatedAt = Google_Protobuf_Timestamp(seconds: time)
        }
        let bare = ticket
        let number = try await database.addTicket(of: schema.id, at: time) { number in
            var ticket = bare
            ticket.id = String(number)
            return Data(ticket.serializedInOrder()).base64EncodedString()
        }
        ticket.id = String(number)
        return ticket
    }

    func ticket(_ id: String) async throws -> Ticket? {
        guard let number = Int64(id), let text = try await database.ticket(number) else { return nil }
        do {
            guard let data = Data(base64Encoded: text) else { throw BinaryDecodingError.malformedProtobuf }
            return try Ticket(serializedBytes: data)
        } catch {
            throw ServiceError(.dataLoss, "ticket \(id): what is kept of it is damaged. Delete its row.")
        }
    }
}
