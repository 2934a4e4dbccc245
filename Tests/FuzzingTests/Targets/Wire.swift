@testable import WireForm

extension FuzzTarget {
    static let wire = [
        FuzzTarget("wire-fields", wireFields), FuzzTarget("wire-json", wireJSON), FuzzTarget("wire-schema", wireSchema),
        FuzzTarget("json", json),
    ]

    /// The fields put together again are the message.
    @Sendable private static func wireFields(_ bytes: [UInt8]) async throws {
        try await refusing(WireError.self) {
            let copy = try bytes.withUnsafeBytes { message in
                var copy = WireWriter()
                var reader = WireReader(message)
                while let field = try reader.next() {
                    copy.append(field.whole)
                    _ = try? field.bytes.wireBytes(1)
                }
                return copy.bytes
            }
            try promise(copy == bytes, "copied as \(copy)")
        }
    }

    /// The first byte says of which type the rest is.
    @Sendable private static func wireJSON(_ bytes: [UInt8]) async throws {
        guard let first = bytes.first else { return }
        let name = messageNames[Int(first) % messageNames.count]
        guard let shape = WireSchema.shared.message(name) else { throw BrokenPromise(description: "no \(name)") }
        for transcoder in [JSONTranscoder(), JSONTranscoder(keepsUnknownTypes: true)] {
            try await refusing(WireError.self) {
                let text = try json(of: bytes.dropFirst(), as: shape, by: transcoder)
                try promise(String(validating: text, as: UTF8.self) != nil, "not UTF-8: \(text)")
                try requireJSON(text)
            }
        }
    }

    private static func json(
        of message: ArraySlice<UInt8>, as shape: MessageShape, by transcoder: JSONTranscoder
    ) throws -> [UInt8] {
        try message.withUnsafeBytes { message in
            var text = JSONText()
            try transcoder.append(message, as: shape, to: &text)
            return text.bytes
        }
    }

    /// Messages may nest deeper than JSON that is read here.
    private static func requireJSON(_ text: [UInt8]) throws {
        guard case .failure(let error) = Result(catching: { () throws(WireError) in try JSONValue(parsing: text) })
        else {
            return
        }
        try promise(error.problem == "JSON nested too deeply", "\(error): \(text.asText)")
    }

    private static let messageNames = [
        "c1.connector.v2.Grant", "c1.connector.v2.Resource", "c1.connector.v2.ResourceType",
        "c1.connector.v2.Entitlement", "google.protobuf.Any", "google.protobuf.Struct", "google.protobuf.Value",
        "google.protobuf.ListValue", "google.protobuf.Timestamp", "google.protobuf.Duration",
        "google.protobuf.BoolValue", "google.protobuf.FloatValue", "c1.connector.v2.TicketSchema",
        "c1.connector.v2.UserTrait", "c1.connector.v2.Event",
    ]

    @Sendable private static func wireSchema(_ bytes: [UInt8]) async throws {
        try await refusing(WireError.self) {
            let schema = try bytes.withUnsafeBytes { try WireSchema(fileDescriptorSet: $0) }
            for name in schema.messageNames { _ = schema.message(name) }
        }
    }

    /// What is read is printed so that it reads the same.
    @Sendable private static func json(_ bytes: [UInt8]) async throws {
        guard let value = try? JSONValue(parsing: bytes) else { return }
        let again = try JSONValue(parsing: Array(value.text.utf8))
        try promise(again.text == value.text, "printed as \(value.text), then as \(again.text)")
    }
}
