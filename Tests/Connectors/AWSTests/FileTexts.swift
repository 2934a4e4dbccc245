import AccessModel
import BatonWire
import BuiltConnectors
import SwiftProtobuf
import Testing
import WireForm

/// What a c1z file holds, as JSON by kind and id.
struct FileTexts {
    private(set) var types: [String: String] = [:]
    private(set) var resources: [String: String] = [:]
    private(set) var entitlements: [String: String] = [:]
    private(set) var grants: [String: String] = [:]
    private(set) var messages: [Resource] = []

    init(_ contents: FileContents) throws {
        messages = Array(contents.resources.values)
        types = try contents.types.mapValues(Self.json)
        resources = Dictionary(
            uniqueKeysWithValues: try contents.resources.map { ("\($0.key)", try Self.json($0.value)) })
        entitlements = try contents.entitlements.mapValues(Self.json)
        grants = try contents.grants.mapValues(Self.json)
    }

    static func json<Record: Message>(_ record: Record) throws -> String {
        let shape = try #require(WireSchema.shared.message(Record.protoMessageName))
        var json = JSONText()
        try record.serializedInOrder().withUnsafeBytes { bytes in
            try JSONTranscoder(keepsUnknownTypes: true).append(bytes, as: shape, to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// All of it, with texts replaced by others.
    func replacing(_ names: [(String, String)]) -> FileTexts {
        func replaced(_ text: String) -> String { names.reduce(text) { $0.replacing($1.0, with: $1.1) } }
        func all(_ rows: [String: String]) -> [String: String] {
            Dictionary(rows.map { (replaced($0.key), replaced($0.value)) }) { $1 }
        }
        var copy = self
        copy.types = all(types)
        copy.resources = all(resources)
        copy.entitlements = all(entitlements)
        copy.grants = all(grants)
        return copy
    }
}
