import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A ticket to be opened, as a person writes it down in JSON (connector-runtime.md §6).
struct TicketTemplate {
    private let file: String
    private let fields: [String: Google_Protobuf_Value]

    private static let keys = [
        "schema_id", "status_id", "display_name", "description", "labels", "custom_fields", "requested_for_id",
    ]

    /// The template in a file.
    init(contentsOf file: String) throws {
        try self.init(try Self.object(in: file), file: file)
    }

    /// The templates under `tickets` in a file.
    static func all(in file: String) throws -> [TicketTemplate] {
        guard case .listValue(let list)? = try object(in: file).fields["tickets"]?.kind, !list.values.isEmpty else {
            throw problem(file, "tickets", "must be a list with at least one ticket")
        }
        return try list.values.enumerated().map { number, value in
            guard case .structValue(let object)? = value.kind else {
                throw problem(file, "tickets[\(number)]", "must be an object")
            }
            return try TicketTemplate(object, file: "\(file): tickets[\(number)]")
        }
    }

    private init(_ object: Google_Protobuf_Struct, file: String) throws {
        self.file = file
        fields = object.fields
        let strangers = fields.keys.filter { !Self.keys.contains($0) }.sorted()
        if let stranger = strangers.first {
            throw Self.problem(file, stranger, "is not known; known are \(Self.keys.joined(separator: ", "))")
        }
    }

    /// What to ask the connector for, with the schema it has for such tickets.
    func request(_ connector: ConnectorAdapter<some Connector>) async throws
        -> C1_Connector_V2_TicketsServiceCreateTicketRequest
    {
        let id = try text("schema_id")
        guard !id.isEmpty else {
            throw Self.problem(file, "schema_id", "is missing; --list-ticket-schemas tells which there are")
        }
        let schema = try await connector.getTicketSchema(.with { $0.id = id }).schema
        var request = TicketRequest()
        request.displayName = try text("display_name")
        request.description_p = try text("description")
        request.labels = try labels()
        let status = try text("status_id")
        if !status.isEmpty { request.status = .with { $0.id = status } }
        let person = try text("requested_for_id")
        if !person.isEmpty {
            request.requestedFor = .user(ResourceID("user", person), name: person)
        }
        request.customFields = try customFields(schema)
        return .with {
            $0.request = request
            $0.schema = schema
        }
    }

    private func text(_ key: String) throws -> String {
        switch fields[key]?.kind {
        case nil, .nullValue?: return ""
        case .stringValue(let text)?: return text
        default: throw Self.problem(file, key, "must be a text")
        }
    }

    private func labels() throws -> [String] {
        switch fields["labels"]?.kind {
        case nil, .nullValue?: return []
        case .listValue(let list)?: return try list.texts { Self.problem(file, "labels", "must be a list of texts") }
        default: throw Self.problem(file, "labels", "must be a list of texts")
        }
    }

    private func customFields(_ schema: TicketSchema) throws -> [String: TicketCustomField] {
        var values: [String: TicketCustomField] = [:]
        switch fields["custom_fields"]?.kind {
        case nil, .nullValue?: break
        case .structValue(let object)?:
            for (id, value) in object.fields.sorted(by: { $0.key < $1.key }) {
                guard let field = schema.customFields[id] else {
                    let known = schema.customFields.keys.sorted().joined(separator: ", ")
                    throw Self.problem(
                        file, "custom_fields.\(id)",
                        "is no field of \(schema.id); it has \(known.isEmpty ? "none" : known)")
                }
                guard let filled = field.filled(with: value) else {
                    throw Self.problem(file, "custom_fields.\(id)", "must be \(field.expected)")
                }
                values[id] = filled
            }
        default: throw Self.problem(file, "custom_fields", "must be an object")
        }
        for (id, field) in schema.customFields.sorted(by: { $0.key < $1.key }) where field.required && values[id] == nil
        {
            throw Self.problem(file, "custom_fields.\(id)", "is required by \(schema.id): \(field.expected)")
        }
        return values
    }

    private static func object(in file: String) throws -> Google_Protobuf_Struct {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ServiceError(.notFound, "\(file): can't be read. Check the path of the ticket template.")
        }
        do {
            return try Google_Protobuf_Struct(jsonUTF8Data: data)
        } catch {
            throw ServiceError(.invalidArgument, "\(file): must be a JSON object")
        }
    }

    private static func problem(_ file: String, _ field: String, _ problem: String) -> ServiceError {
        ServiceError(.invalidArgument, "\(file): \(field) \(problem)")
    }
}

extension Google_Protobuf_ListValue {
    fileprivate func texts(_ problem: () -> ServiceError) throws -> [String] {
        try values.map { value in
            guard case .stringValue(let text)? = value.kind else { throw problem() }
            return text
        }
    }
}
