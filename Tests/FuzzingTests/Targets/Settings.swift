import AccessModel
import BatonWire
import CommandLineKit
import Foundation
import SettingsFiles
import SwiftProtobuf
import Synchronization

@testable import ConnectorRunner
@testable import ConnectorRuntime
@testable import DemoConnector

extension FuzzTarget {
    static let settings = [
        FuzzTarget("configuration-file", configurationFile), FuzzTarget("ticket-template", ticketTemplate),
        FuzzTarget("json-flag", jsonFlag), FuzzTarget("runner-file", runnerFile), FuzzTarget("runner-log", runnerLog),
        FuzzTarget("model-file", longest: 8192, modelFile),
    ]

    @Sendable private static func configurationFile(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let file = SettingsFile(try folder.file(".baton.yaml", holding: bytes))
        let kinds: [(String, Flag.Kind)] = [
            ("file", .string), ("quiet", .bool), ("count", .int), ("names", .strings), ("labels", .map),
        ]
        try await refusing(UsageError.self) {
            _ = try file.values(for: kinds.map { Flag($0.0, $0.1, help: "a flag") })
        }
    }

    @Sendable private static func ticketTemplate(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let file = try folder.file("ticket.json", holding: bytes)
        try await refusing(ServiceError.self) { _ = try TicketTemplate(contentsOf: file) }
        try await refusing(ServiceError.self) { _ = try TicketTemplate.all(in: file) }
        guard let value = try? Google_Protobuf_Value(jsonUTF8Bytes: bytes) else { return }
        for field in customFields {
            guard let filled = field.filled(with: value) else { continue }
            _ = try filled.serializedBytes() as [UInt8]
            _ = filled.expected
        }
    }

    private static let customFields: [TicketCustomField] = {
        let object = C1_Connector_V2_TicketCustomFieldObjectValue.with { $0.id = "1" }
        let values: [TicketCustomField.OneOf_Value] = [
            .stringValue(.init()), .stringValues(.init()), .boolValue(.init()), .timestampValue(.init()),
            .numberValue(.init()), .pickStringValue(.with { $0.allowedValues = ["a", "é"] }),
            .pickMultipleStringValues(.with { $0.allowedValues = ["a", "é"] }), .pickObjectValue(.init()),
            .pickMultipleObjectValues(.with { $0.allowedValues = [object] }),
        ]
        return values.map { value in TicketCustomField.with { $0.value = value } }
    }()

    @Sendable private static func jsonFlag(_ bytes: [UInt8]) async throws {
        let text = bytes.asText
        try await refusing(UsageError.self) {
            let profile = try Profile(json: text, of: "profile")
            let printed = try profile.jsonString()
            let indented = ConnectorRuntime.JSONText.indented(printed)
            try promise(try Profile(jsonString: indented) == profile, "\(printed) is indented as \(indented)")
        }
        try await refusing(UsageError.self) { _ = try Google_Protobuf_Timestamp(parsing: text, of: "start") }
        let quoted = ConnectorRuntime.JSONText.quoted(text)
        let read = try JSONDecoder().decode(String.self, from: Data(quoted.utf8))
        try promise(read.hasSameBytes(as: text), "quoted as \(quoted)")
    }

    @Sendable private static func runnerFile(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let file = try folder.file("runner.yaml", holding: bytes)
        try await refusing(InvalidConfiguration.self) {
            _ = try await ConfigurationReader.read(file, ["PATH": "/usr/bin:/bin", "ORG1_BATON_TOKEN": "t"])
        }
    }

    /// Whatever a connector writes becomes lines of JSON, or lines that don't steer the terminal.
    @Sendable private static func runnerLog(_ bytes: [UInt8]) async throws {
        var splitter = LineSplitter()
        var lines = splitter.take(bytes[..<(bytes.count / 2)])
        lines += splitter.take(bytes[(bytes.count / 2)...])
        lines += splitter.finish()
        for format in [RunnerLog.Format.json, .console] {
            let written = Mutex<[String]>([])
            let log = RunnerLog(format, level: .debug, names: ["a \"b\""], now: { Date(timeIntervalSince1970: 1) }) {
                line in
                written.withLock { $0.append(line) }
            }
            for line in lines { log.pass(line, of: "a \"b\"") }
            for line in written.withLock({ $0 }) {
                let content = line.dropLast()
                try promise(!content.utf8.contains(UInt8(ascii: "\n")) && line.utf8.last == 10, "not one line: \(line)")
                guard case .json = format else { continue }
                let object = try JSONSerialization.jsonObject(with: Data(content.utf8)) as? [String: Any]
                try promise(object?.values.contains { $0 as? String == "a \"b\"" } == true, "no connector: \(line)")
            }
        }
    }

    @Sendable private static func modelFile(_ bytes: [UInt8]) async throws {
        try await refusing(ServiceError.self) {
            let model = try RecordedModel(ModelFile(parsing: bytes))
            for record in model.grants { _ = try record.serializedBytes() as [UInt8] }
        }
    }
}
